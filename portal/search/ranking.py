"""Which documents a query finds, and in what order.

A document's score is the BM25F of its terms (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", 2009), diminished by what it lacks of the query, raised by a title that is about it and by the words standing
side by side. The numbers were chosen by the judged queries of the tests.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.search.analysis import COMMON_WORDS
from portal.search.domain import Order
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
KIND_ORDER = ("lesson", "term", "page", "challenge", "note")
"""Which of two equally good hits comes first."""
KIND_WEIGHTS = {"note": 0.9, "page": 0.6}
"""What falls short of a lesson is worth a little less as an answer."""
TITLE_BONUS = 1.0
"""How much a title raises the score that has all the words of the query."""
TOPIC_BONUS = 1.0
"""How much more a document counts whose topic has the best document of all."""
NAMED = 1e6
"""Score of a document whose name says what the query says; one that is named word for word has it twice."""
QUESTION_WORDS = frozenset({"mean", "definit", "defin", "explain", "exampl", "work"})
"""Stems that belong to a question about a thing and not to the thing."""


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
    terms: set[str] = field(default_factory=set)
    """All that is to be marked in passages."""
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


def count_clauses(index: OpenIndex, query: Query) -> Tally:
    """Look up every clause and add up what each document has."""
    tally = Tally()
    finder = Finder(index, query)
    for clause in finder.clauses:
        found = finder.find(clause)
        tally.terms.update(found.terms)
        if clause.is_quoted and not found.weights and any(not other.is_quoted for other in finder.clauses):
            tally.left_out.append(clause.text)
        elif clause.is_quoted:
            tally.required = set(found.weights) if tally.required is None else tally.required & set(found.weights)
        if found.weights:
            _add(tally, found.weights, index.size(), COMMON if _says_little(clause) else 1.0)
    for clause in query.excluded:
        tally.excluded.update(finder.find_as_typed(clause))
    tally.mended = finder.mended
    return tally


def _add(tally: Tally, weights: Mapping[int, float], size: int, importance: float) -> None:
    rarity = importance * math.log(1 + (size - len(weights) + 0.5) / (len(weights) + 0.5))
    factor = rarity * (SATURATION + 1)
    scores, shares = tally.scores, tally.shares
    tally.whole += rarity
    for number, weight in weights.items():
        scores[number] = scores.get(number, 0.0) + factor * weight / (weight + SATURATION)
        shares[number] = shares.get(number, 0.0) + rarity


class Ranked(NamedTuple):
    """A document that was found."""

    number: int
    card: Card
    score: float

    @property
    def place(self) -> tuple[float, int, str, str]:
        """What documents are put in order by; the last two keep the order the same on every engine."""
        order = KIND_ORDER.index(self.card.kind) if self.card.kind in KIND_ORDER else len(KIND_ORDER)
        return (-round(self.score, 6), order, self.card.title, self.card.key)


def rank(index: OpenIndex, query: Query, tally: Tally) -> list[Ranked]:
    """Return the documents that have enough of the query, each with its score, in no order."""
    numbers = [
        number
        for number in (tally.scores if tally.required is None else tally.required.intersection(tally.scores))
        if number not in tally.excluded
    ]
    best = max((tally.shares[number] for number in numbers), default=0.0)
    least = min(best, LEAST_SHARE * tally.whole) - 1e-9  # sums of the same numbers in another order differ by a hair
    numbers = [number for number in numbers if tally.shares[number] >= least]
    cards = index.cards(numbers)
    wanted = {stem for clause in query.clauses for stem in clause.stems}
    scores = []
    best_of_topic: dict[str, float] = {}
    for number in numbers:
        card = cards[number]
        share = tally.shares[number] / tally.whole
        bonus = 1 + TITLE_BONUS * len(wanted.intersection(card.stems[0])) / len(wanted)
        score = tally.scores[number] * share * bonus * KIND_WEIGHTS.get(card.kind, 1.0)
        scores.append(score)
        if card.topic and score > best_of_topic.get(card.topic, 0.0):
            best_of_topic[card.topic] = score
    neighbourly = TOPIC_BONUS / max(best_of_topic.values(), default=1.0)
    subjects = _subjects(query)
    ranked = []
    for number, own in zip(numbers, scores, strict=True):
        card = cards[number]
        score = own * (1 + neighbourly * best_of_topic.get(card.topic, 0.0))
        if not subjects.isdisjoint(card.stems):
            score += NAMED * (1 + (card.name == query.name))
        ranked.append(Ranked(number, card, score))
    return ranked


def _subjects(query: Query) -> frozenset[tuple[str, ...]]:
    """Return the stems of what may be the name of the thing that is looked for (`what is idempotency`)."""
    said = tuple(stem for clause in query.clauses for stem in clause.stems if stem not in QUESTION_WORDS)
    others = query.clauses[0].alternatives if len(query.clauses) == 1 else ()
    return frozenset({query.stems, said, *(other.stems for other in others if not other.is_wider)})


def put_in_order(index: OpenIndex, query: Query, found: Sequence[Ranked], order: Order, count: int) -> list[Ranked]:
    """Return the first documents in the order that is wanted."""
    if order is Order.DATE:
        return heapq.nsmallest(count, found, key=lambda ranked: (-ranked.card.published, *ranked.place))
    best = _take_best(found, max(count, MOST_COMPARED))
    head = _favour_rows(index, query, best[:MOST_COMPARED])
    return [*head, *best[MOST_COMPARED:]][:count]


def _take_best(found: Sequence[Ranked], count: int) -> list[Ranked]:
    """Return the best in order; only those that may be among them are compared in full."""
    if len(found) > count:
        last = heapq.nlargest(count, (ranked.score for ranked in found))[-1]
        found = [ranked for ranked in found if ranked.score >= last - 1e-6]
    return sorted(found, key=lambda ranked: ranked.place)[:count]


def _favour_rows(index: OpenIndex, query: Query, best: Sequence[Ranked]) -> list[Ranked]:
    """Put those forward which have the words of the query side by side."""
    said = tuple(stem for clause in query.clauses for stem in clause.stems)
    numbers = [ranked.number for ranked in best]
    rows = {number for stems in {query.stems, said} if len(stems) > 1 for number in index.in_a_row(stems, numbers)}
    if not rows:
        return list(best)
    moved = [one._replace(score=one.score * SIDE_BY_SIDE) if one.number in rows else one for one in best]
    return sorted(moved, key=lambda ranked: ranked.place)
