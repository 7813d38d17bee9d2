"""What documents say about one another, by which the search finds them too.

A lesson and the terms that it teaches belong together: who looks for a header by its name is glad of the term which the
lesson explains with it, and who asks in the words of a definition is glad of the lesson.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.library.domain import Kind
from portal.library.models import Document, Rendering, Revision
from portal.search.domain import SECTION_BREAK

LONGEST = 4_000
"""Characters of what a lesson says about a term that help to find it."""


class Contexts:
    """The published lessons and terms of some topics, all of them where none are named; read when they are needed."""

    def __init__(self, session: Session, topics: Collection[str] | None = None) -> None:
        self._session = session
        self._topics = topics
        self._lessons: dict[str, str] | None = None
        self._definitions: dict[str, list[str]] | None = None

    def of_term(self, title: str, meta: Mapping[str, Any]) -> str:
        """Return the sections in which the lesson that teaches a term names it."""
        names = [title, *meta.get("aliases", ()), *([meta["expansion"]] if "expansion" in meta else [])]
        named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
        sections = self._load_lessons().get(meta.get("topic", ""), "").split(SECTION_BREAK)
        return "\n".join(section for section in sections if named.search(section))[:LONGEST]

    def of_lesson(self, slug: str) -> str:
        """Return the definitions of the terms that a lesson teaches."""
        return "\n".join(self._load_definitions().get(slug, ()))

    def _load_lessons(self) -> dict[str, str]:
        if self._lessons is None:
            rows = (
                select(Document.slug, Rendering.text)
                .join(Revision, Document.revision_id == Revision.id)
                .join(Rendering, Rendering.digest == Revision.digest)
                .where(Document.kind == Kind.LESSON, ~Revision.is_retired)
            )
            if self._topics is not None:
                rows = rows.where(Document.slug.in_(self._topics))
            self._lessons = dict(self._session.execute(rows).all())
        return self._lessons

    def _load_definitions(self) -> dict[str, list[str]]:
        if self._definitions is None:
            self._definitions = {}
            rows = (
                select(Revision.title, Revision.meta, Revision.body)
                .join(Document, Document.revision_id == Revision.id)
                .where(Document.kind == Kind.TERM, ~Revision.is_retired)
                .order_by(Revision.title)
            )
            for title, meta, definition in self._session.execute(rows):
                self._definitions.setdefault(meta.get("topic", ""), []).append(f"{title}: {definition}")
        return self._definitions
