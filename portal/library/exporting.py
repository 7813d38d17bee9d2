"""From documents back to the files of content/, for a pull request."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.accounts.models import User
from portal.errors import Invalid
from portal.library.domain import Kind
from portal.library.models import Document, Revision
from portal.library.queries import lesson_slugs_by_key


def export_content(session: Session, folder: Path) -> list[str]:
    """Write the newest revision of every document below a folder; return the paths that were written.

    Files of the same name are replaced and nothing else is touched. What came from a file goes back to it byte for
    byte; notes go to notes/<topic>/. Raises Invalid where a path would lead out of the folder.
    """
    files = {**_notes(session), **_curated(session)}
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in sorted(files.items()):
        target = folder / path
        if not target.resolve().is_relative_to(folder.resolve()):
            raise Invalid(f"{path} would be written outside {folder}.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    return sorted(files)


def _curated(session: Session) -> dict[str, str]:
    """Return the texts of all documents that came from a file of their own, by path."""
    rows = session.execute(
        select(Revision.path, Revision.head, Revision.body)
        .join(Document, Document.revision_id == Revision.id)
        .where(Document.kind.not_in((Kind.NOTE, Kind.TERM)))
    )
    return {path: head + body for path, head, body in rows if path is not None}


def _notes(session: Session) -> dict[str, str]:
    """Return the texts of all published notes by path, with front matter that says whose they are."""
    first = aliased(Revision)
    rows = session.execute(
        select(Document, Revision, User.username, first.created_at)
        .join(Revision, Document.revision_id == Revision.id)
        .join(first, (first.document_id == Document.id) & (first.number == 1))
        .outerjoin(User, User.id == first.author_id)
        .where(Document.kind == Kind.NOTE)
    )
    topics = lesson_slugs_by_key(session)
    files = {}
    for note, revision, author, published_at in rows:
        topic = topics.get(str(note.topic_key), str(note.topic_key))
        files[f"notes/{topic}/{note.id}-{note.slug}.md"] = _note_text(revision, topic, author, published_at)
    return files


def _note_text(revision: Revision, topic: str, author: str | None, published_at: datetime) -> str:
    keys: dict[str, Any] = {
        "title": revision.title,
        "summary": revision.summary,
        "topic": topic,
        "author": author,
        "published": published_at.date(),
    }
    if revision.is_retired:
        keys["retired"] = True
    front_matter = yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=120)
    return f"---\n{front_matter}---\n\n{revision.body}"
