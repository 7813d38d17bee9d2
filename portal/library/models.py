"""Tables of the library: documents, their revisions, and what these look like when rendered."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, choice
from portal.library.domain import Kind, Origin


class Document(Base):
    """Something a reader reads; what it says is its newest revision."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("kind", "key"), UniqueConstraint("kind", "slug"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    key: Mapped[str] = mapped_column(String(120))
    """The permanent id; for a lesson also its topic's."""
    slug: Mapped[str] = mapped_column(String(120))
    """The name in the address; may change, the old one then leads here (FormerSlug)."""
    topic_key: Mapped[str | None] = mapped_column(String(120), index=True)
    """The permanent id of the topic that a lesson or a note belongs to."""
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id", use_alter=True))
    imported_digest: Mapped[str | None] = mapped_column(String(64))
    """Digest of the file as the last import saw it; tells a file that changed from a document that changed."""

    revision: Mapped["Revision"] = relationship(foreign_keys=revision_id, lazy="raise", post_update=True)


class FormerSlug(Base):
    """A name that a document once had."""

    __tablename__ = "former_slugs"

    kind: Mapped[Kind] = mapped_column(choice(Kind), primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)


class Revision(Base):
    """One state of a document. Rows are added and never changed."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        CheckConstraint(
            "approver_id IS NULL OR author_id IS NULL OR approver_id <> author_id", name="approver_is_not_author"
        ),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Taken from RevisionCounter, so that ids grow in the order of commits; the search index catches up by it."""
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    """Counts the revisions of one document from 1."""
    path: Mapped[str | None] = mapped_column(String(300))
    """The file below content/; None for what has no file."""
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str]
    head: Mapped[str] = mapped_column(default="")
    """The exact text before the body: front matter with its fences. `head + body` is the file."""
    body: Mapped[str]
    meta: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The front matter, read."""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 over path, head and body."""
    is_retired: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[Origin] = mapped_column(choice(Origin))
    comment: Mapped[str] = mapped_column(default="")
    """What changed, in the words of whoever changed it."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    document: Mapped[Document] = relationship(foreign_keys=document_id, lazy="raise")


class RevisionCounter(Base):
    """One row which holds the id of the newest revision; updating it makes publishers queue up."""

    __tablename__ = "revision_counter"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(default=0)


class Rendering(Base):
    """A revision (or a text under review) as HTML, kept until the renderer or what it depends on changes."""

    __tablename__ = "renderings"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    renderer: Mapped[str] = mapped_column(String(64))
    html: Mapped[str]
    headings: Mapped[list[Any]] = mapped_column(default=list)
    """`{"level", "id", "text"}` each, in order."""
    text: Mapped[str]
    words: Mapped[int]
    """Words of text without code."""
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Rendered front matter, such as the questions of a lesson."""
