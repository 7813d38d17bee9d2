"""The yardstick: SQLite's own full-text search over the same texts, as somebody who knows it well would set it up."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from portal.search.analysis import STOP_WORDS
from portal.search.domain import FACETS, PAGE_SIZE, SearchDocument
from tests.bench.queries import Search

SCHEMA = """
    CREATE VIRTUAL TABLE texts USING fts5(title, summary, body, context, tokenize = 'porter unicode61');
    INSERT INTO texts (texts, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0, 1.0)');
    CREATE VIRTUAL TABLE names USING fts5(name, tokenize = 'unicode61', prefix = '2 3 4');
    CREATE TABLE documents (id INTEGER PRIMARY KEY, key TEXT UNIQUE, stage TEXT, level TEXT, kind TEXT);
"""
INSERT = "INSERT INTO texts (title, summary, body, context, rowid) VALUES (?, ?, ?, ?, ?)"
CHANGE = "UPDATE texts SET title = ?, summary = ?, body = ?, context = ? WHERE rowid = ?"
PAGE = f"""
    SELECT title, summary, key, stage, level, kind, snippet(texts, 2, '<mark>', '</mark>', '…', 30)
    FROM texts JOIN documents ON id = texts.rowid WHERE texts MATCH ? ORDER BY rank LIMIT {PAGE_SIZE}
"""
TOTAL = "SELECT count(*) FROM texts WHERE texts MATCH ?"
COUNTS = [
    f"SELECT {facet}, count(*) FROM texts JOIN documents ON id = texts.rowid WHERE texts MATCH ? GROUP BY {facet}"
    for facet in FACETS
]
SUGGESTIONS = "SELECT name FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?"
QUOTED = re.compile(r'"[^"]*"|\S+')


class FullText:
    """A file with the texts of documents in FTS5. Names, by which they are suggested, are kept apart."""

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self._connection = connection
        self._file = file

    def build(self, documents: Iterable[SearchDocument]) -> None:
        """Take in documents in one transaction, and merge what belongs together."""
        self._connection.execute("BEGIN")
        for document in documents:
            self._insert(document)
        self._connection.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        self._connection.execute("INSERT INTO names (names) VALUES ('optimize')")
        self._connection.execute("COMMIT")

    def replace(self, document: SearchDocument) -> None:
        """Put a document in the place of what it was before, and commit. Its names stay."""
        self._connection.execute("BEGIN IMMEDIATE")
        [number] = self._connection.execute("SELECT id FROM documents WHERE key = ?", [document.key]).fetchone()
        self._connection.execute(CHANGE, [*texts_of(document), number])
        self._connection.execute("COMMIT")

    def size(self) -> int:
        """Return the bytes of the file, without the log that is written before it."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self._file.stat().st_size

    def page(self, query: str) -> list[tuple[object, ...]]:
        """Return a page of hits, each with a snippet."""
        return self._connection.execute(PAGE, [query]).fetchall()

    def counts(self, query: str) -> list[list[tuple[object, ...]]]:
        """Return what a page tells beside its hits: how many there are, in all and with each value of each facet."""
        return [self._connection.execute(statement, [query]).fetchall() for statement in (TOTAL, *COUNTS)]

    def suggest(self, query: str, limit: int) -> list[tuple[object, ...]]:
        """Return names."""
        return self._connection.execute(SUGGESTIONS, [query, limit]).fetchall()

    def _insert(self, document: SearchDocument) -> None:
        inserted = self._connection.execute(
            "INSERT INTO documents (key, stage, level, kind) VALUES (?, ?, ?, ?)",
            [document.key, document.stage, document.level, document.kind],
        )
        self._connection.execute(INSERT, [*texts_of(document), inserted.lastrowid])
        self._connection.executemany("INSERT INTO names (name) VALUES (?)", names_of(document))


@contextmanager
def open_fts5(folder: Path) -> Iterator[FullText]:
    """Make an empty file, which loses nothing that was committed, as the portal's own database does not."""
    file = folder / "fts5.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -64000")
        connection.executescript(SCHEMA)
        yield FullText(connection, file)


def texts_of(document: SearchDocument) -> list[str]:
    """Return the texts by which a document is found."""
    return [document.title, document.summary, document.body, "\n".join([document.context, *document.asked])]


def names_of(document: SearchDocument) -> list[tuple[str]]:
    """Return the names by which a document is suggested."""
    headings = [heading.text for heading in document.headings if not heading.is_usual]
    return [(name,) for name in (document.title, *document.aliases, *headings)]


def as_match(search: Search, join: str = " OR ") -> str:
    """Return what is typed as a query of FTS5: a phrase as it is, else any of the words but those that say little.

    What is joined by other signs than spaces is looked for as a phrase, and a half-typed word at the end as a prefix.
    """
    words = [word.strip('"') for word in QUOTED.findall(search.text)]
    telling = [word for word in words if word.lower() not in STOP_WORDS] or words
    quoted = [f'"{word}"' for word in telling]
    return join.join(quoted) + ("*" if search.is_half_typed else "")
