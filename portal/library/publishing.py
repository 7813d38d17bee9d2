"""Adding revisions: the only way in which what a reader reads changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.library.domain import Kind, Origin, digest_of, make_slug, tidy_body
from portal.library.files import read_source
from portal.library.models import Document, Revision
from portal.library.rendering import ensure_renderings

# One statement on both databases: an upsert makes the row where there is none yet, and holds it where there is one.
HOLD_COUNTER = text(
    "INSERT INTO revision_counter (id, value) VALUES (1, 0) "
    "ON CONFLICT (id) DO UPDATE SET value = revision_counter.value RETURNING value"
)
COUNT_ON = text("UPDATE revision_counter SET value = value + 1 WHERE id = 1 RETURNING value")


def hold_publishing(session: Session) -> None:
    """Keep everybody else from publishing until this transaction ends, so that what is newest stays newest."""
    session.execute(HOLD_COUNTER).scalar_one()


def publish_revision(
    session: Session,
    document: Document,
    *,
    title: str,
    summary: str,
    head: str,
    body: str,
    path: str | None,
    meta: dict[str, Any],
    is_retired: bool,
    origin: Origin,
    comment: str,
    author_id: int | None,
    approver_id: int | None,
    now: datetime,
) -> Revision:
    """Add a revision, which becomes what the document says. Publishers queue up behind one another here."""
    hold_publishing(session)
    session.add(document)
    session.flush()
    last = session.scalar(select(func.max(Revision.number)).where(Revision.document_id == document.id))
    revision = Revision(
        id=session.execute(COUNT_ON).scalar_one(),
        document=document,
        number=(last or 0) + 1,
        path=path,
        title=title,
        summary=summary,
        head=head,
        body=body,
        meta=meta,
        digest=digest_of(path, head, body),
        is_retired=is_retired,
        origin=origin,
        comment=comment,
        author_id=author_id,
        approver_id=approver_id,
        created_at=now,
    )
    document.revision = revision
    session.flush()
    return revision


def publish_note(
    session: Session,
    *,
    topic_key: str,
    title: str,
    summary: str,
    body: str,
    author_id: int | None,
    approver_id: int | None,
    now: datetime,
) -> Document:
    """Publish a note under a topic, as its own document."""
    hold_publishing(session)
    slug = _free_slug(session, make_slug(title))
    note = Document(kind=Kind.NOTE, key=slug, slug=slug, topic_key=topic_key)
    publish_revision(
        session,
        note,
        title=title,
        summary=summary,
        head="",
        body=tidy_body(body),
        path=None,
        meta={},
        is_retired=False,
        origin=Origin.CONTRIBUTION,
        comment="",
        author_id=author_id,
        approver_id=approver_id,
        now=now,
    )
    ensure_renderings(session, everything=False)
    return note


def publish_change(
    session: Session,
    document: Document,
    *,
    body: str,
    comment: str,
    author_id: int | None,
    approver_id: int | None,
    now: datetime,
) -> Revision:
    """Publish a new body under the front matter of the newest revision. Raises Invalid for a term or data."""
    if not document.kind.takes_changes:
        raise Invalid("This is changed in the files of the portal, not here.")
    hold_publishing(session)
    newest = newest_revision(session, document)
    revision = publish_revision(
        session,
        document,
        title=newest.title,
        summary=newest.summary,
        head=newest.head,
        body=tidy_body(body),
        path=newest.path,
        meta=newest.meta,
        is_retired=newest.is_retired,
        origin=Origin.CONTRIBUTION,
        comment=comment,
        author_id=author_id,
        approver_id=approver_id,
        now=now,
    )
    ensure_renderings(session, everything=False)
    return revision


def accept_import(
    session: Session,
    document: Document,
    *,
    head: str,
    body: str,
    path: str,
    approver_id: int | None,
    now: datetime,
) -> Revision:
    """Publish a file that was held back because a contribution had changed its document."""
    source = read_source(path, (head + body).encode())
    revision = publish_revision(
        session,
        document,
        title=source.meta["title"],
        summary=source.meta["summary"],
        head=source.head,
        body=source.body,
        path=path,
        meta=source.meta,
        is_retired=source.meta.get("retired", False),
        origin=Origin.IMPORT,
        comment="",
        author_id=None,
        approver_id=approver_id,
        now=now,
    )
    document.imported_digest = revision.digest
    ensure_renderings(session, everything=True)  # the file may have moved, and others link to it
    return revision


def decline_import(session: Session, document: Document, *, digest: str) -> None:
    """Keep the document as it is, and the file from being offered again until it changes once more."""
    document.imported_digest = digest
    session.flush()


def newest_revision(session: Session, document: Document) -> Revision:
    """Return what a document says now, whatever this session has read before."""
    newest = select(Revision).where(Revision.document_id == document.id).order_by(Revision.number.desc()).limit(1)
    return session.scalars(newest).one()


def _free_slug(session: Session, wanted: str) -> str:
    """Return a slug no note has yet. Nobody else publishes meanwhile."""
    taken = set(
        session.scalars(
            select(Document.slug).where(Document.kind == Kind.NOTE, Document.slug.startswith(wanted, autoescape=True))
        )
    )
    if wanted not in taken:
        return wanted
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{wanted}-{number}") not in taken)
