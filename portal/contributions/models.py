"""Tables of contributions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.contributions.domain import KEY_LENGTH, WORDING_LENGTH, ContributionKind, State, WantedState
from portal.db import Base, choice


class Contribution(Base):
    """A proposal by a person, or by an import that met an approved change, for a moderator to decide."""

    __tablename__ = "contributions"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('approved', 'rejected', 'changes-requested')) = (decided_at IS NOT NULL)",
            name="decided_at_with_decision",
        ),
        CheckConstraint(
            "decider_id IS NULL OR author_id IS NULL OR decider_id <> author_id", name="decider_is_not_author"
        ),
        CheckConstraint("kind = 'note' OR document_id IS NOT NULL", name="change_names_document"),
        CheckConstraint("kind <> 'note' OR topic_key IS NOT NULL", name="note_names_topic"),
        UniqueConstraint("author_id", "form_id"),
        Index("ix_contributions_queue", "state", "submitted_at"),
        Index(
            "uq_contributions_import", "document_id", "digest", unique=True,
            sqlite_where=text("kind = 'import'"), postgresql_where=text("kind = 'import'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ContributionKind] = mapped_column(choice(ContributionKind))
    state: Mapped[State] = mapped_column(choice(State))
    version: Mapped[int] = mapped_column(default=1)
    """Grows with each change of text or state; who acts names the version they saw."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    form_id: Mapped[str | None] = mapped_column(String(64))
    """Names the form that made this, so that pressing its button twice makes one item."""
    topic_key: Mapped[str | None] = mapped_column(String(120), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    base_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str]
    head: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    path: Mapped[str | None] = mapped_column(String(300))
    digest: Mapped[str] = mapped_column(String(64))
    """Digest of the text, as in Revision; the key of its rendering."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    published_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))


class ContributionEvent(Base):
    """One move in the life of a contribution: who, when, to which state, and why."""

    __tablename__ = "contribution_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    state: Mapped[State] = mapped_column(choice(State))
    version: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")


class WantedNote(Base):
    """A note that readers looked for and did not find. Nothing here says who they are."""

    __tablename__ = "wanted_notes"
    __table_args__ = (CheckConstraint("count > 0", name="was_asked_for"), Index(None, "state", "count"))

    id: Mapped[int] = mapped_column(primary_key=True)
    wording: Mapped[str] = mapped_column(String(WORDING_LENGTH))
    """As it was typed first."""
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    """The wording as it is compared: whoever asks for the same adds to the count."""
    count: Mapped[int]
    first_asked_at: Mapped[datetime]
    """To the day, as the next one: a finer time could be matched with the last use of somebody's account."""
    last_asked_at: Mapped[datetime]
    state: Mapped[WantedState] = mapped_column(choice(WantedState))
