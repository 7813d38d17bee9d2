"""What search costs, beside SQLite's FTS5 over the same texts in the same run.

Both are warm: each has answered all queries once before it is measured, though misspelt words are new ones each time.
They take turns, so that noise hits both. The time of a query is the best of its rounds, since whatever else runs on the
machine only adds to it; p50 and p95 are those of all queries.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median

import sqlalchemy as sa

from portal.search.domain import Engine, SearchDocument, SearchRequest
from portal.search.engines.postgresql import PostgresEngine
from portal.search.engines.whoosh import WhooshEngine
from portal.search.synonyms import Synonyms
from portal.settings import Settings
from tests.bench.corpus import SEED, make_documents, read_library
from tests.bench.fts5 import FullText, as_match, open_fts5
from tests.bench.queries import Search, beginnings, searches
from tests.bench.table import Row, p95, timed
from tests.support.servers import run_postgres

SIZES = (100, 1_000, 10_000)
ROUNDS = 7
CHANGES = 15
"""Documents that are changed, one after the other, each until it is found."""
SUGGESTIONS = 8
FLOORED = "Whoosh"
"""The engine that has floors: a database server answers over a socket, which FTS5, within the process, does not."""
P50_FLOORS = {100: "<= 1.50", 1_000: "<= 1.50", 10_000: "<= 2.00"}
P95_FLOORS = {10_000: "<= 1.00"}

Opener = Callable[[Path], AbstractContextManager[Engine]]
"""Opens an engine without an index, which may use the folder, and lets go of it."""


@contextmanager
def open_whoosh(folder: Path) -> Iterator[Engine]:
    """Open an index in a folder."""
    yield WhooshEngine(folder / "search")


@contextmanager
def open_postgres(_folder: Path) -> Iterator[Engine]:
    """Run a server of its own with an empty database. It does not wait for the disk, as that of the tests does not."""
    with run_postgres() as server:
        database = sa.create_engine(Settings(database_url=f"{server}/postgres").sqlalchemy_url)
        with database.begin() as connection:
            connection.execute(sa.text("CREATE EXTENSION pg_trgm"))
        yield PostgresEngine(database)
        database.dispose()


ENGINES: Mapping[str, Opener] = {"Whoosh": open_whoosh, "PostgreSQL": open_postgres}
"""The engines that are measured; another one is another line here."""


class Stopwatch:
    """The times of several that do the same things in turn, by the name of the thing."""

    def __init__(self) -> None:
        self._times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def time(self, name: str, **calls: Callable[[], object]) -> None:
        """Let all do a thing; who begins is another one each time."""
        done = sum(len(times[name]) for times in self._times.values())
        first = done // len(calls) % len(calls)
        sides = list(calls)
        for side in sides[first:] + sides[:first]:
            self._times[side][name].append(timed(calls[side]))

    def figure(self, side: str, of: Callable[[Sequence[float]], float]) -> float:
        """Return a figure of the times of one of them, in seconds."""
        return of([min(times) for times in self._times[side].values()])

    def row(self, what: str, of: Callable[[Sequence[float]], float], *, theirs: str = "theirs", floor: str = "") -> Row:
        """Return a figure of our times as a share of the same one of theirs."""
        base = self.figure(theirs, of)
        return Row(what, self.figure("ours", of) / base, floor, f"FTS5's {base * 1000:,.2f} ms")


def measure_search(
    content: Path, *, sizes: Sequence[int] = SIZES, engines: Mapping[str, Opener] = ENGINES
) -> Iterator[Row]:
    """Measure every engine with every number of documents."""
    for size in sizes:
        documents = make_documents(content, size)
        synonyms = read_library(content).synonyms
        for name, opener in engines.items():
            with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
                engine = stack.enter_context(opener(Path(folder)))
                fts5 = stack.enter_context(open_fts5(Path(folder)))
                for row in measure_engine(engine, fts5, documents, synonyms):
                    floor = row.floor if name == FLOORED else ""
                    yield row._replace(what=f"{name}, {size:,} documents: {row.what}", floor=floor)


def measure_engine(
    engine: Engine, fts5: FullText, documents: Sequence[SearchDocument], synonyms: Synonyms
) -> Iterator[Row]:
    """Measure one engine with some documents, of which neither has made an index yet."""
    yield from measure_building(engine, fts5, documents)
    yield from measure_pages(engine, fts5, len(documents), synonyms)
    yield measure_suggestions(engine, fts5)
    yield measure_freshness(engine, fts5, documents)


def measure_building(engine: Engine, fts5: FullText, documents: Sequence[SearchDocument]) -> Iterator[Row]:
    """Make both indexes, and look how large they are."""
    ours = timed(lambda: engine.rebuild(documents, up_to=1))
    theirs = timed(lambda: fts5.build(documents))
    yield Row("build", ours / theirs, "", f"FTS5's {theirs:,.2f} s")
    size = fts5.size()
    yield Row("size", engine.status().size / size, "", f"FTS5's {size / 1e6:,.1f} MB")


def measure_pages(engine: Engine, fts5: FullText, count: int, synonyms: Synonyms) -> Iterator[Row]:
    """Ask for pages of hits with highlights: ours with facets, theirs once without and once with them."""
    random = Random(SEED)
    for search in searches(random):
        time_page(Stopwatch(), engine, fts5, search, synonyms)
    watch = Stopwatch()
    for _round in range(ROUNDS):
        for search in searches(random):
            time_page(watch, engine, fts5, search, synonyms)
    yield watch.row("page, p50", median, floor=P50_FLOORS.get(count, ""))
    yield watch.row("page, p95", p95, floor=P95_FLOORS.get(count, ""))
    yield watch.row("page, p50, facets on both sides", median, theirs="theirs_with_facets")
    yield watch.row("page, p95, facets on both sides", p95, theirs="theirs_with_facets")


def time_page(watch: Stopwatch, engine: Engine, fts5: FullText, search: Search, synonyms: Synonyms) -> None:
    """Ask for one page."""
    query = as_match(search)
    watch.time(
        search.name,
        ours=lambda: engine.search(SearchRequest(text=search.text, synonyms=synonyms)),
        theirs=lambda: fts5.page(query),
        theirs_with_facets=lambda: (fts5.page(query), fts5.counts(query)),
    )


def measure_suggestions(engine: Engine, fts5: FullText) -> Row:
    """Ask for suggestions."""
    random = Random(SEED)
    for search in beginnings(random):
        time_suggestion(Stopwatch(), engine, fts5, search)
    watch = Stopwatch()
    for _round in range(ROUNDS):
        for search in beginnings(random):
            time_suggestion(watch, engine, fts5, search)
    return watch.row("suggestion, p95", p95)


def time_suggestion(watch: Stopwatch, engine: Engine, fts5: FullText, search: Search) -> None:
    """Ask for suggestions once."""
    query = as_match(search, join=" AND ")
    watch.time(
        search.name,
        ours=lambda: engine.suggest(search.text, SUGGESTIONS),
        theirs=lambda: fts5.suggest(query, SUGGESTIONS),
    )


def measure_freshness(engine: Engine, fts5: FullText, documents: Sequence[SearchDocument]) -> Row:
    """Change one document after the other, each time until it is found by a word that was nowhere before."""
    watch = Stopwatch()
    longest = sorted(documents, key=lambda document: len(document.body))[-CHANGES:]
    for number, document in enumerate(longest):
        time_change(watch, engine, fts5, document, word=f"freshly{number}written")
    return watch.row("commit until found, p50", median)


def time_change(watch: Stopwatch, engine: Engine, fts5: FullText, document: SearchDocument, word: str) -> None:
    """Change one document."""
    changed = replace(document, body=f"{document.body}\n{word}")
    watch.time(
        word,
        ours=lambda: change(engine, changed, word),
        theirs=lambda: change_fts5(fts5, changed, word),
    )


def change(engine: Engine, document: SearchDocument, word: str) -> None:
    """Put a document into the index, and search until it is found."""
    seen = engine.seen()
    engine.update([document], (), since=seen, up_to=seen + 1)
    while not engine.search(SearchRequest(text=word)).total:
        pass


def change_fts5(fts5: FullText, document: SearchDocument, word: str) -> None:
    """Put a document into the table, and search until it is found."""
    fts5.replace(document)
    while not fts5.page(f'"{word}"'):
        pass
