"""Names by which documents and their sections are suggested, put in order for looking up how they begin."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from portal.search.entries import Card, Name
from portal.search.spelling import find_similar, slips_in

AFTER_ALL = "\U0010ffff"
MOST_UNKNOWN = 3
"""Words of a half-typed name that are mended; each costs a walk through all words of names."""


class Named(NamedTuple):
    """A name, and the number of the document that has it."""

    name: Name
    number: int


class NameList:
    """The names of some documents, found by the beginning of any of their words."""

    def __init__(self, cards: Iterable[tuple[int, Card]]) -> None:
        self._named = [Named(name, number) for number, card in cards for name in card.names]
        beginnings = [
            (name.folded[place:], position)
            for position, (name, _) in enumerate(self._named)
            for place in _word_starts(name.folded)
        ]
        beginnings.sort()
        self._beginnings = [beginning for beginning, _ in beginnings]
        self._positions = [position for _, position in beginnings]

    def starting(self, wanted: str) -> Iterator[Named]:
        """Yield the names in which a word begins so, and goes on so; a name may come twice."""
        first = bisect_left(self._beginnings, wanted)
        last = bisect_left(self._beginnings, wanted + AFTER_ALL, first)
        for position in self._positions[first:last]:
            yield self._named[position]

    @cached_property
    def words(self) -> Sequence[str]:
        """All words of the names."""
        return sorted(self.words_without(lambda _number: False))

    def words_without(self, is_gone: Callable[[int], bool]) -> set[str]:
        """Return the words of the names of documents that are still there."""
        return {word for name, number in self._named if not is_gone(number) for word in name.folded.split()}


def mend_name(typed: str, words: Sequence[str]) -> str | None:
    """Return what was typed with its words mended, the last of them as one that is still being typed.

    None where there is nothing to mend, or too much.
    """
    *finished, last = typed.split(" ")
    known = set(words).intersection(finished)
    is_begun = any(word.startswith(last) for word in words)
    if sum(word not in known for word in finished) + (not is_begun) > MOST_UNKNOWN:
        return None
    mended = [word if word in known else _nearest(word, words) for word in finished]
    beginning = last if is_begun else _nearest_beginning(last, words)
    better = " ".join([*mended, beginning])
    return better if better != typed else None


def _nearest(word: str, words: Sequence[str]) -> str:
    slips = slips_in(word)
    return next(iter(find_similar(word, words, slips)), word) if slips else word


def _nearest_beginning(typed: str, words: Sequence[str]) -> str:
    """Return the beginning of a word that is nearest to what was typed so far."""
    slips = min(1, slips_in(typed))  # while a word is incomplete, two slips would lead anywhere
    if not slips:
        return typed
    whole = _nearest(typed, words)
    if whole != typed:
        return whole
    return next(iter(find_similar(typed, sorted({word[: len(typed)] for word in words}), slips)), typed)


def _word_starts(folded: str) -> Iterator[int]:
    place = 0
    while place >= 0 and folded:
        yield place
        space = folded.find(" ", place)
        if space < 0:
            return
        place = space + 1
