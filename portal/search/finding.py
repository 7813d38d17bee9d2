"""Where the parts of a query stand: as typed, in other words, completed, or corrected."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.search.analysis import COMMON_WORDS, STOP_WORDS, term_of
from portal.search.domain import MIN_PREFIX
from portal.search.entries import name_term, title_term
from portal.search.opened import OpenIndex
from portal.search.parsing import Clause, Query, make_pair, read_word
from portal.search.spelling import choose_correction, slips_in, split_points

AS_WRITTEN = 4.0
"""How many times as much a joined word counts that stands as it was typed: `select_related`, not `select related`."""
APART = 0.2
"""How much words count that mean one thing side by side, where a document has them apart."""
OTHERWISE_SAID = 0.8
"""How much a synonym counts against the word itself."""
SAID_WIDER = 0.5
"""How much a word counts that says more than what was asked for."""
MOST_COMPLETIONS = 40
"""Words by which a half-typed one is completed."""
MOST_COMPLETED = 3
"""Words of a query that are completed; each costs as much as the words by which it is."""
MOST_CORRECTED = 4
"""Words of a query which nobody writes, and for which a better one is looked for; each costs a walk through all words.
They count whether one is found or not, and whether that is remembered, so that a query always has the same answer."""
MOST_CORRECTIONS = 1000
"""Corrections that are remembered before all are forgotten."""
QUESTION_WORDS = frozenset({"mean", "definit", "defin", "explain", "exampl", "work"})
"""Stems that belong to a question about a thing and not to the thing."""


@dataclass(frozen=True)
class Found:
    """How a clause was found: the documents with its weight in each, and what is to be marked in them."""

    weights: Mapping[int, float]
    terms: Collection[str]


NOTHING = Found({}, ())


class Finder:
    """Finds the clauses of one query; what the index is asked for, it is asked for together."""

    def __init__(self, index: OpenIndex, query: Query, *, may_mend: bool = True) -> None:
        self._index = index
        self._may_mend = may_mend
        self.clauses = query.clauses
        self.mended: dict[str, str] = {}
        self._completed: set[str] = set()
        self._doubted: set[str] = set()
        joined = [read_word(one.words[0] + other.words[0]) for one, other in self._neighbours()]
        terms = {term for clause in (*query.clauses, *query.excluded, *joined) for term in clause.terms}
        self._titles = [title_term(stem) for stem in query.wanted]
        self._names = [name_term(stems) for stems in _subjects(query)]
        self._postings = dict(index.postings(terms.union(self._titles, self._names)))
        self.clauses = self._join_neighbours(joined)

    def find(self, clause: Clause) -> Found:
        """Return where a clause stands; a word that nobody writes is completed.

        Where that does not help either, it is found out what may have been meant, and added to `mended`.
        """
        own = Found(self._weights_of(clause), (*clause.stems, *clause.forms))
        if clause.alternatives:
            return self._widen(own, clause.alternatives)
        if own.weights:
            return own
        completed = None if clause.is_quoted else self._complete(clause)
        if completed is None and self._may_mend:
            for word in clause.words:
                self._mend(word)
        return completed or NOTHING

    def find_as_typed(self, clause: Clause) -> Collection[int]:
        """Return the documents that have a clause, without any guess."""
        return self._weights_of(clause).keys()

    def count_in_titles(self) -> Mapping[int, int]:
        """Return how many of the words each document has in its title, where it has any there."""
        return Counter(number for term in self._titles for number in self._of(term))

    def find_named(self) -> set[int]:
        """Return the documents whose name says what the query says."""
        return {number for term in self._names for number in self._of(term)}

    def _neighbours(self) -> list[tuple[Clause, Clause]]:
        """Return words that stand side by side and may be two halves of one (`time out`)."""
        return [
            (one, other)
            for one, other in zip(self.clauses, self.clauses[1:], strict=False)
            if _is_plain(one) and _is_plain(other)
        ]

    def _join_neighbours(self, joined: Sequence[Clause]) -> tuple[Clause, ...]:
        clauses: list[Clause] = []
        known = {clause.words[0]: clause for clause in joined if self._postings.get(clause.stems[0])}
        for clause in self.clauses:
            last = clauses[-1] if clauses else None
            if last and _is_plain(last) and _is_plain(clause) and (one := known.get(last.words[0] + clause.words[0])):
                clauses[-1] = make_pair(last, clause, one)
            else:
                clauses.append(clause)
        return tuple(clauses)

    def _of(self, term: str) -> Mapping[int, float]:
        return self._postings.get(term, {})

    def _load(self, terms: Collection[str]) -> None:
        self._postings.update(self._index.postings([term for term in terms if term not in self._postings]))

    def _weights_of(self, clause: Clause) -> Mapping[int, float]:
        if len(clause.stems) == 1 and not clause.forms:
            return self._of(clause.stems[0])
        return self._row_weights(clause)

    def _row_weights(self, clause: Clause) -> Mapping[int, float]:
        """Return the documents in which the stems follow one another; those joined as written weigh more.

        Words that were typed apart may stand apart, for less. Where there is nothing else, a joined word stands for its
        parts, as far as these are words.
        """
        found = [self._of(stem) for stem in clause.stems]
        rarest = min(found, key=len)
        together = set(rarest).intersection(*found)
        row = self._index.in_a_row(clause.stems, together) if together else ()
        weights = _least_of(row, found)
        for form in clause.forms:
            for number, weight in self._of(form).items():
                weights[number] = max(weights.get(number, 0.0), AS_WRITTEN * weight)
        if clause.is_loose and not _is_phrase_of_little_words(clause):
            return _least_of(together, found, share=APART) | weights
        if not weights and not clause.is_quoted and all(len(word) > 1 for word in clause.words):
            return _least_of(together, found, share=APART)
        return weights

    def _widen(self, own: Found, alternatives: Iterable[Clause]) -> Found:
        weights, terms = dict(own.weights), {*own.terms}
        for other in alternatives:
            terms.update((*other.stems, *other.forms))
            share = SAID_WIDER if other.is_wider else OTHERWISE_SAID
            for number, weight in self._weights_of(other).items():
                weights[number] = max(weights.get(number, 0.0), share * weight)
        return Found(weights, terms)

    def _complete(self, clause: Clause) -> Found | None:
        if len(clause.stems) > 1 or len(clause.words[0]) < MIN_PREFIX or len(self._completed) == MOST_COMPLETED:
            return None
        terms = {term_of(word) for word in self._index.words_with(clause.words[0], MOST_COMPLETIONS)}
        if not terms:
            return None
        self._completed.add(clause.words[0])
        self._load(terms)
        completed: dict[int, float] = {}
        for term in terms:
            for number, weight in self._of(term).items():
                completed[number] = max(weight, completed.get(number, 0.0))
        return Found(completed, terms) if completed else None

    def _mend(self, word: str) -> None:
        """Find out what a word was probably meant to be; one that somebody writes was meant as it is."""
        if self._of(term_of(word)) or word in self._doubted or len(self._doubted) == MOST_CORRECTED:
            return
        self._doubted.add(word)
        known = self._index.corrections
        if len(known) > MOST_CORRECTIONS:
            known.clear()
        if word not in known:
            known[word] = self._correct(word)
        if better := known[word]:
            self.mended[word] = better

    def _correct(self, word: str) -> str | None:
        """Return the known word, or the two, that somebody probably meant."""
        slips = slips_in(word)
        candidates = self._index.similar_words(word, slips) if slips else ()
        halves = split_points(word)
        counts = self._index.word_counts({word, *candidates, *(half for pair in halves for half in pair)})
        if counts.get(word):
            return None
        better = choose_correction(word, ((candidate, counts.get(candidate, 0)) for candidate in candidates))
        pairs = ((min(counts.get(left, 0), counts.get(right, 0)), left, right) for left, right in halves)
        frequency, left, right = max(pairs, default=(0, "", ""))
        if frequency and (better is None or frequency > counts[better]):
            return f"{left} {right}"
        return better


def _least_of(numbers: Iterable[int], found: Sequence[Mapping[int, float]], share: float = 1.0) -> dict[int, float]:
    """Return for documents which have several stems a share of their least weight."""
    first, *others = found
    weights: dict[int, float] = {}
    for number in numbers:
        least = first[number]
        for other in others:
            least = min(least, other[number])
        weights[number] = share * least
    return weights


def _subjects(query: Query) -> set[tuple[str, ...]]:
    """Return the stems of what may be the name of the thing that is looked for (`what is idempotency`)."""
    said = tuple(stem for stem in query.said if stem not in QUESTION_WORDS)
    others = query.clauses[0].alternatives if len(query.clauses) == 1 else ()
    return {query.stems, said, *(other.stems for other in others if not other.is_wider)}


def _is_phrase_of_little_words(clause: Clause) -> bool:
    """Tell whether words that say little mean something together (`at once`): apart, they stand in all texts."""
    return bool(clause.alternatives) and (COMMON_WORDS | STOP_WORDS).issuperset(clause.words)


def _is_plain(clause: Clause) -> bool:
    """Tell whether this is one word as anybody types it."""
    return len(clause.words) == 1 and not clause.is_quoted and not clause.alternatives and clause.words[0].isalpha()
