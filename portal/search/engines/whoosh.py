"""An index on disk, kept by Whoosh. No other file of the portal imports it.

Whoosh keeps the postings, merges them and commits. What a query means and how hits are ranked is the business of
`portal.search.ranking`, so nothing that a person types is ever read by Whoosh's own query parser. A term has one
posting in a document, whose weight already counts all fields (BM25F), so that a search reads one list for each word.

Files are read and not mapped into memory: the process would be killed when a mapped file is cut short.
"""

import os
import threading
import weakref
import zlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

import whoosh
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from portal.search import answering
from portal.search.analysis import ANALYSIS
from portal.search.domain import FACETS, Results, SearchDocument, SearchRequest, State, Status, Suggestion, Unavailable
from portal.search.entries import ENTRIES, Card, Entry, Page, Posting, make_entry
from portal.search.names import Named, NameList, mend_name
from portal.search.opened import Groups, group
from portal.search.places import find_rows, pack_places, unpack_places
from portal.search.spelling import find_similar
from portal.search.store import Store

FORM = f"whoosh {whoosh.versionstring()} places 3 analysis {ANALYSIS} entries {ENTRIES}"
MARKER = "~"
"""The key of the record that holds the number of the last revision seen; it changes in one commit with the rest."""
WAIT = 5.0
"""Seconds to wait for another writer."""
ATTEMPTS = 3
"""How often a reading is tried while others change the index under it."""

TOC = "_MAIN_{}.toc"
"""How Whoosh names the file that each commit writes, by its generation; the commit after it removes it."""
MOST_CHARACTERS = 8_000_000
"""Characters of texts that a segment keeps unpacked, in some 30 MB; the oldest text makes room."""
MOST_POSTINGS = 2_000_000
"""Postings that a segment keeps unpacked, at eight bytes each; all make room together."""
MOST_MERGED = 200_000
"""Postings of all segments together that an open index keeps ready, at some hundred bytes each.

Without, a page of hits takes 3 % longer.
"""
MOST_PLACES = 100_000
"""Postings of which a segment keeps the places unpacked as well, at some two hundred bytes each."""
MOST_GONE = 100
"""Documents taken out of a segment that are left out of what was read before; with more, it is read anew."""

NO_FACETS = ("",) * len(FACETS)

Answer = TypeVar("Answer")


class WeighedPositions(formats.Positions):  # type: ignore[misc]  # whoosh has no types
    """Positions of a term with the weight that the entry gives it, in place of the number of its occurrences."""

    def word_values(
        self,
        value: Sequence[tuple[str, Posting]],
        analyzer: object,  # noqa: ARG002  # Whoosh passes it to every format
        **options: object,  # noqa: ARG002  # Whoosh passes them, too
    ) -> Iterator[tuple[str, int, float, bytes]]:
        for term, posting in value:
            yield term, len(posting.positions), posting.weight, pack_places(posting.positions)


def make_schema() -> fields.Schema:
    """Return what Whoosh keeps of an entry."""
    return fields.Schema(
        key=fields.ID(unique=True),
        terms=fields.FieldType(WeighedPositions(), analyzer=None),
        words=fields.COLUMN(columns.VarBytesColumn()),
        card=fields.COLUMN(columns.VarBytesColumn()),
        page=fields.STORED(),
    )


class LeanCodec(W3Codec):  # type: ignore[misc]  # whoosh has no types
    """Writes postings without the lengths of texts, which no score needs: weights have them already.

    With the lengths, the same index takes 1.7 times as long to write. Compressed as little as there is, it is as small
    as with Whoosh's own choice, and written a little faster; not compressed at all, it is twice as large.
    """

    length_stats = False

    def __init__(self) -> None:
        super().__init__(compression=1)


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


class Unpacked(NamedTuple):
    """The documents that have a term, and its weight in each."""

    numbers: "array[int]"
    weights: "array[float]"


class Segment:
    """A part of an index that never changes, but that documents may be taken out of it; what was read of it is kept."""

    def __init__(self, leaf: Any) -> None:
        column = leaf.column_reader("card", translate=False)
        self.cards = [Card.from_json(card.decode()) if card else None for card in column]
        self.facets = [card.facets if card else NO_FACETS for card in self.cards]
        self.gone: frozenset[int] = frozenset()
        """Documents that were taken out since, and may still stand in the postings."""
        self._gone_before = frozenset(leaf.segment().deleted_docs())
        self._pages: dict[int, Page] = {}
        self._kept_characters = 0
        self._postings: dict[str, Unpacked] = {}
        self._kept = 0
        self._places: dict[str, dict[int, int]] = {}
        self._kept_places = 0
        self._words: Counter[str] | None = None
        self._gone_from_words: frozenset[int] = frozenset()

    def take_over(self, leaf: Any) -> None:
        """Learn which documents were taken out since the postings were read; forget the postings where these are many.

        What was read of the other documents stays true.
        """
        gone = frozenset(leaf.segment().deleted_docs())
        if len(gone) > len(self._gone_before) + MOST_GONE:
            self._gone_before = gone
            self._postings.clear()
            self._kept = 0
        self.gone = gone - self._gone_before

    def words(self, leaf: Any) -> Counter[str]:
        """Return the words of the documents that are still there, with how many documents have each."""
        gone = frozenset(leaf.segment().deleted_docs())
        if self._words is None:
            here = (number for number in range(leaf.doc_count_all()) if number not in gone)
            self._words = _count_words(leaf, here)
        elif gone != self._gone_from_words:
            self._words -= _count_words(leaf, gone - self._gone_from_words)
        self._gone_from_words = gone
        return self._words

    @cached_property
    def names(self) -> NameList:
        return NameList((number, card) for number, card in enumerate(self.cards) if card)

    def postings(self, leaf: Any, term: str) -> Unpacked:
        """Return the numbers of the documents that have a term, and its weights in them."""
        kept = self._postings.get(term)
        if kept is None:
            if self._kept > MOST_POSTINGS:
                self._postings.clear()
                self._kept = 0
            kept = self._postings[term] = _read_postings(leaf, term)
            self._kept += 1 + len(kept.numbers)
        return kept

    def places(self, leaf: Any, term: str, numbers: Collection[int]) -> Mapping[int, int]:
        """Return where a term stands in documents; nowhere, in those without it."""
        if self._kept_places > MOST_PLACES:
            self._places.clear()
            self._kept_places = 0
        kept = self._places.setdefault(term, {})
        missing = sorted(number for number in numbers if number not in kept)
        if missing:
            kept.update(dict.fromkeys(missing, 0))
            kept.update(_read_places(leaf, term, missing))
            self._kept_places += len(missing)
        return kept

    def page(self, leaf: Any, number: int) -> Page:
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = Page.from_json(leaf.stored_fields(number)["page"])
            self._kept_characters += len(page.body)
            while self._kept_characters > MOST_CHARACTERS:
                oldest = self._pages.pop(next(iter(self._pages)))
                self._kept_characters -= len(oldest.body)
        return page


def _count_words(leaf: Any, numbers: Iterable[int]) -> Counter[str]:
    column = leaf.column_reader("words", translate=False)
    counts: Counter[str] = Counter()
    for number in numbers:
        if packed := column[number]:
            counts.update(_unpack_words(packed))
    return counts


def _pack_words(words: Iterable[str]) -> bytes:
    return zlib.compress(" ".join(sorted(words)).encode(), 1)


def _unpack_words(packed: bytes) -> list[str]:
    return zlib.decompress(packed).decode().split()


def _read_postings(leaf: Any, term: str) -> Unpacked:
    numbers, weights = array("I"), array("f")
    with suppress(TermNotFound):
        matcher = leaf.postings("terms", term)
        while matcher.is_active():
            numbers.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
    return Unpacked(numbers, weights)


class Leaf(NamedTuple):
    """A segment as it is open now: Whoosh's reader of it, what is kept of it, and the number of its first document."""

    reader: Any
    segment: Segment
    offset: int


class WhooshIndex:
    """The entries of an index folder as they were when it was opened."""

    def __init__(self, folder: Path, known: Mapping[str, Segment]) -> None:
        self.corrections: dict[str, str | None] = {}
        self._merged: dict[str, Mapping[int, float]] = {}
        self._kept = 0
        self.folder = folder
        self.process = os.getpid()
        files = OpenFiles(folder)
        self.close = weakref.finalize(self, files.close_files)
        """Closes the files, once, at the latest when nobody holds the index any more."""
        try:
            self._index = FileIndex(files, schema=make_schema())
            self._reader = self._index.reader()
            leaves = list(self._reader.leaf_readers())
            generation = max(leaf.generation() for leaf, _ in leaves)
            self._toc, self._next_toc = (folder / TOC.format(number) for number in (generation, generation + 1))
            self.known = {_name_of(leaf): known.get(_name_of(leaf)) or Segment(leaf) for leaf, _ in leaves}
            self._leaves = [Leaf(leaf, self.known[_name_of(leaf)], offset) for leaf, offset in leaves]
            for leaf, segment, _ in self._leaves:
                segment.take_over(leaf)
                leaf.stored_fields(0)  # opens the file of the texts now, before a commit may remove it,
                leaf.column_reader("words")  # and that of the words
            cards = [card for leaf in self._leaves for card in leaf.segment.cards]
            self._cards = cast("list[Card]", cards)  # the marker alone has none, and nothing finds it
            self._groups = group([facets for leaf in self._leaves for facets in leaf.segment.facets])
            marker = self._reader.first_id("key", MARKER)
            self._size = int(self._reader.doc_count()) - 1
            self.seen = int(self._reader.stored_fields(marker)["page"])
        except BaseException:
            self.close()
            raise

    def is_current(self) -> bool:
        """Return whether nothing was committed since this was opened, nor the process forked."""
        return self.process == os.getpid() and self._toc.exists() and not self._next_toc.exists()

    def size(self) -> int:
        return self._size

    def postings(self, terms: Collection[str]) -> Mapping[str, Mapping[int, float]]:
        return {term: weights for term in terms if (weights := self._weights(term))}

    def _weights(self, term: str) -> Mapping[int, float]:
        weights = self._merged.get(term)
        if weights is None:
            if self._kept > MOST_MERGED:
                self._merged.clear()
                self._kept = 0
            weights = self._merged[term] = self._merge(term)
            self._kept += 1 + len(weights)
        return weights

    def _merge(self, term: str) -> Mapping[int, float]:
        weights: dict[int, float] = {}
        for leaf, segment, offset in self._leaves:
            numbers, found = segment.postings(leaf, term)
            weights.update(zip([number + offset for number in numbers] if offset else numbers, found, strict=True))
            for number in segment.gone:
                weights.pop(number + offset, None)
        return weights

    def in_a_row(self, stems: Sequence[str], among: Collection[int]) -> Collection[int]:
        found: set[int] = set()
        for leaf, segment, offset in self._leaves:
            end = offset + leaf.doc_count_all()
            numbers = [number - offset for number in among if offset <= number < end]
            if numbers:
                rows = find_rows(numbers, [segment.places(leaf, stem, numbers) for stem in stems])
                found.update(number + offset for number in rows)
        return found

    @cached_property
    def _word_counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for leaf, segment, _ in self._leaves:
            counts.update(segment.words(leaf))
        return counts

    @cached_property
    def _words(self) -> list[str]:
        return sorted(self._word_counts)

    def words_with(self, prefix: str, limit: int) -> Sequence[str]:
        start = bisect_left(self._words, prefix)
        return [word for word in self._words[start : start + limit] if word.startswith(prefix)]

    def similar_words(self, word: str, slips: int) -> Sequence[str]:
        return find_similar(word, self._words, slips)

    def word_counts(self, words: Collection[str]) -> Mapping[str, int]:
        return {word: count for word in words if (count := self._word_counts[word])}

    def groups(self, numbers: Collection[int]) -> Groups:  # noqa: ARG002  # all are at hand
        return self._groups

    def cards(self, numbers: Collection[int]) -> Sequence[Card]:  # noqa: ARG002  # all are at hand
        return self._cards

    def pages(self, numbers: Collection[int]) -> Mapping[int, Page]:
        return {number: self._page(number) for number in numbers}

    def _page(self, number: int) -> Page:
        leaf, segment, offset = next(leaf for leaf in reversed(self._leaves) if leaf.offset <= number)
        page: Page = segment.page(leaf, number - offset)
        return page

    def names_with(self, beginning: str) -> Iterator[Named]:
        for leaf, segment, offset in self._leaves:
            for name, number in segment.names.starting(beginning):
                if not leaf.is_deleted(number):
                    yield Named(name, number + offset)

    @cached_property
    def _name_words(self) -> list[str]:
        """The words of names that are still there: nothing is mended to what only a withdrawn text says."""
        leaves = self._leaves
        return sorted({word for leaf in leaves for word in leaf.segment.names.words_without(leaf.reader.is_deleted)})

    def mend_name(self, typed: str) -> str | None:
        return mend_name(typed, self._name_words)

    def read_through(self) -> None:
        """Read every byte that a search may need. Raises whatever damage leads to."""
        for field, term in self._reader.all_terms():
            if field == "terms":
                self._read_term(term)
        for leaf, _, _ in self._leaves:
            _count_words(leaf, range(leaf.doc_count_all()))
        for number in self._reader.all_doc_ids():
            if self._cards[number] is not None:
                Page.from_json(self._reader.stored_fields(number)["page"])

    def _read_term(self, term: bytes) -> None:
        for leaf, _, _ in self._leaves:
            with suppress(TermNotFound):
                matcher = leaf.postings("terms", term)
                while matcher.is_active():
                    matcher.weight()
                    unpack_places(matcher.value())
                    matcher.next()


def _name_of(leaf: Any) -> str:
    return str(leaf.segment().segment_id())


def _read_places(leaf: Any, stem: str, numbers: Iterable[int]) -> dict[int, int]:
    """Return where a stem stands in those of some documents that have it; they come in the order of their numbers."""
    places: dict[int, int] = {}
    with suppress(TermNotFound):
        matcher = leaf.postings("terms", stem)
        for number in numbers:
            if matcher.is_active() and matcher.id() < number:
                matcher.skip_to(number)
            if not matcher.is_active():
                break
            if matcher.id() == number:
                places[number] = unpack_places(matcher.value())
    return places


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
        return self._read(lambda index: answering.answer(index, request))

    def suggest(self, typed: str, limit: int) -> Sequence[Suggestion]:
        return self._read(lambda index: answering.suggest(index, typed, limit))

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

    def _close(self) -> Mapping[str, Segment]:
        """Let go of the open index; return what was kept of its segments, which serves on where they do."""
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
        writer = FileIndex(files, schema=make_schema()).writer(_lk=False, compound=False, codec=LeanCodec())
        with writer.searcher() as searcher:
            for key in gone:
                writer.delete_by_term("key", key, searcher=searcher)
        for entry in entries:
            writer.add_document(
                key=entry.card.key,
                terms=list(entry.postings.items()),
                words=_pack_words(entry.words),
                card=entry.card.to_json().encode(),
                page=entry.page.to_json(),
            )
        writer.add_document(key=MARKER, words=b"", card=b"", page=str(seen))
        writer.commit()
    except BaseException:
        if writer is not None:
            with suppress(Exception):  # what went wrong already is what counts
                writer.cancel()
        raise
    finally:
        files.close_files()
