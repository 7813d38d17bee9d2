"""The word that somebody probably meant."""

from collections.abc import Callable, Iterable

LEAST = 4
"""Letters of a word that is worth correcting; shorter ones resemble too many others."""
ONE_SLIP = 5
"""Letters of the longest word in which only one slip is forgiven; in a longer one it is two."""


def correct(word: str, known: Iterable[str], frequency: Callable[[str], int]) -> str | None:
    """Return the known word with the fewest slips, the most frequent of equals; None where none is near."""
    if len(word) < LEAST or not word.isalpha():
        return None
    allowed = 1 if len(word) <= ONE_SLIP else 2
    best: list[str] = []
    letters = frozenset(word)
    for candidate in known:
        if len(letters.difference(candidate)) > allowed:
            continue  # each slip accounts for one strange letter at most; this is the quick way to say no
        slips = count_slips(word, candidate, allowed)
        if slips < allowed:
            allowed, best = slips, []
        if slips <= allowed:
            best.append(candidate)
    living = [found for found in best if frequency(found)]
    return max(living, key=lambda found: (found[0] == word[0], frequency(found), found), default=None)


def count_slips(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, added, mistaken or swapped with their neighbour.

    This is the restricted Damerau-Levenshtein distance; it is given up as soon as it exceeds `most`, and the answer is
    then some number above it.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, other_letter in enumerate(other, start=1):
            slips = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other_letter))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == other_letter:
                slips = min(slips, before_last[column - 2] + 1)
            current.append(slips)
        if min(current) > most:
            return most + 1
        before_last, last = last, current
    return last[-1]
