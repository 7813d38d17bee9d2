"""The answer to a request: a page of hits with all that is said about them, and suggestions."""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from portal.search.analysis import WORD, fold, name_of
from portal.search.domain import FACETS, SECTION, Answer, Hit, Order, Passage, Results, SearchRequest, Suggestion
from portal.search.entries import Card, Page
from portal.search.highlighting import find_passages, mark_summary
from portal.search.names import Named
from portal.search.opened import Groups, OpenIndex
from portal.search.parsing import read_query, tidy
from portal.search.ranking import (
    KIND_ORDER,
    MOST_COMPARED,
    NAMED,
    Ranked,
    as_ranked,
    count_clauses,
    last_of_best,
    put_in_order,
    rank,
    weigh_contenders,
)

TERM = "term"


def answer(index: OpenIndex, request: SearchRequest) -> Results:
    """Return the page of hits that was asked for."""
    query = read_query(request.text, request.synonyms)
    tally = count_clauses(index, query)
    better = _mended_text(query.text, tally.mended)
    if better and tally.required != set():  # a phrase that stands nowhere was wanted as it was typed
        query = read_query(better, request.synonyms)
        tally = count_clauses(index, query, is_mended=True)
    found = rank(index, query, tally)
    filters = tuple(getattr(request, name) for name in FACETS)
    tagged = _with_tag(index, found, request.tag) if request.tag else found
    groups = index.groups(tagged)
    passing = _in_groups(tagged, groups, filters) if any(filters) else tagged
    pages = math.ceil(len(passing) / request.page_size)
    page = max(1, min(request.page, pages))
    first = (page - 1) * request.page_size
    count = first + request.page_size
    closely = len(passing) if request.order is Order.DATE else max(count, MOST_COMPARED)
    scores = weigh_contenders(index, query, tally, found, last_of_best(passing.values(), closely))
    contenders = {number: score for number, score in scores.items() if number in passing}
    chosen = put_in_order(index, query, contenders, request.order, count)[first:]
    numbers = [ranked.number for ranked in chosen]
    shown = index.pages(numbers)
    return Results(
        hits=tuple(_hit(ranked, shown[ranked.number], tally.terms, tally.phrases) for ranked in chosen),
        total=len(passing),
        page=page,
        pages=pages,
        facets=count_facets(tagged, groups, filters),
        unfiltered=len(found),
        did_you_mean=better,
        answer=_find_answer(index, {number: score for number, score in scores.items() if score >= NAMED}),
        left_out=tuple(tally.left_out),
    )


def _with_tag(index: OpenIndex, found: Mapping[int, float], tag: str) -> dict[int, float]:
    cards = index.cards(found)
    return {number: score for number, score in found.items() if tag in cards[number].tags}


def _in_groups(found: Mapping[int, float], groups: Groups, filters: Sequence[str]) -> dict[int, float]:
    wanted = [_passes(values, filters) for values in groups.values]
    return {number: score for number, score in found.items() if wanted[groups.of[number]]}


def _passes(values: Sequence[str], filters: Sequence[str]) -> bool:
    return all(wanted in ("", value) for value, wanted in zip(values, filters, strict=True))


def count_facets(numbers: Iterable[int], groups: Groups, filters: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count for each facet and value how many documents pass with it and the other filters; no value is "no filter"."""
    tallied = [(groups.values[group], count) for group, count in Counter(map(groups.of.__getitem__, numbers)).items()]
    counts: dict[str, dict[str, int]] = {}
    for place, name in enumerate(FACETS):
        others = (*filters[:place], "", *filters[place + 1 :])
        passing = [tally for tally in tallied if _passes(tally[0], others)] if any(others) else tallied
        counted = counts[name] = {"": sum(count for _, count in passing)} if passing else {}
        for values, count in passing:
            if value := values[place]:
                counted[value] = counted.get(value, 0) + count
    return counts


def _hit(ranked: Ranked, page: Page, terms: set[str], phrases: set[str]) -> Hit:
    card = ranked.card
    passages, anchor = find_passages(page, terms | phrases if phrases else terms)
    is_about_it = ranked.score >= NAMED or terms.issubset(card.stems[0])
    return Hit(
        key=card.key,
        kind=card.kind,
        document_id=card.document_id,
        slug=card.slug,
        title=card.title,
        summary=page.summary,
        stage=card.stage,
        level=card.level,
        topic=card.topic,
        published_at=datetime.fromtimestamp(card.published, UTC) if card.published else None,
        passages=passages or (Passage(mark_summary(page, terms)),),
        anchor="" if is_about_it else anchor,
    )


def _find_answer(index: OpenIndex, scores: Mapping[int, float]) -> Answer | None:
    """Return the definition of the term that was asked for by its name, where one of those so named is a term."""
    named = [ranked for ranked in as_ranked(index, scores) if ranked.card.kind == TERM]
    if not named:
        return None
    best = min(named, key=lambda ranked: ranked.place)
    page = index.pages([best.number])[best.number]
    card = best.card
    return Answer(
        title=card.title, slug=card.slug, document_id=card.document_id, definition=page.summary, topic=card.topic
    )


def _mended_text(text: str, mended: Mapping[str, str]) -> str | None:
    return WORD.sub(lambda found: mended.get(fold(found[0]), found[0]), text) if mended else None


def suggest(index: OpenIndex, typed: str, limit: int) -> list[Suggestion]:
    """Return what has a name whose words begin as typed, documents before sections and short names before long ones.

    Where there is too little of it, what nearly has such a name follows.
    """
    wanted = name_of(tidy(typed))
    if not wanted:
        return []
    chosen = _choose_names(index, wanted, limit)
    if len(chosen) < limit and (better := index.mend_name(wanted)):
        known = {_target_of(named) for named in chosen}
        others = _choose_names(index, better, limit)
        chosen.extend(other for other in others if _target_of(other) not in known)
    cards = index.cards({named.number for named in chosen})
    return [_suggestion(cards[named.number], named) for named in chosen[:limit]]


def _choose_names(index: OpenIndex, wanted: str, limit: int) -> list[Named]:
    """Return the best names, one for each place that they lead to.

    Of equal names the one of the better kind comes first, on every engine and replica.
    """

    def place(named: Named) -> tuple[bool, bool, int, int, str]:
        folded, text, _, rank = named.name
        return (rank > 1, not folded.startswith(wanted), rank, len(folded), text)

    best: dict[tuple[int, str, str], Named] = {}
    for named in index.names_with(wanted):
        target = _target_of(named)
        if target not in best or place(named) < place(best[target]):
            best[target] = named
    chosen = heapq.nsmallest(limit, best.values(), key=place)
    cards = index.cards({named.number for named in chosen})

    def place_among_equals(named: Named) -> tuple[int, str]:
        card = cards[named.number]
        return KIND_ORDER.get(card.kind, len(KIND_ORDER)), card.key

    return sorted(chosen, key=lambda named: (place(named), place_among_equals(named)))


def _target_of(named: Named) -> tuple[int, str, str]:
    """Return to what a name leads; a document is suggested once, by whichever of its names is the best."""
    return named.number, named.name.anchor, named.name.text


def _suggestion(card: Card, named: Named) -> Suggestion:
    is_section = bool(named.name.anchor)
    return Suggestion(
        title=named.name.text,
        kind=SECTION if is_section else card.kind,
        document_kind=card.kind,
        document_id=card.document_id,
        slug=card.slug,
        anchor=named.name.anchor,
        within=card.title if is_section else "",
    )
