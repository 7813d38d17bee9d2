"""The answer to a request, from whatever keeps the entries: which documents, in what order, and how to show them.

A document's score is the BM25F of its terms (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", 2009), diminished by what it lacks of the query and raised by a title that is about it.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from portal.search.analysis import WORD, fold, name_of
from portal.search.domain import FACETS, MIN_PREFIX, Hit, Results, SearchRequest, Suggestion
from portal.search.entries import Card
from portal.search.highlighting import find_passages, mark_text
from portal.search.parsing import Clause, Query, read_query, tidy
from portal.search.spelling import correct
from portal.search.stemming import stem

SATURATION = 6.0
"""The k1 of BM25: how slowly more of a term stops to count. Large, since a title weighs as much as many words."""
LEAST_SHARE = 0.6
"""Share of what is asked for (by how rare it is) that a document must have, unless no document has as much."""
AS_WRITTEN = 8.0
"""How many times as much a joined word counts that stands as it was typed: `select_related`, not `select related`."""
MOST_COMPLETIONS = 40
"""Words by which a half-typed one is completed."""
MOST_CORRECTED = 3
"""Words of a query that are corrected; each costs a walk through all words."""
MOST_CORRECTIONS = 1000
"""Corrections that are remembered before all are forgotten."""
KIND_ORDER = ("lesson", "term", "page", "challenge", "note")
"""Which of two equally good hits comes first."""
KIND_WEIGHTS = {"term": 0.8, "note": 0.9}
"""What falls short of a lesson is worth a little less as an answer."""
TITLE_BONUS = 0.5
"""How much a title raises the score that has all the words of the query."""


class OpenIndex(Protocol):
    """The entries of an index at one moment. Documents go by numbers that mean nothing outside."""

    corrections: dict[str, str | None]
    """What was found out about misspelt words; goes with the index."""

    def size(self) -> int:
        """Return the number of documents."""
        ...

    def postings(self, term: str) -> Mapping[int, float]:
        """Return the documents that have a term, with its weight in each."""
        ...

    def positions(self, term: str, numbers: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return where a term stands in some of the documents that have it."""
        ...

    def words_with(self, prefix: str, limit: int) -> Sequence[str]:
        """Return words that begin so, in the order of the alphabet."""
        ...

    def words(self) -> Iterable[str]:
        """Return all words."""
        ...

    def word_count(self, word: str) -> int:
        """Return how many documents have a word."""
        ...

    def card(self, number: int) -> Card:
        """Return a document's card."""
        ...

    def cards(self) -> Iterable[Card]:
        """Return all cards."""
        ...

    def body(self, number: int) -> str:
        """Return a document's text."""
        ...


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
    unknown: list[Clause] = field(default_factory=list)
    terms: set[str] = field(default_factory=set)
    """All that is to be marked in passages."""


@dataclass(frozen=True)
class Ranked:
    """A document that was found."""

    number: int
    card: Card
    is_named: bool
    """The query is its name."""
    score: float

    @property
    def place(self) -> tuple[bool, float, int, str, str]:
        """What documents are put in order by; the last two keep the order the same on every engine."""
        order = KIND_ORDER.index(self.card.kind) if self.card.kind in KIND_ORDER else len(KIND_ORDER)
        return (not self.is_named, -round(self.score, 6), order, self.card.title, self.card.key)


def answer(index: OpenIndex, request: SearchRequest) -> Results:
    """Return the page of hits that was asked for."""
    query = read_query(request.text)
    tally = count_clauses(index, query.clauses)
    found = rank(index, query, tally)
    filters = tuple(getattr(request, name) for name in FACETS)
    passing = [ranked for ranked in found if _passes(ranked.card.facets, filters)] if any(filters) else found
    chosen = sorted(passing, key=lambda ranked: ranked.place)
    pages = math.ceil(len(chosen) / request.page_size)
    page = max(1, min(request.page, pages))
    first = (page - 1) * request.page_size
    return Results(
        hits=tuple(_hit(index, ranked, tally.terms) for ranked in chosen[first : first + request.page_size]),
        total=len(chosen),
        page=page,
        pages=pages,
        facets=count_facets((ranked.card for ranked in found), filters),
        unfiltered=len(found),
        did_you_mean=mend_query(index, query, tally.unknown) if tally.unknown else None,
    )


def count_clauses(index: OpenIndex, clauses: Iterable[Clause]) -> Tally:
    """Look up every clause and add up what each document has."""
    tally = Tally()
    for clause in clauses:
        terms, weights = find_clause(index, clause)
        tally.terms.update(terms)
        if clause.is_quoted:
            tally.required = set(weights) if tally.required is None else tally.required & set(weights)
        if not weights:
            tally.unknown.append(clause)
            continue
        rarity = math.log(1 + (index.size() - len(weights) + 0.5) / (len(weights) + 0.5))
        tally.whole += rarity
        for number, weight in weights.items():
            worth = rarity * weight * (SATURATION + 1) / (weight + SATURATION)
            tally.scores[number] = tally.scores.get(number, 0.0) + worth
            tally.shares[number] = tally.shares.get(number, 0.0) + rarity
    return tally


def find_clause(index: OpenIndex, clause: Clause) -> tuple[Collection[str], Mapping[int, float]]:
    """Return the terms by which a clause is found, and the documents that have it, with its weight in each."""
    if len(clause.stems) > 1:
        return clause.stems, _find_row(index, clause)
    weights = index.postings(clause.stems[0])
    if weights or clause.is_quoted or len(clause.words[0]) < MIN_PREFIX:
        return clause.stems, weights
    terms = {stem(word) for word in index.words_with(clause.words[0], MOST_COMPLETIONS)}
    completed: dict[int, float] = {}
    for term in terms:
        for number, weight in index.postings(term).items():
            completed[number] = max(weight, completed.get(number, 0.0))
    return terms, completed


def _find_row(index: OpenIndex, clause: Clause) -> Mapping[int, float]:
    """Return the documents in which the stems follow one another; those joined as written weigh more.

    Where there are none, a joined word stands for its parts, as far as these are words.
    """
    postings = [index.postings(stem) for stem in clause.stems]
    rarest = min(postings, key=len)
    together = [number for number in rarest if all(number in weights for weights in postings)]
    places = [index.positions(stem, together) for stem in clause.stems]
    weights = {
        number: min(weights[number] for weights in postings)
        for number in together
        if _is_row([found[number] for found in places])
    }
    for form in clause.forms:
        for number, weight in index.postings(form).items():
            weights[number] = weights.get(number, 0.0) + AS_WRITTEN * weight
    if not weights and not clause.is_quoted and all(len(word) > 1 for word in clause.words):
        return {number: min(found[number] for found in postings) for number in together}
    return weights


def _is_row(places: Sequence[Sequence[int]]) -> bool:
    starts = set(places[0])
    for offset, others in enumerate(places[1:], start=1):
        starts &= {place - offset for place in others}
    return bool(starts)


def rank(index: OpenIndex, query: Query, tally: Tally) -> list[Ranked]:
    """Return the documents that have enough of the query, each with its score, in no order."""
    numbers = tally.scores.keys() if tally.required is None else tally.scores.keys() & tally.required
    best = max((tally.shares[number] for number in numbers), default=0.0)
    least = min(best, LEAST_SHARE * tally.whole) - 1e-9  # sums of the same numbers in another order differ by a hair
    wanted = {stem for clause in query.clauses for stem in clause.stems}
    ranked = []
    for number in numbers:
        if tally.shares[number] >= least:
            card = index.card(number)
            share = tally.shares[number] / tally.whole
            bonus = 1 + TITLE_BONUS * len(wanted.intersection(card.stems[0])) / len(wanted)
            score = tally.scores[number] * share * share * bonus * KIND_WEIGHTS.get(card.kind, 1.0)
            ranked.append(Ranked(number, card, query.stems in card.stems, score))
    return ranked


def _passes(values: Sequence[str], filters: Sequence[str]) -> bool:
    return all(wanted in ("", value) for value, wanted in zip(values, filters, strict=True))


def count_facets(cards: Iterable[Card], filters: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count for each facet and value how many documents pass with it and the other filters; no value is "no filter"."""
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    others = [(*filters[:place], "", *filters[place + 1 :]) for place in range(len(FACETS))]
    filtered = [any(other) for other in others]
    for values, count in Counter(card.facets for card in cards).items():
        for place, name in enumerate(FACETS):
            if not filtered[place] or _passes(values, others[place]):
                counted = counts[name]
                counted[""] = counted.get("", 0) + count
                if values[place]:
                    counted[values[place]] = counted.get(values[place], 0) + count
    return counts


def _hit(index: OpenIndex, ranked: Ranked, terms: Collection[str]) -> Hit:
    card = ranked.card
    return Hit(
        key=card.key,
        kind=card.kind,
        document_id=card.document_id,
        slug=card.slug,
        title=card.title,
        summary=card.summary,
        stage=card.stage,
        level=card.level,
        topic=card.topic,
        passages=find_passages(index.body(ranked.number), terms) or (mark_text(card.summary, terms),),
    )


def mend_query(index: OpenIndex, query: Query, unknown: Iterable[Clause]) -> str | None:
    """Return the query with the words that were found nowhere replaced by their likeliest corrections.

    None where nothing can be mended.
    """
    corrections = {}
    words = dict.fromkeys(word for clause in unknown for word in clause.words)
    if len(index.corrections) > MOST_CORRECTIONS:
        index.corrections.clear()
    for word in list(words)[:MOST_CORRECTED]:
        if word not in index.corrections:
            index.corrections[word] = None if index.word_count(word) else correct(word, index.words(), index.word_count)
        if better := index.corrections[word]:
            corrections[word] = better
    if not corrections:
        return None
    return WORD.sub(lambda found: corrections.get(fold(found[0]), found[0]), query.text)


def suggest(index: OpenIndex, typed: str, limit: int) -> list[Suggestion]:
    """Return documents with a name whose words begin as typed: those whose name begins so first, short names first."""
    wanted = name_of(tidy(typed))
    if not wanted:
        return []
    found = []
    for card in index.cards():
        for position, name in enumerate(card.names):
            if f" {wanted}" in f" {name}":
                found.append((not name.startswith(wanted), position > 0, len(name), card))
                break
    found.sort(key=lambda entry: (*entry[:3], Ranked(0, entry[3], False, 0).place))
    return [
        Suggestion(title=card.title, kind=card.kind, document_id=card.document_id, slug=card.slug)
        for *_, card in found[:limit]
    ]
