"""What the search index is given of the library: published text, in the order in which it was published."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from portal.library.domain import CHALLENGE_SECTIONS, LESSON_SECTIONS, Kind
from portal.library.models import Document, Rendering, Revision
from portal.library.queries import library_generation
from portal.library.rendering import rendering_of
from portal.search.domain import Busy, Engine, SearchDocument, Unavailable

BATCH = 200
"""Documents that are taken in at a time; what is killed on the way has not begun in vain."""
ATTEMPTS = 3
"""How often a catching up starts anew while others rebuild the index under it."""
USUAL_HEADINGS = frozenset({*LESSON_SECTIONS, *CHALLENGE_SECTIONS})
"""Headings that say nothing about a text, since all of its kind have them."""
ROADMAP = "roadmap"


@dataclass(frozen=True)
class Place:
    """Where a topic lies on the roadmap."""

    stage: str
    level: str
    topic_slug: str
    topic_title: str


Places = Mapping[str, Place]
"""Places by the permanent id of the topic."""


def catch_up(session: Session, engine: Engine, load_places: Callable[[], Places]) -> int:
    """Bring the index up to the newest revision; return how many documents were put in or taken out.

    To be called after a commit, never within a transaction that writes: the session may be rolled back to see the
    newest state. `load_places` is called once it is known how new the places must be. An index that is missing or
    damaged is rebuilt. Raises Busy where another process writes for too long.
    """
    for _ in range(ATTEMPTS):
        try:
            seen = engine.seen()
        except Unavailable:
            return rebuild(session, engine, load_places, only_if_broken=True)
        newest = library_generation(session)
        if seen > newest:
            session.rollback()  # what this transaction sees may be older than what another process has indexed
            newest = library_generation(session)
        if seen == newest:
            return 0
        if seen > newest or _is_new_roadmap(session, seen):
            return rebuild(session, engine, load_places)
        count = _advance(session, engine, _Shelves(load_places()), seen, newest)
        if count is not None:
            return count
    raise Busy("Others keep rebuilding the search index.")


def rebuild(
    session: Session, engine: Engine, load_places: Callable[[], Places], *, only_if_broken: bool = False
) -> int:
    """Make the index anew from all that is published; return how many documents it was given. Raises Busy."""
    newest = library_generation(session)
    shelves = _Shelves(load_places())
    count = 0

    def documents() -> Iterator[SearchDocument]:
        nonlocal count
        published = _current().where(~Revision.is_retired).execution_options(yield_per=BATCH)
        with session.execute(published) as rows:
            for row in rows:
                yield shelves.document_of(session, row)
                count += 1

    engine.rebuild(documents(), up_to=newest, only_if_broken=only_if_broken)
    return count


def _is_new_roadmap(session: Session, seen: int) -> bool:
    """Tell whether the places of documents may have changed that did not change themselves."""
    newer = select(Revision.id).join(Document, Document.revision_id == Revision.id)
    newer = newer.where(Document.kind == Kind.DATA, Document.slug == ROADMAP, Revision.id > seen)
    return session.scalar(newer) is not None


def _current() -> Select[Any]:
    return (
        select(
            Document.id, Document.kind, Document.key, Document.slug, Document.topic_key,
            Revision.id.label("revision_id"), Revision.title, Revision.summary, Revision.meta, Revision.is_retired,
            Rendering.text, Rendering.headings,
        )
        .join(Revision, Document.revision_id == Revision.id)
        .outerjoin(Rendering, Rendering.digest == Revision.digest)
        .where(Document.kind != Kind.DATA)
        .order_by(Revision.id)
    )  # fmt: skip


def _advance(session: Session, engine: Engine, shelves: "_Shelves", seen: int, newest: int) -> int | None:
    """Take in what was published after `seen`; return how many documents that was, None where the index went back."""
    count = 0
    with session.execute(_current().where(Revision.id > seen).execution_options(yield_per=BATCH)) as rows:
        while seen < newest:
            batch = rows.fetchmany(BATCH)
            up_to = batch[-1].revision_id if len(batch) == BATCH else newest
            documents = [shelves.document_of(session, row) for row in batch if not row.is_retired]
            removed = {_key_of(row) for row in batch if row.is_retired}
            if not engine.update(documents, removed, since=seen, up_to=up_to):
                return None
            count += len(batch)
            seen = up_to
    return count


def _key_of(row: Row[Any]) -> str:
    return f"{row.kind}:{row.id}"


class _Shelves:
    """Puts documents where they belong on the roadmap."""

    def __init__(self, places: Places) -> None:
        self._by_key = places
        self._by_slug = {place.topic_slug: place for place in places.values()}

    def document_of(self, session: Session, row: Row[Any]) -> SearchDocument:
        """Return a published document as the index is given it."""
        place = self._place_of(row)
        rendering: Any = row
        if row.text is None:
            rendering = rendering_of(session, session.get_one(Revision, row.revision_id))
        is_term = row.kind is Kind.TERM
        expansion = row.meta.get("expansion")
        headings = [heading["text"] for heading in rendering.headings]
        return SearchDocument(
            key=_key_of(row),
            kind=row.kind.value,
            document_id=row.id,
            slug=row.slug,
            title=row.title,
            summary=rendering.text if is_term else row.summary,
            headings=tuple(heading for heading in headings if heading not in USUAL_HEADINGS),
            body="" if is_term else rendering.text,
            tags=(*row.meta.get("tags", ()), *([place.topic_title] if place and row.kind is Kind.NOTE else [])),
            aliases=(*([expansion] if expansion else []), *row.meta.get("aliases", ())),
            stage=place.stage if place else "",
            level=place.level if place else row.meta.get("level", ""),
            topic=place.topic_title if place else "",
        )

    def _place_of(self, row: Row[Any]) -> Place | None:
        """Return the place of a document's topic; of a case note's, the first that it names."""
        if row.topic_key is not None:
            return self._by_key.get(row.topic_key)
        topics = [row.meta["topic"]] if "topic" in row.meta else row.meta.get("topics", ())
        return next((self._by_slug[slug] for slug in topics if slug in self._by_slug), None)
