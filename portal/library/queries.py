"""Questions about documents and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, case, select
from sqlalchemy.orm import Session, aliased, contains_eager

from portal.accounts.models import User
from portal.library.domain import Kind, Origin, is_slug
from portal.library.models import Document, FormerSlug, Rendering, Revision, RevisionCounter
from portal.library.rendering import is_current, rendering_of
from portal.markup import Heading

LARGEST_ID = 2**31 - 1  # of an integer column on PostgreSQL

First = aliased(Revision, name="first")
Approver = aliased(User, name="approver")


@dataclass(frozen=True)
class Article:
    """A document as a reader sees it, rendered. The HTML is safe."""

    document_id: int
    kind: Kind
    key: str
    slug: str
    title: str
    summary: str
    topic_key: str | None
    meta: dict[str, Any]
    html: str
    headings: tuple[Heading, ...]
    words: int
    minutes: int
    parts: dict[str, Any]
    revision_id: int
    revision_number: int
    published_at: datetime
    updated_at: datetime
    author: str | None
    """Who wrote it: for a note its first author, else whoever contributed the newest revision."""
    is_retired: bool


@dataclass(frozen=True)
class Listing:
    """A document as a list shows it."""

    document_id: int
    kind: Kind
    key: str
    slug: str
    title: str
    summary: str
    topic_key: str | None
    meta: dict[str, Any]
    revision_id: int
    published_at: datetime
    updated_at: datetime
    author: str | None


@dataclass(frozen=True)
class RevisionEntry:
    """A revision as the history shows it."""

    revision_id: int
    number: int
    title: str
    origin: Origin
    comment: str
    created_at: datetime
    author: str | None
    approver: str | None
    is_retired: bool


def find_article(session: Session, kind: Kind, slug: str) -> Article | None:
    """Return what a document says, by its present slug."""
    return _first(_articles(session, *_named(kind, slug)))


def find_note(session: Session, document_id: int) -> Article | None:
    """Return a published note."""
    if document_id > LARGEST_ID:
        return None
    return _first(_articles(session, Document.kind == Kind.NOTE, Document.id == document_id))


def notes_of_topic(session: Session, topic_key: str) -> list[Article]:
    """Return the published notes of a topic, the oldest first."""
    return _articles(session, Document.kind == Kind.NOTE, Document.topic_key == topic_key, ~Revision.is_retired)


def list_terms(session: Session) -> list[Article]:
    """Return the glossary, in the order of the alphabet."""
    terms = _articles(session, Document.kind == Kind.TERM, ~Revision.is_retired)
    return sorted(terms, key=lambda term: term.title.casefold())


def list_articles(session: Session, kind: Kind) -> list[Listing]:
    """Return all documents of a kind but the retired ones, in the order of their titles."""
    rows = session.execute(_current().where(Document.kind == kind, ~Revision.is_retired))
    return sorted(map(_listing, rows), key=lambda listing: listing.title.casefold())


def newest_listings(session: Session, *, limit: int) -> list[Listing]:
    """Return the lessons, challenges and notes that were published or changed last, the newest first."""
    kinds = (Kind.LESSON, Kind.CHALLENGE, Kind.NOTE)
    newest = _current().where(Document.kind.in_(kinds), ~Revision.is_retired).order_by(Revision.id.desc())
    return [_listing(row) for row in session.execute(newest.limit(limit))]


def find_document(session: Session, kind: Kind, slug: str) -> Document | None:
    """Return a document with its newest revision, by its present slug."""
    return session.scalar(
        select(Document).join(Document.revision).options(contains_eager(Document.revision)).where(*_named(kind, slug))
    )


def find_former(session: Session, kind: Kind, slug: str) -> str | None:
    """Return the present slug of the document that once had this one."""
    return session.scalar(
        select(Document.slug)
        .join(FormerSlug, FormerSlug.document_id == Document.id)
        .where(FormerSlug.kind == kind, FormerSlug.slug == _known_slug(slug))
    )


def history_of(session: Session, kind: Kind, slug: str) -> list[RevisionEntry]:
    """Return the revisions of a document, the newest first; none where there is no such document."""
    rows = session.execute(
        select(
            Revision.id, Revision.number, Revision.title, Revision.origin, Revision.comment, Revision.created_at,
            User.username, Approver.username, Revision.is_retired,
        )
        .join(Document, Revision.document_id == Document.id)
        .outerjoin(User, Revision.author_id == User.id)
        .outerjoin(Approver, Revision.approver_id == Approver.id)
        .where(*_named(kind, slug))
        .order_by(Revision.number.desc())
    )  # fmt: skip
    return [RevisionEntry(*row) for row in rows]


def find_source(session: Session, kind: Kind, slug: str, number: int) -> str | None:
    """Return the text of one revision as it stands in its file."""
    if number > LARGEST_ID:
        return None
    row = session.execute(
        select(Revision.head, Revision.body)
        .join(Document, Revision.document_id == Document.id)
        .where(*_named(kind, slug), Revision.number == number)
    ).one_or_none()
    return row.head + row.body if row else None


def read_data(session: Session, name: str) -> dict[str, Any]:
    """Return what the file `name`.yml holds; empty where there is no such file."""
    meta = session.scalar(
        select(Revision.meta)
        .join(Document, Document.revision_id == Revision.id)
        .where(Document.kind == Kind.DATA, Document.slug == name)
    )
    return meta or {}


GENERATION = str(select(RevisionCounter.value))


def library_generation(session: Session) -> int:
    """Return a number that grows whenever something is published; 0 while the library is empty."""
    return session.scalar(select(RevisionCounter.value)) or 0


def committed_generation(engine: Engine) -> int:
    """Return the generation that others see by now.

    Asked for every page, and so without a session and a transaction, which would take four times as long as the query.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(GENERATION)
        row = cursor.fetchone()
        cursor.close()
    finally:
        connection.close()
    return int(row[0]) if row else 0


def lesson_slugs_by_key(session: Session) -> dict[str, str]:
    """Return the present slugs of all lessons by their permanent ids."""
    rows = session.execute(select(Document.key, Document.slug).where(Document.kind == Kind.LESSON))
    return dict(rows.all())


def lesson_keys_by_slug(session: Session) -> dict[str, str]:
    """Return the permanent ids of all lessons by their slugs, former ones included."""
    former = session.execute(
        select(FormerSlug.slug, Document.key)
        .join(Document, FormerSlug.document_id == Document.id)
        .where(FormerSlug.kind == Kind.LESSON)
    )
    present = session.execute(select(Document.slug, Document.key).where(Document.kind == Kind.LESSON))
    return {**dict(former.all()), **dict(present.all())}


def retired_lesson_keys(session: Session) -> set[str]:
    """Return the permanent ids of the lessons that are retired."""
    retired = select(Document.key).join(Revision, Document.revision_id == Revision.id)
    return set(session.scalars(retired.where(Document.kind == Kind.LESSON, Revision.is_retired)))


def _named(kind: Kind, slug: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Document.kind == kind, Document.slug == _known_slug(slug)


def _known_slug(slug: str) -> str:
    """Return a slug as it stands, and one that no document has for anything else: PostgreSQL refuses some texts."""
    return slug if is_slug(slug) else ""


def _current(*more: Any) -> Select[Any]:
    """Select documents with what they say now, who wrote it and since when they are there; `more` are columns."""
    author = case((Document.kind == Kind.NOTE, First.author_id), else_=Revision.author_id)
    return (
        select(
            Document.id, Document.kind, Document.key, Document.slug, Document.topic_key,
            Revision.id.label("revision_id"), Revision.number, Revision.title, Revision.summary, Revision.meta,
            Revision.is_retired, Revision.created_at, First.created_at.label("published_at"), User.username,
            *more,
        )
        .join(Revision, Document.revision_id == Revision.id)
        .join(First, (First.document_id == Document.id) & (First.number == 1))
        .outerjoin(User, User.id == author)
    )  # fmt: skip


def _articles(session: Session, *conditions: ColumnElement[bool]) -> list[Article]:
    statement = _current(
        Rendering.renderer, Rendering.html, Rendering.headings, Rendering.words, Rendering.parts
    ).outerjoin(Rendering, Rendering.digest == Revision.digest)
    rows = session.execute(statement.where(*conditions).order_by(Document.id))
    return [_article(session, row) for row in rows]


def _article(session: Session, row: Row[Any]) -> Article:
    rendering: Any = row
    if row.renderer is None or not is_current(row.renderer):
        rendering = rendering_of(session, session.get_one(Revision, row.revision_id))
    return Article(
        document_id=row.id,
        kind=row.kind,
        key=row.key,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        topic_key=row.topic_key,
        meta=row.meta,
        html=rendering.html,
        headings=tuple(Heading(**heading) for heading in rendering.headings),
        words=rendering.words,
        minutes=rendering.parts["minutes"],
        parts=rendering.parts,
        revision_id=row.revision_id,
        revision_number=row.number,
        published_at=row.published_at,
        updated_at=row.created_at,
        author=row.username,
        is_retired=row.is_retired,
    )


def _listing(row: Row[Any]) -> Listing:
    return Listing(
        document_id=row.id,
        kind=row.kind,
        key=row.key,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        topic_key=row.topic_key,
        meta=row.meta,
        revision_id=row.revision_id,
        published_at=row.published_at,
        updated_at=row.created_at,
        author=row.username,
    )


def _first(articles: Sequence[Article]) -> Article | None:
    return articles[0] if articles else None
