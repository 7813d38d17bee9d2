"""An index that counts what a search asks of it, so that work is compared and not time."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from portal.search.engines.memory import MemoryIndex
from portal.search.entries import Card, Entry, Page
from portal.search.names import Named
from portal.search.opened import Groups


class CountingIndex(MemoryIndex):
    """An index in memory that counts what is done: calls, walks through all words, and whatever is handled."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        super().__init__(entries)
        self.work: Counter[str] = Counter()

    def count(self, **work: int) -> None:
        """Count a call, and what it does."""
        self.work.update(calls=1, **work)

    @property
    def handled(self) -> int:
        """The documents, places, terms and words that had to be handled one by one."""
        return self.work.total() - self.work["calls"] - self.work["walks"]

    def postings(self, terms: Collection[str]) -> Mapping[str, Mapping[int, float]]:
        found = super().postings(terms)
        self.count(terms=len(terms), postings=sum(map(len, found.values())))
        return found

    def in_a_row(self, stems: Sequence[str], among: Collection[int]) -> Collection[int]:
        self.count(places=len(stems) * len(among))
        return super().in_a_row(stems, among)

    def words_with(self, prefix: str, limit: int) -> Sequence[str]:
        found = super().words_with(prefix, limit)
        self.count(completions=len(found))
        return found

    def similar_words(self, word: str, slips: int) -> Sequence[str]:
        self.count(walks=1)
        return super().similar_words(word, slips)

    def word_counts(self, words: Collection[str]) -> Mapping[str, int]:
        self.count(words=len(words))
        return super().word_counts(words)

    def groups(self, numbers: Collection[int]) -> Groups:
        self.count(groups=len(numbers))
        return super().groups(numbers)

    def cards(self, numbers: Collection[int]) -> Sequence[Card]:
        self.count(cards=len(numbers))
        return super().cards(numbers)

    def pages(self, numbers: Collection[int]) -> Mapping[int, Page]:
        self.count(pages=len(numbers))
        return super().pages(numbers)

    def names_with(self, beginning: str) -> Iterable[Named]:
        found = list(super().names_with(beginning))
        self.count(names=len(found))
        return found

    def mend_name(self, typed: str) -> str | None:
        self.count(walks=1)
        return super().mend_name(typed)
