"""Which documents a query finds, and in what order.

A document's score is the BM25F of its terms (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", 2009), diminished by what it lacks of the query, raised by a title that is about it and by the words standing
side by side. The numbers were chosen by the judged queries of the tests.
"""

import heapq
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.search.analysis import COMMON_WORDS
from portal.search.domain import FACETS, Order
from portal.search.entries import Card
from portal.search.finding import Finder
from portal.search.opened import OpenIndex
from portal.search.parsing import Clause, Query

SATURATION = 30.0
"""The k1 of BM25: how slowly more of a term stops to count. Large, since a title weighs as much as many words."""
COMMON = 0.4
"""How much a word counts that says little."""
LONGEST_OTHER = 5
"""Letters of the longest words in -ly that are not taken for adverbs (`apply`, `reply`)."""
LEAST_SHARE = 0.2
"""Share of what is asked for (by how rare it is) that a document must have, unless no document has as much."""
MOST_COMPARED = 20
"""The best documents, which are looked at more closely: whether they have the words side by side."""
SIDE_BY_SIDE = 4.0
"""How much better a document is that has all the words in a row."""
KIND_ORDER = {"lesson": 0, "term": 1, "page": 2, "challenge": 3, "note": 4}
"""Which of two equally good hits comes first; any other kind comes last."""
KIND = FACETS.index("kind")
KIND_WEIGHTS = {"note": 0.9, "page": 0.6}
"""What falls short of a lesson is worth a little less as an answer."""
TITLE_BONUS = 1.0
"""How much a title raises the score that has all the words of the query."""
TOPIC_BONUS = 1.5
"""How much more a document counts whose topic has the best document of all."""
NAMED = 1e6
"""Score of a document whose name says what the query says; one that is named word for word has it twice."""
HAIR = 1e-6
"""By how little two scores differ that count as one."""


@dataclass
class Tally:
    """What has been found of a query so far."""

    scores: dict[int, float] = field(default_factory=dict)
    shares: dict[int, float] = field(default_factory=dict)
    """The rarities of the clauses that a document has, added up."""
    whole: float = 0.0
    """The rarities of all clauses that any document has, added up."""
    required: set[int] | None = None
    """Documents that have all quoted phrases; None where nothing is quoted."""
    excluded: set[int] = field(default_factory=set)
    in_titles: Mapping[int, int] = field(default_factory=dict)
    """How many words of the query a document has in its title."""
    named: set[int] = field(default_factory=set)
    """Documents whose name says what the query says."""
    terms: set[str] = field(default_factory=set)
    """All that is to be marked in passages."""
    phrases: set[str] = field(default_factory=set)
    """The stems of quoted phrases, with spaces between: passages with these come before others."""
    mended: dict[str, str] = field(default_factory=dict)
    """Words that are found nowhere, and what they were taken for."""
    left_out: list[str] = field(default_factory=list)
    """Phrases that are found nowhere, though there is more to look for."""


def _says_little(clause: Clause) -> bool:
    """Tell whether a clause belongs to the way in which something is asked: common words, adverbs, numbers."""
    if clause.alternatives or clause.is_quoted:
        return False
    return all(
        word in COMMON_WORDS or word.isdigit() or (word.endswith("ly") and len(word) > LONGEST_OTHER)
        for word in clause.words
    )


def count_clauses(index: OpenIndex, query: Query, *, is_mended: bool = False) -> Tally:
    """Look up every clause and add up what each document has; a query that was mended is not mended again."""
    tally = Tally()
    finder = Finder(index, query, may_mend=not is_mended)
    telling: list[Mapping[int, float]] = []
    little: list[Mapping[int, float]] = []
    for clause in finder.clauses:
        found = finder.find(clause)
        tally.terms.update(found.terms)
        if clause.is_quoted and len(clause.stems) > 1:
            tally.phrases.add(" ".join(clause.stems))
        if clause.is_quoted and not found.weights and any(not other.is_quoted for other in finder.clauses):
            tally.left_out.append(clause.text)
        elif clause.is_quoted:
            tally.required = set(found.weights) if tally.required is None else tally.required & set(found.weights)
        if found.weights:
            (little if _says_little(clause) else telling).append(found.weights)
    for weights in telling:
        _add(tally, weights, index.size())
    for weights in little:
        if telling:
            _add_little(tally, weights, index.size())
        else:
            _add(tally, weights, index.size(), COMMON)
    for clause in query.excluded:
        tally.excluded.update(finder.find_as_typed(clause))
    tally.in_titles = finder.count_in_titles()
    tally.named = finder.find_named()
    tally.mended = finder.mended
    return tally


def _rarity(count: int, size: int) -> float:
    return math.log(1 + (size - count + 0.5) / (count + 0.5))


def _add(tally: Tally, weights: Mapping[int, float], size: int, importance: float = 1.0) -> None:
    rarity = importance * _rarity(len(weights), size)
    factor = rarity * (SATURATION + 1)
    scores, shares = tally.scores, tally.shares
    tally.whole += rarity
    if not scores:  # nothing to add to: made at once, which is twice as fast
        tally.scores = {number: factor * weight / (weight + SATURATION) for number, weight in weights.items()}
        tally.shares = dict.fromkeys(weights, rarity)
        return
    for number, weight in weights.items():
        scores[number] = scores.get(number, 0.0) + factor * weight / (weight + SATURATION)
        shares[number] = shares.get(number, 0.0) + rarity


def _add_little(tally: Tally, weights: Mapping[int, float], size: int) -> None:
    """Add a word that says little to what has a telling one; by itself it finds nothing, since it stands everywhere."""
    rarity = COMMON * _rarity(len(weights), size)
    factor = rarity * (SATURATION + 1)
    tally.whole += rarity
    for number in tally.scores.keys() & weights.keys():
        weight = weights[number]
        tally.scores[number] += factor * weight / (weight + SATURATION)
        tally.shares[number] += rarity


class Ranked(NamedTuple):
    """A document that was found."""

    number: int
    card: Card
    score: float

    @property
    def place(self) -> tuple[float, int, str, str]:
        """What documents are put in order by; the last two keep the order the same on every engine."""
        card = self.card
        return (-round(self.score, 6), KIND_ORDER.get(card.kind, len(KIND_ORDER)), card.title, card.key)


def rank(index: OpenIndex, query: Query, tally: Tally) -> dict[int, float]:
    """Return the documents that have enough of the query, each with its score but for its topic and its name."""
    shares = _shares_of_wanted(tally)
    best = max(shares.values(), default=0.0)
    least = min(best, LEAST_SHARE * tally.whole) - 1e-9  # sums of the same numbers in another order differ by a hair
    numbers = [number for number, share in shares.items() if share >= least]
    groups = index.groups(numbers)
    worths = [KIND_WEIGHTS.get(values[KIND], 1.0) / tally.whole for values in groups.values] if numbers else []
    group_of, scores = groups.of, tally.scores
    found = {number: scores[number] * shares[number] * worths[group_of[number]] for number in numbers}
    bonus = TITLE_BONUS / max(1, len(query.wanted))
    for number, count in tally.in_titles.items():
        if number in found:
            found[number] *= 1 + bonus * count
    return found


def _shares_of_wanted(tally: Tally) -> Mapping[int, float]:
    if tally.required is None and not tally.excluded:
        return tally.shares
    numbers = tally.shares.keys() if tally.required is None else tally.required.intersection(tally.shares)
    return {number: tally.shares[number] for number in numbers if number not in tally.excluded}


def weigh_contenders(
    index: OpenIndex, query: Query, tally: Tally, found: Mapping[int, float], last: float
) -> dict[int, float]:
    """Return whole scores of what may come before a document of this score, and of what has the name.

    The topic raises a score to 1 + TOPIC_BONUS times as much at most, so what has less than that part of the last score
    stays behind it. The best document of a contender's topic is a contender as well.
    """
    named = [number for number in tally.named if number in found]
    least = min([last / (1 + TOPIC_BONUS), *(found[number] for number in named)]) - HAIR
    own = {number: score for number, score in found.items() if score >= least}
    cards = index.cards(own)
    best_of_topic: dict[str, float] = {}
    for number, score in own.items():
        topic = cards[number].topic
        if topic and score > best_of_topic.get(topic, 0.0):
            best_of_topic[topic] = score
    neighbourly = TOPIC_BONUS / max(best_of_topic.values(), default=1.0)
    weighed = {
        number: score * (1 + neighbourly * best_of_topic.get(cards[number].topic, 0.0)) for number, score in own.items()
    }
    for number in named:
        weighed[number] += NAMED * (1 + (cards[number].name == query.name))
    return weighed


def last_of_best(scores: Collection[float], count: int) -> float:
    """Return the least of so many best scores, or of all where there are no more."""
    return min(heapq.nlargest(count, scores), default=math.inf)


def put_in_order(index: OpenIndex, query: Query, scores: Mapping[int, float], order: Order, count: int) -> list[Ranked]:
    """Return the first documents in the order that is wanted; `scores` are those of all that may be among them."""
    if order is Order.DATE:
        found = as_ranked(index, scores)
        return heapq.nsmallest(count, found, key=lambda ranked: (-ranked.card.published, *ranked.place))
    closely = max(count, MOST_COMPARED)
    least = last_of_best(scores.values(), closely) - HAIR
    found = as_ranked(index, {number: score for number, score in scores.items() if score >= least})
    best = sorted(found, key=lambda ranked: ranked.place)[:closely]
    return [*_favour_rows(index, query, best[:MOST_COMPARED]), *best[MOST_COMPARED:]][:count]


def as_ranked(index: OpenIndex, scores: Mapping[int, float]) -> list[Ranked]:
    """Return documents with their cards and scores."""
    cards = index.cards(scores)
    return [Ranked(number, cards[number], score) for number, score in scores.items()]


def _favour_rows(index: OpenIndex, query: Query, best: Sequence[Ranked]) -> list[Ranked]:
    """Put those forward which have the words of the query side by side."""
    numbers = [ranked.number for ranked in best]
    rows = {
        number for stems in {query.stems, query.said} if len(stems) > 1 for number in index.in_a_row(stems, numbers)
    }
    if not rows:
        return list(best)
    moved = [one._replace(score=one.score * SIDE_BY_SIDE) if one.number in rows else one for one in best]
    return sorted(moved, key=lambda ranked: ranked.place)
