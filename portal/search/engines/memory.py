"""An index in the memory of one process: for tests, and the measure of what the other engines answer."""

import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from portal.search import answering
from portal.search.domain import Results, SearchDocument, SearchRequest, State, Status, Suggestion
from portal.search.entries import Card, Entry, Page, make_entry, stand_in_a_row
from portal.search.names import Named, NameList, mend_name
from portal.search.opened import Groups, group
from portal.search.spelling import find_similar


class MemoryIndex:
    """Entries at one moment, turned round so that terms lead to documents."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.corrections: dict[str, str | None] = {}
        self._entries = list(entries)
        self._terms: dict[str, dict[int, float]] = {}
        self._counts: dict[str, int] = {}
        for number, entry in enumerate(self._entries):
            for term, posting in entry.postings.items():
                self._terms.setdefault(term, {})[number] = posting.weight
            for word in entry.words:
                self._counts[word] = self._counts.get(word, 0) + 1
        self._words = sorted(self._counts)
        self._cards = [entry.card for entry in self._entries]
        self._groups = group([card.facets for card in self._cards])

    @cached_property
    def _names(self) -> NameList:
        return NameList((number, entry.card) for number, entry in enumerate(self._entries))

    def size(self) -> int:
        return len(self._entries)

    def postings(self, terms: Collection[str]) -> Mapping[str, Mapping[int, float]]:
        return {term: self._terms[term] for term in terms if term in self._terms}

    def in_a_row(self, stems: Sequence[str], among: Collection[int]) -> Collection[int]:
        return [
            number
            for number in among
            if all(stem in self._entries[number].postings for stem in stems)
            and stand_in_a_row([self._entries[number].postings[stem].positions for stem in stems])
        ]

    def words_with(self, prefix: str, limit: int) -> Sequence[str]:
        start = bisect.bisect_left(self._words, prefix)
        return [word for word in self._words[start : start + limit] if word.startswith(prefix)]

    def similar_words(self, word: str, slips: int) -> Sequence[str]:
        return find_similar(word, self._words, slips)

    def word_counts(self, words: Collection[str]) -> Mapping[str, int]:
        return {word: self._counts[word] for word in words if word in self._counts}

    def groups(self, numbers: Collection[int]) -> Groups:  # noqa: ARG002  # all are at hand
        return self._groups

    def cards(self, numbers: Collection[int]) -> Sequence[Card]:  # noqa: ARG002  # all are at hand
        return self._cards

    def pages(self, numbers: Collection[int]) -> Mapping[int, Page]:
        return {number: self._entries[number].page for number in numbers}

    def names_with(self, beginning: str) -> Iterable[Named]:
        return self._names.starting(beginning)

    def mend_name(self, typed: str) -> str | None:
        return mend_name(typed, self._names.words)


class MemoryEngine:
    """Answers from a MemoryIndex, which is made anew with every change."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._index = MemoryIndex(())
        self._seen = 0

    def seen(self) -> int:
        return self._seen

    def update(self, documents: Sequence[SearchDocument], removed: Collection[str], *, since: int, up_to: int) -> bool:
        if self._seen < since:
            return False
        if self._seen < up_to:
            kept = {key: entry for key, entry in self._entries.items() if key not in removed}
            self._replace(kept | {document.key: make_entry(document) for document in documents}, up_to)
        return True

    def rebuild(self, documents: Iterable[SearchDocument], *, up_to: int, only_if_broken: bool = False) -> bool:
        if only_if_broken:
            return False
        self._replace({document.key: make_entry(document) for document in documents}, up_to)
        return True

    def search(self, request: SearchRequest) -> Results:
        return answering.answer(self._index, request)

    def suggest(self, typed: str, limit: int) -> Sequence[Suggestion]:
        return answering.suggest(self._index, typed, limit)

    def status(self) -> Status:
        return Status(state=State.READY, documents=len(self._entries), seen=self._seen, place="memory")

    def _replace(self, entries: dict[str, Entry], seen: int) -> None:
        self._entries = entries
        self._index = MemoryIndex(entries.values())
        self._seen = seen
