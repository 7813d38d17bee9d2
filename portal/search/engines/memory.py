"""An index in the memory of one process: for tests, and the measure of what the other engines answer."""

import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence

from portal.search import ranking
from portal.search.domain import Results, SearchDocument, SearchRequest, State, Status, Suggestion
from portal.search.entries import Card, Entry, make_entry


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

    def size(self) -> int:
        return len(self._entries)

    def postings(self, term: str) -> Mapping[int, float]:
        return self._terms.get(term, {})

    def positions(self, term: str, numbers: Collection[int]) -> Mapping[int, Sequence[int]]:
        return {number: self._entries[number].postings[term].positions for number in numbers}

    def words_with(self, prefix: str, limit: int) -> Sequence[str]:
        start = bisect.bisect_left(self._words, prefix)
        return [word for word in self._words[start : start + limit] if word.startswith(prefix)]

    def words(self) -> Iterable[str]:
        return self._words

    def word_count(self, word: str) -> int:
        return self._counts.get(word, 0)

    def card(self, number: int) -> Card:
        return self._entries[number].card

    def cards(self) -> Iterable[Card]:
        return (entry.card for entry in self._entries)

    def body(self, number: int) -> str:
        return self._entries[number].body


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
        return ranking.answer(self._index, request)

    def suggest(self, typed: str, limit: int) -> Sequence[Suggestion]:
        return ranking.suggest(self._index, typed, limit)

    def status(self) -> Status:
        return Status(state=State.READY, documents=len(self._entries), seen=self._seen, place="memory")

    def _replace(self, entries: dict[str, Entry], seen: int) -> None:
        self._entries = entries
        self._index = MemoryIndex(entries.values())
        self._seen = seen
