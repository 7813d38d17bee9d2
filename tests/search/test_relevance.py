"""How well the engines answer what people ask of the real content."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.library.indexing import Place, Places, load_synonyms, rebuild
from portal.library.models import Document
from portal.roadmap.queries import load_roadmap
from portal.search.domain import Engine, SearchRequest
from portal.search.engines.postgresql import PostgresEngine
from portal.search.engines.whoosh import WhooshEngine
from tests.support.relevance import (
    HELD_OUT,
    JUDGED,
    MEASURED,
    Judged,
    Outcome,
    average,
    load_judged,
    measure,
    tabulate,
)

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.xdist_group("journeys"),  # which need the same import of the real content
    pytest.mark.timeout(120, func_only=True),  # the import is no part of the first test
]

LEAST_GAIN = 0.85
LEAST_GAIN_HELD_OUT = 0.80
"""For queries by which nothing was chosen."""
LEAST_ANSWERED_FIRST = 0.80
MOST_NOTHING_FOUND = 0.02


@pytest.fixture(scope="module")
def real_library(prepared: Path) -> Session:
    """The real content, imported."""
    return Session(sa.create_engine(f"sqlite:///{prepared / 'instance' / 'portal.db'}"))


def places_of(session: Session) -> Places:
    return {
        topic.key: Place(stage=topic.stage, level=topic.level.value, topic_slug=topic.slug, topic_title=topic.title)
        for topic in load_roadmap(session)
    }


@pytest.fixture(params=["whoosh", "postgresql"])
def filled(request: pytest.FixtureRequest, prepared: Path, real_library: Session) -> tuple[str, Engine]:
    """An engine that holds the real content, and its name."""
    if request.param == "whoosh":
        return "Whoosh", WhooshEngine(prepared / "instance" / "search")
    engine: PostgresEngine = request.getfixturevalue("postgres")
    rebuild(real_library, engine, lambda: places_of(real_library))
    return "PostgreSQL", engine


def searching(engine: Engine, session: Session) -> Callable[[str], list[str]]:
    """Return how to search as the site does."""
    synonyms = load_synonyms(session)

    def search(text: str) -> list[str]:
        return [f"{hit.kind}/{hit.slug}" for hit in engine.search(SearchRequest(text=text, synonyms=synonyms)).hits]

    return search


def test_people_find_what_they_ask_for(
    filled: tuple[str, Engine], real_library: Session, record_property: Callable[[str, object], None]
) -> None:
    name, engine = filled
    for label, file, least_gain in ((name, JUDGED, LEAST_GAIN), (f"{name}, held out", HELD_OUT, LEAST_GAIN_HELD_OUT)):
        outcomes = measure(load_judged(file), searching(engine, real_library))
        record_property(MEASURED, [label, tabulate(outcomes)])
        figures = average(outcomes)
        assert figures.gain >= least_gain
        assert figures.answered_first >= LEAST_ANSWERED_FIRST
        assert figures.nothing_found <= MOST_NOTHING_FOUND


def test_the_judgement_is_of_what_there_is(real_library: Session) -> None:
    there = {f"{kind.value}/{slug}" for kind, slug in real_library.execute(sa.select(Document.kind, Document.slug))}
    judged = [*load_judged(JUDGED), *load_judged(HELD_OUT)]
    assert {document for entry in judged for document in entry.graded} <= there
    assert len(judged) == len({entry.query for entry in judged}) >= 120
    assert all(max(entry.graded.values()) == 3 and set(entry.graded.values()) <= {1, 2, 3} for entry in judged)


def test_the_measure_is_one_for_the_best_order_and_falls_with_every_mistake() -> None:
    judged = Judged("locks", "term", {"a": 3, "b": 2, "c": 1})
    best, swapped, late, none = (
        Outcome(judged, found) for found in (["a", "b", "c"], ["b", "a", "c"], ["x", "a", "b", "c"], [])
    )
    assert best.gain == 1
    assert 1 > swapped.gain > late.gain > none.gain == 0
    assert (best.is_answered_first, swapped.is_answered_first, late.is_answered_first) == (True, True, False)
    assert Outcome(judged, ["c"]).is_answered_first is False
    figures = average([best, none])
    assert (figures.queries, figures.gain, figures.answered_first, figures.nothing_found) == (2, 0.5, 0.5, 0.5)
