"""The search index as the site uses it: opened once, brought up to date, mended when it is broken.

What goes wrong with the index never breaks a page: the index can be made anew from the library at any time.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from flask import Flask, current_app

from portal import logs
from portal.db import current_session, db
from portal.library import indexing
from portal.library.indexing import Place
from portal.library.queries import library_generation
from portal.roadmap.queries import load_roadmap
from portal.search.domain import Busy, Engine, Results, SearchRequest, Suggestion, Superseded, Unavailable
from portal.search.engines.postgresql import PostgresEngine
from portal.search.engines.whoosh import WhooshEngine
from portal.search.synonyms import Synonyms
from portal.settings import Settings
from portal.web.addresses import document_address
from portal.web.keeping import Derived

FOLDER = "search"
PATIENCE = 3.0
"""Seconds that a request waits for a rebuild; a larger index is ready a few requests later."""

log = logs.get_logger()


@dataclass
class SearchService:
    """The engine of this process, and the rebuild that may be under way."""

    engine: Engine
    guard: threading.Lock = field(default_factory=threading.Lock)
    mending: threading.Thread | None = None
    synonyms: Derived[Synonyms] = field(default_factory=lambda: Derived(indexing.load_synonyms))


@dataclass(frozen=True)
class Similar:
    """A published document that resembles a text."""

    title: str
    kind: str
    address: str


def open_search(app: Flask, settings: Settings) -> None:
    """Make the engine known; its files or tables are opened by the first search."""
    app.extensions["portal.search"] = SearchService(_make_engine(app, settings))


def _make_engine(app: Flask, settings: Settings) -> Engine:
    if not settings.searches_in_database:
        return WhooshEngine(settings.instance_path / FOLDER)
    with app.app_context():
        return PostgresEngine(db.engine)


def search_engine() -> Engine:
    """Return the engine of this process."""
    return _service().engine


def find(request: SearchRequest) -> Results | None:
    """Search what is published at this moment, by all words for it; None while the index is being rebuilt."""
    catch_up_search()
    request = replace(request, synonyms=_service().synonyms.get(current_session()))
    try:
        return search_engine().search(request)
    except Unavailable:
        mend_search()
    try:
        return search_engine().search(request)
    except Unavailable:
        return None


def suggest(typed: str, *, limit: int) -> Sequence[Suggestion]:
    """Return documents published at this moment whose name begins as typed; none while the index is being rebuilt."""
    catch_up_search(patience=0)
    try:
        return search_engine().suggest(typed, limit)
    except Unavailable:
        mend_search(patience=0)
        return []


def find_similar(text: str, *, limit: int = 5) -> list[Similar]:
    """Return published documents that resemble a text; none while the index is being rebuilt."""
    results = find(SearchRequest(text=text, page_size=limit)) or Results()
    return [Similar(hit.title, hit.kind, document_address(hit.kind, hit.slug, hit.document_id)) for hit in results.hits]


def catch_up_search(*, patience: float = PATIENCE) -> None:
    """Bring the index up to the newest revision. To be called after a commit; never raises.

    What fails here is tried again by the next search, in whichever process. `patience` is for an index that must be
    rebuilt.
    """
    session = current_session()
    try:
        engine = search_engine()
        if engine.seen() != library_generation(session):
            count = indexing.catch_up(session, engine, load_places)
            log.info("search caught up", documents=count)
    except Unavailable:
        mend_search(patience=patience)
    except Busy:
        log.info("search is written by another process")
    except Exception as error:  # what was published stays published, whatever becomes of the index
        log.error("search did not catch up", exc_info=error)
        session.rollback()


def rebuild_search() -> int:
    """Make the index anew beside the old one; return how many documents are in it. Raises Busy."""
    return indexing.rebuild(current_session(), search_engine(), load_places)


def mend_search(*, patience: float = PATIENCE) -> None:
    """Have a missing or damaged index rebuilt, and wait a moment for it.

    A thread of its own does it, so that the limit on the time of a request cannot end a long rebuild again and again.
    """
    service = _service()
    with service.guard:
        if service.mending is None or not service.mending.is_alive():
            app = current_app._get_current_object()  # type: ignore[attr-defined]  # a thread needs the application itself
            service.mending = threading.Thread(target=_mend, args=(app,), name="search-mending")
            service.mending.start()
        thread = service.mending
    thread.join(patience)


def load_places() -> dict[str, Place]:
    """Return where each topic lies, by its permanent id."""
    return {
        topic.key: Place(stage=topic.stage, level=topic.level.value, topic_slug=topic.slug, topic_title=topic.title)
        for topic in load_roadmap(current_session())
    }


def _mend(app: Flask) -> None:
    with app.app_context():
        try:
            count = indexing.rebuild(current_session(), search_engine(), load_places, only_if_broken=True)
            log.warning("search index rebuilt", documents=count)
        except Busy:
            log.info("search is written by another process")
        except Superseded:
            log.warning("search index left to a newer version")
        except Exception as error:  # nobody waits for what a thread raises; the next search tries again
            log.error("search index not rebuilt", exc_info=error)


def _service() -> SearchService:
    return cast("SearchService", current_app.extensions["portal.search"])
