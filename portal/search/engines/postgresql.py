"""An index in tables of PostgreSQL, which all processes and replicas share.

What a query means and how hits are ranked is the business of `portal.search.answering`, as with the other engines, so
that all of them answer alike. The database says what that asks for:

- Which documents have a term, and how much it counts in them: from a table with a row for each. PostgreSQL's `ts_rank`,
  with weights of its own for title, headings, summary and text, ranked as well (nDCG@10 of 240 judged queries was the
  same to the second digit), but reads the whole vector of each document that has the word: at 10,000 documents, 19 ms
  for a common word where this takes 2, and 160 ms for eight of them where this takes 11.
- In which documents words follow one another: from generated vectors of their texts, by `websearch_to_tsquery`. Its
  parser would take `config.yaml` for a host and `N+1` for two things, so it is given stems, spelt with letters.
- Which words and names resemble what was typed: by their trigrams.
- What the documents say. Passages are chosen from it by `portal.search.highlighting` and not by `ts_headline`, which
  took four to eight times as long for a page of hits, marks `select` in `select_related`, drops what looks like a tag
  of HTML, and knows no sections.

A search reads one snapshot, so that nobody who writes makes it wait. Between two searches no connection is held, and
nothing is remembered but documents, of which one that changes gets another number.
"""

import struct
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Generic, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg import errors

from portal.search import answering
from portal.search.domain import (
    Busy,
    Results,
    SearchDocument,
    SearchRequest,
    State,
    Status,
    Suggestion,
    Superseded,
    Unavailable,
)
from portal.search.entries import Card, Name, Page
from portal.search.filling import Writer, as_lexeme
from portal.search.names import AFTER_ALL, MOST_UNKNOWN, Named, mend_name
from portal.search.opened import Groups
from portal.search.spelling import find_similar
from portal.search.tables import COUNTED, FORM, METADATA, STATE, is_newer

LOCK = 6_702_120  # any number that nothing else in the database uses
WAIT = 5.0
"""Seconds to wait for another writer."""
IDLE = "5min"
"""How long a writer may say nothing before the database takes it for cut off, and lets others write."""
BATCH = 50
"""Documents that a rebuild sends to the database at a time."""
MOST_CARDS = 50_000
MOST_PAGES = 1024
"""Cards and pages that a process remembers; the oldest makes room."""
SIMILAR = "0.1"
"""Share of trigrams that words have in common which are compared letter by letter. With it, 996 of 1,000 misspelt words
and 990 of 1,000 half-typed names are mended as by a walk through all words; with PostgreSQL's own 0.3, 920 and 880."""
FEW = 200
"""Documents of which each can be named to the database; to name thousands takes longer than to look at all."""
MOST_NAMES = 50
"""Names that begin as typed, of which a few are shown."""
CONNECTION_FAULTS = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
"""The connection was lost, the server does not answer, or a file of it is damaged."""
TABLE_FAULTS = (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction, errors.UndefinedObject)
"""A table was dropped or is another one, or the extension is missing."""

Value = TypeVar("Value")


IS_WHOLE = """
    (documents = 0 OR (SELECT number FROM search_documents ORDER BY number LIMIT 1) IS NOT NULL)
    AND (weights = 0 OR (SELECT term FROM search_weights ORDER BY term LIMIT 1) IS NOT NULL)
    AND (pieces = 0 OR (SELECT document FROM search_pieces ORDER BY document LIMIT 1) IS NOT NULL)
    AND (names = 0 OR (SELECT document FROM search_names ORDER BY document LIMIT 1) IS NOT NULL)
    AND (words = 0 OR (SELECT word FROM search_words ORDER BY word LIMIT 1) IS NOT NULL)
"""
"""Whether there is a row where there should be some; by its index, since a way over rows deleted lately may be long."""
THE_STATE = sa.select(STATE, sa.literal_column(IS_WHOLE, sa.Boolean).label("is_whole"))
POSTINGS = sa.text(
    """
    SELECT term, string_agg(int4send(document), ''), string_agg(float4send(weight), '')
    FROM search_weights WHERE term = ANY(:terms) GROUP BY term
    """
)
"""As bytes, since arrays of thousands of numbers take twice as long to read."""
IN_A_ROW = sa.text(
    "SELECT DISTINCT document FROM search_pieces WHERE vector @@ websearch_to_tsquery('simple', :phrase)"
)
IN_A_ROW_AMONG = sa.text(f"{IN_A_ROW.text} AND document = ANY(:among)")
WORDS_WITH = sa.text("SELECT word FROM search_words WHERE word >= :first AND word < :last ORDER BY word LIMIT :limit")
SIMILAR_WORDS = sa.text("SELECT word FROM search_words WHERE word % :word")
WORD_COUNTS = sa.text("SELECT word, documents FROM search_words WHERE word = ANY(:words)")
CARDS = sa.text("SELECT number, card FROM search_documents WHERE number = ANY(:numbers)")
PAGES = sa.text("SELECT number, page FROM search_documents WHERE number = ANY(:numbers)")
NAMES_WITH = sa.text(
    """
    SELECT document, folded, text, anchor, rank FROM (
        SELECT DISTINCT ON (document, anchor) *, folded NOT LIKE :beginning AS is_within FROM search_names
        WHERE folded LIKE :beginning OR folded LIKE :within
        ORDER BY document, anchor, rank > 1, is_within, rank, length(folded), text
    ) AS best
    ORDER BY rank > 1, is_within, rank, length(folded), text, document LIMIT :limit
    """
)
"""One name for each place that it leads to, in the order of `answering.suggest`; no folded name has wildcards in it."""
KNOWN_NAME_WORDS = sa.text("SELECT word FROM search_words WHERE names > 0 AND word = ANY(:words)")
NAME_WORDS_WITH = sa.text("SELECT word FROM search_words WHERE names > 0 AND word >= :first AND word < :last LIMIT 1")
SIMILAR_NAME_WORDS = sa.text(
    """
    SELECT word FROM search_words, unnest(CAST(:typed AS text[])) AS typed
    WHERE names > 0 AND (word % typed OR typed <% word)
    """
)
SET_SIMILARITY = sa.text(
    f"""
    SELECT set_config('pg_trgm.similarity_threshold', '{SIMILAR}', true),
           set_config('pg_trgm.word_similarity_threshold', '{SIMILAR}', true)
    """
)
SET_PATIENCE = sa.text(
    "SELECT set_config('lock_timeout', :wait, true), set_config('idle_in_transaction_session_timeout', :idle, true)"
)
HOLD_LOCK = sa.text("SELECT pg_advisory_xact_lock(:lock)")
SIZE = sa.text("SELECT sum(pg_total_relation_size(CAST(name AS regclass))) FROM unnest(CAST(:names AS text[])) AS name")


class Damaged(Unavailable):
    """Rows are missing that others tell of."""

    def __init__(self) -> None:
        super().__init__("The index is damaged: rows are missing.")


class Recent(Generic[Value]):
    """Values by the number of a document; the oldest makes room.

    Threads share it without a lock: what is handed out is never changed, and what one of them forgets of another's is
    loaded once more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[int, Value] = {}

    def take(self, numbers: Collection[int], load: Callable[[list[int]], dict[int, Value]]) -> Mapping[int, Value]:
        """Return the values of these documents, among others; those that are not remembered are loaded together."""
        known = self._values
        missing = set(numbers).difference(known)
        if not missing:
            return known
        found = known | load(list(missing))
        self._values = dict(islice(found.items(), max(0, len(found) - self._most), None))
        return found


class Grouping:
    """Numbers for the values that documents have in their facets; threads share it."""

    def __init__(self) -> None:
        self.values: list[tuple[str, ...]] = []
        self._numbers: dict[tuple[str, ...], int] = {}
        self._guard = threading.Lock()

    def number_of(self, values: tuple[str, ...]) -> int:
        """Return the number of these values, which they keep."""
        with self._guard:
            if values not in self._numbers:
                self._numbers[values] = len(self.values)
                self.values.append(values)
            return self._numbers[values]


@dataclass(frozen=True)
class Memory:
    """What a process remembers of an index."""

    edition: str = ""
    seen: int = 0
    corrections: dict[str, str | None] = field(default_factory=dict)
    groups: Grouping = field(default_factory=Grouping)
    groups_of: Recent[int] = field(default_factory=lambda: Recent(MOST_CARDS))
    cards: Recent[Card] = field(default_factory=lambda: Recent(MOST_CARDS))
    pages: Recent[Page] = field(default_factory=lambda: Recent(MOST_PAGES))

    def of(self, state: sa.Row[Any]) -> "Memory":
        """Return what still holds for an index in this state."""
        if state.edition != self.edition:
            return Memory(state.edition, state.seen)
        return self if state.seen == self.seen else replace(self, seen=state.seen, corrections={})


class PostgresIndex:
    """The entries of an index as one transaction sees them."""

    def __init__(self, connection: sa.Connection, size: int, memory: Memory) -> None:
        self.corrections = memory.corrections
        self._connection = connection
        self._size = size
        self._memory = memory

    def size(self) -> int:
        return self._size

    def postings(self, terms: Collection[str]) -> Mapping[str, Mapping[int, float]]:
        if not terms:
            return {}
        return {
            term: dict(zip(_unpack("i", numbers), _unpack("f", weights), strict=True))
            for term, numbers, weights in self._connection.execute(POSTINGS, {"terms": list(terms)})
        }

    def in_a_row(self, stems: Sequence[str], among: Collection[int]) -> Collection[int]:
        phrase = f'"{" ".join(map(as_lexeme, stems))}"'
        if len(among) > FEW:
            return set(among).intersection(self._list(IN_A_ROW, phrase=phrase))
        return self._list(IN_A_ROW_AMONG, phrase=phrase, among=list(among))

    def words_with(self, prefix: str, limit: int) -> Sequence[str]:
        return self._list(WORDS_WITH, first=prefix, last=prefix + AFTER_ALL, limit=limit)

    def similar_words(self, word: str, slips: int) -> Sequence[str]:
        self._connection.execute(SET_SIMILARITY)
        return find_similar(word, sorted(self._list(SIMILAR_WORDS, word=word)), slips)

    def word_counts(self, words: Collection[str]) -> Mapping[str, int]:
        return {row.word: row.documents for row in self._connection.execute(WORD_COUNTS, {"words": list(words)})}

    def groups(self, numbers: Collection[int]) -> Groups:
        return Groups(self._memory.groups_of.take(numbers, self._find_groups), self._memory.groups.values)

    def cards(self, numbers: Collection[int]) -> Mapping[int, Card]:
        return self._memory.cards.take(numbers, lambda missing: self._load(CARDS, missing, Card.from_json))

    def pages(self, numbers: Collection[int]) -> Mapping[int, Page]:
        return self._memory.pages.take(numbers, lambda missing: self._load(PAGES, missing, Page.from_json))

    def names_with(self, beginning: str) -> Iterable[Named]:
        like = {"beginning": f"{beginning}%", "within": f"% {beginning}%", "limit": MOST_NAMES}
        return [Named(Name(*name), document) for document, *name in self._connection.execute(NAMES_WITH, like)]

    def mend_name(self, typed: str) -> str | None:
        *finished, last = typed.split(" ")
        known = {
            *self._list(KNOWN_NAME_WORDS, words=finished),
            *self._list(NAME_WORDS_WITH, first=last, last=last + AFTER_ALL),
        }
        unknown = [word for word in finished if word not in known]
        if not any(word.startswith(last) for word in known):
            unknown.append(last)
        if not 0 < len(unknown) <= MOST_UNKNOWN:
            return None
        self._connection.execute(SET_SIMILARITY)
        return mend_name(typed, sorted(known.union(self._list(SIMILAR_NAME_WORDS, typed=unknown))))

    def count_rows(self, state: sa.Row[Any]) -> None:
        """Count all there is. Raises Damaged where it is not as much as the state says."""
        for name, table in COUNTED.items():
            if self._connection.scalar(sa.select(sa.func.count()).select_from(table)) != getattr(state, name):
                raise Damaged

    def bytes_on_disk(self) -> int:
        """Return the size of all tables and their indexes."""
        tables = [table.name for table in METADATA.tables.values()]
        return int(self._connection.scalar(SIZE, {"names": tables}) or 0)

    def _find_groups(self, numbers: list[int]) -> dict[int, int]:
        cards = self.cards(numbers)
        return {number: self._memory.groups.number_of(cards[number].facets) for number in numbers}

    def _list(self, statement: sa.TextClause, **values: object) -> Sequence[Any]:
        return self._connection.scalars(statement, values).all()

    def _load(self, statement: sa.TextClause, numbers: list[int], read: Callable[[str], Value]) -> dict[int, Value]:
        found = {number: read(text) for number, text in self._connection.execute(statement, {"numbers": numbers})}
        if len(found) < len(numbers):
            raise Damaged
        return found


class PostgresEngine:
    """Keeps an index in a database that any number of processes read, and one at a time writes.

    Each call takes a connection from the pool that the rest of the process uses, and gives it back before it returns.
    So a request holds two at most, its own and this one, as does a thread that rebuilds: with four threads a process,
    these are ten, and the pool has fifteen.
    """

    def __init__(self, database: sa.Engine, *, wait: float = WAIT) -> None:
        self._glances = database.execution_options(isolation_level="AUTOCOMMIT")
        self._readers = database.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writers = database.execution_options(isolation_level="READ COMMITTED")
        self._wait = wait
        self._memory = Memory()
        self._damaged = ""

    def seen(self) -> int:
        with _faults(), self._glances.connect() as connection:
            return int(self._read_state(connection).seen)

    def search(self, request: SearchRequest) -> Results:
        with self._reading() as (index, _):
            return answering.answer(index, request)

    def suggest(self, typed: str, limit: int) -> Sequence[Suggestion]:
        with self._reading() as (index, _):
            return answering.suggest(index, typed, limit)

    def update(self, documents: Sequence[SearchDocument], removed: Collection[str], *, since: int, up_to: int) -> bool:
        with self._writing() as connection:
            state = self._read_state(connection)
            if state.seen < since:
                return False
            if state.seen < up_to:
                writer = Writer(connection, state)
                writer.remove([*removed, *(document.key for document in documents)])
                writer.add(documents)
                writer.finish(up_to)
            return True

    def rebuild(self, documents: Iterable[SearchDocument], *, up_to: int, only_if_broken: bool = False) -> bool:
        with self._writing() as connection:
            if only_if_broken and self._is_sound(connection):
                return False
            METADATA.create_all(connection)
            writer = Writer(connection)
            rest = iter(documents)
            while batch := list(islice(rest, BATCH)):
                writer.add(batch)
            writer.finish(up_to)
            return True

    def status(self) -> Status:
        place = self._readers.url.render_as_string(hide_password=True)
        try:
            with self._reading() as (index, state):
                index.count_rows(state)
                size = index.bytes_on_disk()
        except Damaged as problem:
            return Status(state=State.DAMAGED, place=place, detail=str(problem))
        except Exception as problem:  # noqa: BLE001  # whatever is wrong with the database, it is said and not raised
            return Status(state=State.MISSING, place=place, detail=str(problem) or repr(problem))
        return Status(state=State.READY, place=place, documents=state.documents, seen=state.seen, size=size)

    @contextmanager
    def _reading(self) -> Iterator[tuple[PostgresIndex, sa.Row[Any]]]:
        """Open the index as it is at this moment. Raises Unavailable.

        The transaction ends with COMMIT: after ROLLBACK, the driver prepares all statements anew.
        """
        with _faults(), self._readers.begin() as connection:
            state = self._read_state(connection)
            self._memory = memory = self._memory.of(state)
            try:
                yield PostgresIndex(connection, state.documents, memory), state
            except Damaged:
                self._damaged = state.edition
                raise

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Begin a transaction during which nobody else writes. Raises Busy or Unavailable."""
        with _faults(), self._writers.begin() as connection:
            connection.execute(SET_PATIENCE, {"wait": f"{max(1, round(self._wait * 1000))}ms", "idle": IDLE})
            connection.execute(HOLD_LOCK, {"lock": LOCK})
            yield connection

    def _read_state(self, connection: sa.Connection) -> sa.Row[Any]:
        state = connection.execute(THE_STATE).one_or_none()
        if state is None:
            raise Unavailable("There is no index.")
        if is_newer(state.form, FORM):
            raise Superseded("The index was made by a newer version of the portal.")
        if state.form != FORM:
            raise Unavailable("The index was made by another version of the portal, or by something else.")
        if state.edition == self._damaged or not state.is_whole:
            raise Damaged
        return state

    def _is_sound(self, connection: sa.Connection) -> bool:
        """Tell whether the index can be read. Raises Superseded."""
        try:
            with connection.begin_nested(), _faults():
                self._read_state(connection)
        except Superseded:
            raise
        except Unavailable:
            return False
        return True


@contextmanager
def _faults() -> Iterator[None]:
    """Raise Busy or Unavailable for what goes wrong in the database, and leave what goes wrong in our own code."""
    try:
        yield
    except sa.exc.DBAPIError as problem:
        if isinstance(problem.orig, errors.LockNotAvailable):
            raise Busy("Another process is writing the search index.") from problem
        if isinstance(problem.orig, (*CONNECTION_FAULTS, *TABLE_FAULTS)):
            raise Unavailable(f"The database says: {str(problem.orig).splitlines()[0]}.") from problem
        raise
    except sa.exc.TimeoutError as problem:
        raise Unavailable("The database has no connection to spare.") from problem


def _unpack(kind: str, sent: bytes) -> Sequence[Any]:
    """Return the numbers of four bytes each that PostgreSQL sent one after the other."""
    return struct.unpack(f">{len(sent) // 4}{kind}", sent)
