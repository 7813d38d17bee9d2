"""What an engine opens for one search: the entries as they are at that moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from portal.search.entries import Card, Page
from portal.search.names import Named

Value_co = TypeVar("Value_co", covariant=True)


class Lookup(Protocol[Value_co]):
    """Values by the number of a document."""

    def __getitem__(self, number: int, /) -> Value_co: ...


class Groups(NamedTuple):
    """Documents by the values of their facets: few groups of many documents, which are counted and filtered as one."""

    of: Lookup[int]
    """The number of the group in which a document is."""
    values: Sequence[tuple[str, ...]]
    """The values of each group, in the order of FACETS."""


def group(facets: Sequence[tuple[str, ...]]) -> Groups:
    """Return the groups of documents that are numbered from 0, each of which has these values."""
    values = list(dict.fromkeys(facets))
    numbers = {value: number for number, value in enumerate(values)}
    return Groups([numbers[value] for value in facets], values)


class OpenIndex(Protocol):
    """The entries of an index at one moment. Documents go by numbers that mean nothing outside."""

    corrections: dict[str, str | None]
    """What was found out about misspelt words; goes with the index."""

    def size(self) -> int:
        """Return the number of documents."""
        ...

    def postings(self, terms: Collection[str]) -> Mapping[str, Mapping[int, float]]:
        """Return for each term the documents that have it, with its weight in each."""
        ...

    def in_a_row(self, stems: Sequence[str], among: Collection[int]) -> Collection[int]:
        """Return those documents, of some that have all the stems, in which they follow one another."""
        ...

    def words_with(self, prefix: str, limit: int) -> Sequence[str]:
        """Return words that begin so, in the order of the alphabet."""
        ...

    def similar_words(self, word: str, slips: int) -> Sequence[str]:
        """Return words that are so near to another one, or nearer."""
        ...

    def word_counts(self, words: Collection[str]) -> Mapping[str, int]:
        """Return how many documents have each of the words."""
        ...

    def groups(self, numbers: Collection[int]) -> Groups:
        """Return the groups in which documents are."""
        ...

    def cards(self, numbers: Collection[int]) -> Lookup[Card]:
        """Return the cards of documents."""
        ...

    def pages(self, numbers: Collection[int]) -> Lookup[Page]:
        """Return what is shown of documents."""
        ...

    def names_with(self, beginning: str) -> Iterable[Named]:
        """Return names in which a word begins so; a name may come twice."""
        ...

    def mend_name(self, typed: str) -> str | None:
        """Return a half-typed name with its slips mended; None where there are none."""
        ...
