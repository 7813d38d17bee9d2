"""The word that somebody probably meant."""

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

LEAST = 4
"""Letters of a word that is worth correcting; shorter ones resemble too many others."""
ONE_SLIP = 5
"""Letters of the longest word in which only one slip is forgiven; in a longer one it is two."""
MOST_SIMILAR = 200
"""Words that are looked at once they are known to be near enough."""


def slips_in(word: str) -> int:
    """Return how many slips are forgiven in a word: letters left out, added, mistaken or swapped with a neighbour."""
    if len(word) < LEAST or not word.isalpha():
        return 0
    return 1 if len(word) <= ONE_SLIP else 2


def find_similar(word: str, known: Sequence[str], slips: int) -> list[str]:
    """Return known words within so many slips: the restricted Damerau-Levenshtein distance."""
    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=MOST_SIMILAR)
    return [candidate for candidate, _, _ in found]


def choose_correction(word: str, counted: Iterable[tuple[str, int]]) -> str | None:
    """Return the candidate with the fewest slips, the most frequent of equals; None where none is near.

    `counted` are candidates, each with the number of documents that have it.
    """
    allowed = slips_in(word)
    best = max(
        (
            (-slips, candidate[0] == word[0], count, candidate)
            for candidate, count in counted
            if count and candidate != word and (slips := OSA.distance(word, candidate)) <= allowed
        ),
        default=None,
    )
    return best[-1] if best else None


def split_points(word: str) -> list[tuple[str, str]]:
    """Return the ways in which a word may be two that somebody ran together (`statuscode`)."""
    if len(word) < 2 * 3 or not word.isalpha():
        return []
    return [(word[:place], word[place:]) for place in range(3, len(word) - 2)]
