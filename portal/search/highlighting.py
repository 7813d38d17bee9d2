"""Passages of a text that show why it was found."""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from portal.search.analysis import SPACES, WORD, fold_in_place, term_of
from portal.search.domain import Passage, Run
from portal.search.entries import Page, Section
from portal.search.variants import beginning_of

PASSAGE = 200
"""Characters of a passage, more or less."""
MOST_PASSAGES = 2
LONGEST_WORD = 80
"""Characters beyond which a word is cut after all: it is a key or a digest, and would stand there whole."""
MOST_MATCHES = 50
"""Matches of one term that are looked at in one text."""
JOINTS = frozenset("_-./+'’")
SENTENCE_ENDS = (". ", "? ", ": ", "\n")
CHANGING_ENDS = tuple("eily")
"""Letters at the end of a stem that may be others in the word itself (`file`, `filing`)."""


class Match(NamedTuple):
    """Where a term stands in a text."""

    start: int
    end: int
    term: str


def find_passages(page: Page, terms: Collection[str]) -> tuple[tuple[Passage, ...], str]:
    """Return the passages in which most of the terms stand, in the order of the text, and the anchor of the best one.

    There are none where there is no term.
    """
    matches = find_matches(page.folded, terms)
    windows = _choose_windows(matches, [section.start for section in page.sections])
    passages = tuple(_cut_passage(page.body, matches, window, page.sections) for window in sorted(windows))
    return passages, _section_at(windows[0].start, page.sections).anchor if windows else ""


def mark_text(text: str, terms: Collection[str]) -> tuple[Run, ...]:
    """Return a whole short text with its matches marked."""
    return _join(_runs(text, find_matches(fold_in_place(text), terms), 0, len(text)))


def find_matches(folded: str, terms: Collection[str]) -> list[Match]:
    """Return where the terms stand in a text that was folded in place, in its order.

    Looks for the beginning of each stem and then at the word it begins, which is many times faster than to stem it all.
    """
    found = [match for term in terms for match in _matches_of(term, folded)]
    return sorted(found)


def _matches_of(term: str, folded: str) -> list[Match]:
    beginning = _first_letters(term)
    length = len(beginning)
    found: list[Match] = []
    start = folded.find(beginning)
    while start >= 0 and len(found) < MOST_MATCHES:
        end = start + length
        if not (start and folded[start - 1].isalnum()):
            word = WORD.match(folded, start)
            if word and term_of(word[0]) == term:
                end = word.end()
                found.append(Match(start, end, term))
            elif not term.isalnum() and not folded[end : end + 1].isalnum():
                found.append(Match(start, end, term))
        start = folded.find(beginning, end)
    return found


@lru_cache(maxsize=65_536)
def _first_letters(term: str) -> str:
    """Return what to look for in a text to find a term."""
    beginning = beginning_of(term)
    if beginning == term and len(term) > 2 and term.endswith(CHANGING_ENDS):
        return term[:-1]
    return beginning


class Window(NamedTuple):
    """A stretch of a text, and the bounds of the section in which it lies."""

    start: int
    end: int
    first: int
    last: int


NOWHERE = Section(0, 0, "", "")


def _section_at(place: int, sections: Sequence[Section]) -> Section:
    """Return the section of a place in the text."""
    number = bisect_right(sections, place, key=lambda section: section.start)
    return sections[number - 1] if number else NOWHERE


def _choose_windows(matches: Sequence[Match], starts: Sequence[int]) -> list[Window]:
    """Return the best stretches, the best of all first; none reaches from one section into the next."""
    windows: list[Window] = []
    rest = matches
    bounds = [0, *starts, sys.maxsize]
    while rest and len(windows) < MOST_PASSAGES:
        start, end = _densest(rest, bounds)
        number = bisect_right(bounds, start)
        windows.append(Window(start, end, bounds[number - 1], bounds[number]))
        rest = [match for match in rest if match.end < start - PASSAGE or match.start > end + PASSAGE]
    return windows


def _densest(matches: Sequence[Match], bounds: Sequence[int]) -> tuple[int, int]:
    """Return the stretch of a passage's length with most different terms, then most repeated; the first of equals."""
    best = (0, 0)
    window = (0, 0)
    terms = dict.fromkeys((match.term for match in matches), 0)
    first = 0
    different = repeated = 0
    section = 0
    for last, (start, end, term) in enumerate(matches):
        while start >= bounds[section]:
            section += 1
        earliest = max(end - PASSAGE, bounds[section - 1])
        terms[term] += 1
        different += terms[term] == 1
        repeated += terms[term] == 2  # it stands there a second time
        while first < last and matches[first].start < earliest:
            left = matches[first].term
            terms[left] -= 1
            different -= terms[left] == 0
            repeated -= terms[left] == 1
            first += 1
        value = (different, repeated)
        if value > best:
            best, window = value, (matches[first].start, end)
    return window


def _cut_passage(text: str, matches: Sequence[Match], window: Window, sections: Sequence[Section]) -> Passage:
    """Return a window with what stands around it; the heading is named, and not repeated."""
    section = _section_at(window.start, sections)
    if window.last < len(text):
        text = text[: window.last - 1]
    start, end = window.start, window.end
    if section.start <= start < section.text_start < len(text):
        start = end = section.text_start
    left = max(_left_edge(text, start, room=max(0, PASSAGE - (end - start)) // 3), min(section.text_start, start))
    right = _right_edge(text, end, room=max(0, PASSAGE - (end - left)))
    before = "" if left <= section.text_start or text.endswith(SENTENCE_ENDS, 0, left) else "… "
    after = "" if right == len(text) or text[right - 1] in ".?!" else " …"
    runs = _join([Run(before, False), *_runs(text, matches, left, right), Run(after, False)])
    return Passage(runs, section.heading, section.anchor)


def _left_edge(text: str, start: int, room: int) -> int:
    """Return where to begin: at a sentence's beginning within the room, else at a word's."""
    wanted = start - room
    if wanted <= 0:
        return 0
    sentences = [
        text.find(end, wanted, start) + len(end) for end in SENTENCE_ENDS if text.find(end, wanted, start) >= 0
    ]
    if sentences:
        return min(sentences)
    space = text.find(" ", wanted, start)
    if space < 0:
        space = max(text.rfind(gap, max(0, start - LONGEST_WORD), start) for gap in " \n")
    return space + 1 if space >= 0 else start


def _right_edge(text: str, end: int, room: int) -> int:
    """Return where to stop: after the last word that fits, and in any case after the one that has begun."""
    wanted = end + room
    if wanted >= len(text):
        return len(text)
    space = max(text.rfind(gap, end, wanted + 1) for gap in " \n")
    if space >= 0:
        return space
    spaces = [text.find(gap, wanted, end + room + LONGEST_WORD) for gap in " \n"]
    return min((space for space in spaces if space >= 0), default=end)


def _runs(text: str, matches: Sequence[Match], left: int, right: int) -> list[Run]:
    """Return a stretch of a text as runs, some of them empty."""
    runs = []
    place = left
    for match in matches[bisect_left(matches, (left,)) :]:
        if match.start >= right:
            break
        if place <= match.start and match.end <= right:
            between = text[place : match.start]
            runs.append(Run(between, between in JOINTS and place > left))
            runs.append(Run(text[match.start : match.end], True))
            place = match.end
    runs.append(Run(text[place:right], False))
    return runs


def _join(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs without empty ones and without two of a kind in a row; white space becomes single spaces."""
    joined: list[Run] = []
    text, is_match = "", False
    for run in runs:
        if run.is_match == is_match:
            text += run.text
        elif run.text:
            if text:
                joined.append(Run(_with_single_spaces(text), is_match))
            text, is_match = run.text, run.is_match
    if text:
        joined.append(Run(_with_single_spaces(text), is_match))
    return tuple(joined)


def _with_single_spaces(text: str) -> str:
    return text if text.isprintable() and "  " not in text else SPACES.sub(" ", text)
