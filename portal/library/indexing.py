"""What the search index is given of the library: published text, in the order in which it was published."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from portal.library.contexts import Contexts
from portal.library.domain import CHALLENGE_SECTIONS, LESSON_SECTIONS, Kind
from portal.library.models import Document, Rendering, Revision
from portal.library.queries import library_generation, read_data
from portal.library.rendering import rendering_of
from portal.search.domain import SECTION_BREAK, Busy, Engine, Heading, SearchDocument, Unavailable
from portal.search.synonyms import Synonyms, gather_synonyms

BATCH = 200
"""Documents that are taken in at a time; what is killed on the way has not begun in vain."""
ATTEMPTS = 3
"""How often a catching up starts anew while others rebuild the index under it."""
USUAL_HEADINGS = frozenset({*LESSON_SECTIONS, *CHALLENGE_SECTIONS})
"""Headings that say nothing about a text, since all of its kind have them."""
LISTS = ("tools", "resources")
"""Data that is read on the page of its name."""
ASKED = "asked"
ARRANGING = ("roadmap", ASKED, *LISTS)
"""Data that belongs to documents which do not change with it."""
SYNONYMS = "synonyms"
CHECK_YOURSELF = Heading("Check yourself", "check-yourself", is_usual=True)
TAUGHT = (Kind.LESSON, Kind.TERM)
"""Kinds whose documents are found by what others of their topic say."""


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
        if seen > newest or _is_new_arrangement(session, seen):
            return rebuild(session, engine, load_places)
        count = _advance(session, engine, load_places(), seen, newest)
        if count is not None:
            return count
    raise Busy("Others keep rebuilding the search index.")


def rebuild(
    session: Session, engine: Engine, load_places: Callable[[], Places], *, only_if_broken: bool = False
) -> int:
    """Make the index anew from all that is published; return how many documents it was given. Raises Busy."""
    newest = library_generation(session)
    shelves = _Shelves(load_places(), Contexts(session), load_asked(session))
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


def load_synonyms(session: Session) -> Synonyms:
    """Return what means the same: the maintained list, and what the glossary knows of abbreviations and other names."""
    listed = read_data(session, SYNONYMS)
    terms = session.execute(
        select(Revision.title, Revision.meta)
        .join(Document, Document.revision_id == Revision.id)
        .where(Document.kind == Kind.TERM, ~Revision.is_retired)
        .order_by(Revision.title)
    )
    groups = [
        (title, *([meta["expansion"]] if meta.get("expansion") else []), *meta.get("aliases", ()))
        for title, meta in terms
    ]
    return gather_synonyms(
        [*(entry["words"] for entry in listed.get("synonyms", ())), *groups],
        [(entry["word"], entry["means"]) for entry in listed.get("narrower", ())],
    )


def load_asked(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the wordings under which people look for a document, by its kind and slug (`lesson/cors`)."""
    listed = read_data(session, ASKED).get("asked", ())
    return {entry["document"]: tuple(entry["wordings"]) for entry in listed}


def list_sections(session: Session, name: str) -> list[tuple[Heading, str]]:
    """Return what the page of a list shows beside its text: a section for each entry, beginning with its name."""
    data = read_data(session, name)
    if name == "tools":
        return [
            (Heading(tool["name"], tool["purpose"]), "\n".join([tool["name"], tool["use"], tool.get("avoid", "")]))
            for tool in data.get("tools", ())
        ]
    return [
        (Heading(resource["title"], resource["slug"]), "\n".join([resource["title"], resource["why"]]))
        for resource in data.get("resources", ())
    ]


def _is_new_arrangement(session: Session, seen: int) -> bool:
    """Tell whether data has changed that belongs to documents which have not."""
    newer = select(Revision.id).join(Document, Document.revision_id == Revision.id)
    newer = newer.where(Document.kind == Kind.DATA, Document.slug.in_(ARRANGING), Revision.id > seen)
    return session.scalar(newer) is not None


def _current() -> Select[Any]:
    return (
        select(
            Document.id, Document.kind, Document.key, Document.slug, Document.topic_key,
            Revision.id.label("revision_id"), Revision.title, Revision.summary, Revision.meta, Revision.is_retired,
            Revision.created_at,
            Rendering.text, Rendering.headings,
        )
        .join(Revision, Document.revision_id == Revision.id)
        .outerjoin(Rendering, Rendering.digest == Revision.digest)
        .where(Document.kind != Kind.DATA)
        .order_by(Revision.id)
    )  # fmt: skip


def _advance(session: Session, engine: Engine, places: Places, seen: int, newest: int) -> int | None:
    """Take in what was published after `seen`; return how many documents that was, None where the index went back."""
    count = 0
    asked = load_asked(session)
    with session.execute(_current().where(Revision.id > seen).execution_options(yield_per=BATCH)) as rows:
        while seen < newest:
            batch = rows.fetchmany(BATCH)
            up_to = batch[-1].revision_id if len(batch) == BATCH else newest
            topics = {_topic_of(row) for row in batch if row.kind in TAUGHT}
            shelves = _Shelves(places, Contexts(session, topics), asked)
            given = [*batch, *_neighbours(session, batch, topics)]
            documents = [shelves.document_of(session, row) for row in given if not row.is_retired]
            removed = {_key_of(row) for row in batch if row.is_retired}
            if not engine.update(documents, removed, since=seen, up_to=up_to):
                return None
            count += len(batch)
            seen = up_to
    return count


def _neighbours(session: Session, batch: Sequence[Row[Any]], topics: Collection[str]) -> list[Row[Any]]:
    """Return the lessons and terms of some topics that did not change, but are found by what did."""
    if not topics:
        return []
    given = {row.id for row in batch}
    of_topic = or_(Document.kind == Kind.TERM, and_(Document.kind == Kind.LESSON, Document.slug.in_(topics)))
    rows = session.execute(_current().where(of_topic, ~Revision.is_retired))
    return [row for row in rows if row.id not in given and _topic_of(row) in topics]


def _topic_of(row: Row[Any]) -> str:
    """Return the slug of the topic which a lesson or a term belongs to."""
    return str(row.slug if row.kind is Kind.LESSON else row.meta.get("topic", ""))


def _key_of(row: Row[Any]) -> str:
    return f"{row.kind}:{row.id}"


class _Shelves:
    """Puts documents where they belong on the roadmap, with what is known of them elsewhere."""

    def __init__(self, places: Places, contexts: Contexts, asked: Mapping[str, tuple[str, ...]]) -> None:
        self._contexts = contexts
        self._asked = asked
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
        listed = self._list_sections(session, row)
        headings = [
            Heading(heading["text"], heading["id"], is_usual=heading["text"] in USUAL_HEADINGS)
            for heading in rendering.headings
        ]
        return SearchDocument(
            key=_key_of(row),
            kind=row.kind.value,
            document_id=row.id,
            slug=row.slug,
            title=row.title,
            summary=rendering.text if is_term else row.summary,
            headings=(*headings, *(heading for heading, _ in listed)),
            body="" if is_term else SECTION_BREAK.join([rendering.text, *(text for _, text in listed)]),
            tags=(*row.meta.get("tags", ()), *([place.topic_title] if place and row.kind is Kind.NOTE else [])),
            aliases=(*([expansion] if expansion else []), *row.meta.get("aliases", ())),
            stage=place.stage if place else "",
            level=place.level if place else row.meta.get("level", ""),
            topic=place.topic_title if place else "",
            published_at=row.created_at,
            context=self._context_of(row),
            asked=self._asked.get(f"{row.kind}/{row.slug}", ()),
        )

    def _list_sections(self, session: Session, row: Row[Any]) -> list[tuple[Heading, str]]:
        """Return the sections of a page that do not stand in its text."""
        if row.kind is Kind.PAGE and row.slug in LISTS:
            return list_sections(session, row.slug)
        asked = [question["prompt"].replace("`", "") for question in row.meta.get("questions", ())]
        return [(CHECK_YOURSELF, "\n".join([CHECK_YOURSELF.text, *asked]))] if asked else []

    def _context_of(self, row: Row[Any]) -> str:
        if row.kind is Kind.TERM:
            return self._contexts.of_term(row.title, row.meta)
        return self._contexts.of_lesson(row.slug) if row.kind is Kind.LESSON else ""

    def _place_of(self, row: Row[Any]) -> Place | None:
        """Return the place of a document's topic; of a case note's, the first that it names."""
        if row.topic_key is not None:
            return self._by_key.get(row.topic_key)
        topics = [row.meta["topic"]] if "topic" in row.meta else row.meta.get("topics", ())
        return next((self._by_slug[slug] for slug in topics if slug in self._by_slug), None)
