"""An index on disk, kept by Whoosh. No other file of the portal imports it.

Whoosh keeps the postings, merges them and commits. What a query means and how hits are ranked is the business of
`portal.search.ranking`, so nothing that a person types is ever read by Whoosh's own query parser. A term has one
posting in a document, whose weight already counts all fields (BM25F), so that a search reads one list for each word.

Files are read and not mapped into memory: the process would be killed when a mapped file is cut short.
"""

import os
import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import whoosh
from whoosh import columns, fields, formats
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from portal.search import ranking
from portal.search.analysis import ANALYSIS
from portal.search.domain import Results, SearchDocument, SearchRequest, State, Status, Suggestion, Unavailable
from portal.search.entries import ENTRIES, Card, Entry, Posting, make_entry
from portal.search.store import Store

FORM = f"whoosh {whoosh.versionstring()} analysis {ANALYSIS} entries {ENTRIES}"
MARKER = "~"
"""The key of the record that holds the number of the last revision seen; it changes in one commit with the rest."""
WAIT = 5.0
"""Seconds to wait for another writer."""
ATTEMPTS = 3
"""How often a reading is tried while others change the index under it."""

MOST_BODIES = 256
"""Texts that an open index keeps unpacked; the oldest makes room."""

Answer = TypeVar("Answer")


class WeighedPositions(formats.Positions):  # type: ignore[misc]  # whoosh has no types
    """Positions of a term with the weight that the entry gives it, in place of the number of its occurrences."""

    def word_values(
        self,
        value: Sequence[tuple[str, Posting]],
        analyzer: object,  # noqa: ARG002  # Whoosh passes it to every format
        **options: object,  # noqa: ARG002  # the same
    ) -> Iterator[tuple[str, int, float, bytes]]:
        for term, posting in value:
            yield term, len(posting.positions), posting.weight, self.encode(posting.positions)


def make_schema() -> fields.Schema:
    """Return what Whoosh keeps of an entry.

    No score needs the lengths which `scorable` keeps, but where they are missing, Whoosh looks for their file once for
    each posting that it writes, which takes longer than the writing.
    """
    return fields.Schema(
        key=fields.ID(unique=True),
        terms=fields.FieldType(WeighedPositions(), analyzer=None, scorable=True),
        words=fields.FieldType(formats.Existence(), analyzer=None, scorable=True),
        card=fields.COLUMN(columns.VarBytesColumn()),
        body=fields.STORED(),
    )


class OpenFiles(FileStorage):  # type: ignore[misc]  # whoosh has no types
    """A folder whose open files are closed together, those too that Whoosh leaves open where it fails half-way."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False)
        self._streams: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        self._streams.append(super().open_file(name, **options))
        return self._streams[-1]

    def create_file(self, name: str, **options: Any) -> Any:
        self._streams.append(super().create_file(name, **options))
        return self._streams[-1]

    def temp_storage(self, name: str | None = None) -> "OpenFiles":
        beside = OpenFiles(Path(super().temp_storage(name).folder))
        beside._streams = self._streams
        return beside

    def close_files(self) -> None:
        """Close every file that is still open."""
        while self._streams:
            stream = self._streams.pop()
            if not stream.is_closed:
                with suppress(OSError):  # what could not be written is not missed: nothing points to it
                    stream.close()


class WhooshIndex:
    """The entries of an index folder as they were when it was opened."""

    def __init__(self, folder: Path, known: Mapping[str, list[Card | None]]) -> None:
        self.corrections: dict[str, str | None] = {}
        self._bodies: dict[int, str] = {}
        self.folder = folder
        self.process = os.getpid()
        files = OpenFiles(folder)
        self.close = weakref.finalize(self, files.close_files)
        """Closes the files, once, at the latest when nobody holds the index any more."""
        try:
            self._index = FileIndex(files, schema=make_schema())
            self._reader = self._index.reader()
            self._leaves = list(self._reader.leaf_readers())
            self.generation: int = max(leaf.generation() for leaf, _ in self._leaves)
            self.known = {_name_of(leaf): known.get(_name_of(leaf)) or _read_cards(leaf) for leaf, _ in self._leaves}
            for leaf, _ in self._leaves:
                leaf.stored_fields(0)  # opens the file of the texts now, before a commit may remove it
            self._cards = [card for leaf, _ in self._leaves for card in self.known[_name_of(leaf)]]
            marker = self._reader.first_id("key", MARKER)
            self._numbers = [number for number in self._reader.all_doc_ids() if number != marker]
            self.seen = int(self.body(marker))
        except BaseException:
            self.close()
            raise
        self._words: list[str] | None = None

    def is_current(self) -> bool:
        """Return whether nothing was committed since this was opened, nor the process forked."""
        return self.process == os.getpid() and bool(self._index.latest_generation() == self.generation)

    def size(self) -> int:
        return len(self._numbers)

    def postings(self, term: str) -> Mapping[int, float]:
        weights: dict[int, float] = {}
        for leaf, offset in self._leaves:
            try:
                matcher = leaf.postings("terms", term)
            except TermNotFound:
                continue
            while matcher.is_active():
                weights[offset + matcher.id()] = matcher.weight()
                matcher.next()
        return weights

    def positions(self, term: str, numbers: Collection[int]) -> Mapping[int, Sequence[int]]:
        wanted = set(numbers)
        return {
            number: matcher.value_as("positions")
            for number, matcher in self._matches("terms", term)
            if number in wanted
        }

    def words_with(self, prefix: str, limit: int) -> Sequence[str]:
        return [word.decode() for word in islice(self._reader.expand_prefix("words", prefix), limit)]

    def words(self) -> Iterable[str]:
        if self._words is None:
            self._words = [word.decode() for word in self._reader.lexicon("words")]
        return self._words

    def word_count(self, word: str) -> int:
        return sum(1 for _ in self._matches("words", word))

    def card(self, number: int) -> Card:
        card = self._cards[number]
        if card is None:
            raise LookupError(f"record {number} is no document")
        return card

    def cards(self) -> Iterable[Card]:
        return map(self.card, self._numbers)

    def body(self, number: int) -> str:
        body = self._bodies.get(number)
        if body is None:
            body = self._bodies[number] = str(self._reader.stored_fields(number)["body"])
            if len(self._bodies) > MOST_BODIES:
                del self._bodies[next(iter(self._bodies))]
        return body

    def read_through(self) -> None:
        """Read every byte that a search may need. Raises whatever damage leads to."""
        for field, term in self._reader.all_terms():
            for _, matcher in self._matches(field, term):
                matcher.weight()
                if field == "terms":
                    matcher.value_as("positions")
        for number in self._numbers:
            self.card(number)
            self.body(number)

    def _matches(self, field: str, term: str | bytes) -> Iterator[tuple[int, Any]]:
        """Yield the documents that have a term, each with Whoosh's matcher standing on it."""
        for leaf, offset in self._leaves:
            try:
                matcher = leaf.postings(field, term)
            except TermNotFound:
                continue
            while matcher.is_active():
                yield offset + matcher.id(), matcher
                matcher.next()


def _name_of(leaf: Any) -> str:
    return str(leaf.segment().segment_id())


def _read_cards(leaf: Any) -> list[Card | None]:
    column = leaf.column_reader("card", translate=False)
    return [Card.from_json(card.decode()) if card else None for card in column]


class WhooshEngine:
    """Keeps an index in a folder that any number of processes read, and one at a time writes."""

    def __init__(self, root: Path, *, wait: float = WAIT) -> None:
        self._store = Store(root, FORM)
        self._wait = wait
        self._guard = threading.RLock()
        self._opened: WhooshIndex | None = None
        self._damaged: Path | None = None

    def seen(self) -> int:
        with self._guard:
            return self._open().seen

    def search(self, request: SearchRequest) -> Results:
        return self._read(lambda index: ranking.answer(index, request))

    def suggest(self, typed: str, limit: int) -> Sequence[Suggestion]:
        return self._read(lambda index: ranking.suggest(index, typed, limit))

    def update(self, documents: Sequence[SearchDocument], removed: Collection[str], *, since: int, up_to: int) -> bool:
        with self._store.writing(wait=self._wait):
            seen = self.seen()
            if seen < since:
                return False
            if seen < up_to:
                folder = self._store.current()
                gone = {*removed, *(document.key for document in documents), MARKER}
                try:
                    _write(folder, gone, map(make_entry, documents), up_to)
                except Exception as problem:  # noqa: BLE001  # damaged files lead Whoosh to any exception there is
                    self._judge(folder, problem)
            return True

    def rebuild(self, documents: Iterable[SearchDocument], *, up_to: int, only_if_broken: bool = False) -> bool:
        with self._store.writing(wait=self._wait):
            if only_if_broken and self._is_sound():
                return False
            with self._store.replacing() as folder:
                FileIndex.create(OpenFiles(folder), make_schema())
                _write(folder, (), map(make_entry, documents), up_to)
            return True

    def status(self) -> Status:
        place = str(self._store.root)
        try:
            folder = self._store.current()
        except Unavailable as problem:
            return Status(state=State.MISSING, place=place, detail=str(problem))
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        try:
            with closing(WhooshIndex(folder, {})) as index:
                index.read_through()
        except Exception as problem:  # noqa: BLE001  # damaged files lead Whoosh to any exception there is
            self._damaged = folder
            return Status(state=State.DAMAGED, size=size, place=place, detail=str(problem) or repr(problem))
        return Status(state=State.READY, documents=index.size(), seen=index.seen, size=size, place=place)

    def _is_sound(self) -> bool:
        try:
            self.seen()
        except Unavailable:
            return False
        return True

    def _open(self) -> WhooshIndex:
        """Return the index as it is on disk now. Raises Unavailable."""
        failure: Exception | None = None
        for _ in range(ATTEMPTS):
            folder = self._store.current()
            if folder == self._damaged:
                raise Unavailable("The index is damaged.")
            if self._opened and self._opened.folder == folder and self._opened.is_current():
                return self._opened
            known = self._close()
            try:
                self._opened = WhooshIndex(folder, known)
            except Exception as problem:  # noqa: BLE001  # damaged files lead Whoosh to any exception there is
                failure = problem
            else:
                return self._opened
            if self._store.current() == folder:
                self._damaged = folder
                break
        raise Unavailable(f"The index is damaged: {failure!r}.") from failure

    def _close(self) -> Mapping[str, list[Card | None]]:
        """Let go of the open index; return its cards, which serve on where its segments do."""
        opened, self._opened = self._opened, None
        if opened is None:
            return {}
        opened.close()
        return opened.known

    def _read(self, work: Callable[[WhooshIndex], Answer]) -> Answer:
        """Return what `work` makes of the index, trying again where the index changed under it. Raises Unavailable."""
        with self._guard:
            for _ in range(ATTEMPTS):
                index = self._open()
                try:
                    return work(index)
                except Exception as problem:  # noqa: BLE001  # damaged files lead Whoosh to any exception there is
                    failure = problem
                if self._open() is index:
                    break
            self._close()
            return self._judge(index.folder, failure)

    def _judge(self, folder: Path, problem: Exception) -> NoReturn:
        """Raise Unavailable where an index cannot be read through, and else the problem, which lies elsewhere then."""
        try:
            with closing(WhooshIndex(folder, {})) as index:
                index.read_through()
        except Exception:  # noqa: BLE001  # damaged files lead Whoosh to any exception there is
            self._damaged = folder
            raise Unavailable(f"The index is damaged: {problem!r}.") from problem
        raise problem


def _write(folder: Path, gone: Iterable[str], entries: Iterable[Entry], seen: int) -> None:
    """Take out and put in, in one commit. The store's lock is held, which is why Whoosh's own is left out."""
    files = OpenFiles(folder)
    writer = None
    try:
        writer = FileIndex(files, schema=make_schema()).writer(_lk=False, compound=False)
        with writer.searcher() as searcher:
            for key in gone:
                writer.delete_by_term("key", key, searcher=searcher)
        for entry in entries:
            writer.add_document(
                key=entry.card.key,
                terms=list(entry.postings.items()),
                words=list(entry.words),
                card=entry.card.to_json().encode(),
                body=entry.body,
            )
        writer.add_document(key=MARKER, card=b"", body=str(seen))
        writer.commit()
    except BaseException:
        if writer is not None:
            with suppress(Exception):  # what went wrong already is what counts
                writer.cancel()
        raise
    finally:
        files.close_files()
