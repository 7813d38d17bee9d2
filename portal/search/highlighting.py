"""Passages of a text that show why it was found."""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from itertools import islice
from typing import NamedTuple

from portal.search.analysis import SPACES, WORD
from portal.search.domain import Passage, Run
from portal.search.entries import Page, Section

PASSAGE = 200
"""Characters of a passage, more or less."""
REACH = 180
"""Characters from where the first match of a passage begins to where the last one does."""
MOST_PASSAGES = 2
LONGEST_WORD = 80
"""Characters beyond which a word is cut after all: it is a key or a digest, and would stand there whole."""
MOST_MATCHES = 50
"""Matches of one term that are looked at in one text."""
MOST_TERMS = 500
"""Terms of which a text remembers the places."""
JOINTS = frozenset("_-./+'’")
SENTENCE_ENDS = (". ", "? ", ": ", "\n")


Match = tuple[int, str]
"""Where a term stands in a text, and the term."""


def find_passages(page: Page, terms: Collection[str]) -> tuple[tuple[Passage, ...], str]:
    """Return the passages in which most of the terms stand, in the order of the text, and the anchor of the best one.

    There are none where there is no term. Stems with spaces between are a phrase: it is looked for, and not marked.
    """
    matches = find_matches(page, terms)
    windows = _choose_windows(matches, [section.start for section in page.sections])
    passages = tuple(_cut_passage(page, matches, window) for window in sorted(windows))
    return passages, _section_at(windows[0].start, page.sections).anchor if windows else ""


def mark_summary(page: Page, terms: Collection[str]) -> tuple[Run, ...]:
    """Return the whole summary with its matches marked."""
    summary = page.summary_alone
    return tuple(_runs(summary.body, find_matches(summary, terms), 0, len(summary.body)))


def find_matches(page: Page, terms: Collection[str]) -> list[Match]:
    """Return where the terms stand in a text, in its order."""
    found: list[Match] = []
    known = page.places
    for term in terms:
        places = known.get(term)
        if places is None:
            places = known[term] = _places_of(term, page)
        found += [(place, term) for place in places]
    found.sort()
    return found


def _places_of(term: str, page: Page) -> Sequence[int]:
    """Return the first places of a term; what has signs in it is looked for as it was written."""
    if len(page.places) > MOST_TERMS:
        page.places.clear()
    if " " in term:
        return _places_of_phrase(page.stems, term)
    return _places_of_stem(page.stems, term) if term.isalnum() else _places_as_written(page.folded, term)


def _places_of_stem(stems: str, stem: str) -> list[int]:
    places: list[int] = []
    start = stems.find(stem)
    while start >= 0 and len(places) < MOST_MATCHES:
        end = start + len(stem)
        if stems[start - 1] == stems[end] == " ":
            places.append(start - 1)  # before the text stands one space
        start = stems.find(stem, end)
    return places


def _places_of_phrase(stems: str, phrase: str) -> list[int]:
    row = re.compile(f" (?={' +'.join(map(re.escape, phrase.split()))} )")  # before the text stands one space
    return [found.start() for found in islice(row.finditer(stems), MOST_MATCHES)]


def _places_as_written(folded: str, term: str) -> list[int]:
    places: list[int] = []
    start = folded.find(term)
    while start >= 0 and len(places) < MOST_MATCHES:
        end = start + len(term)
        if not (start and folded[start - 1].isalnum()) and not folded[end : end + 1].isalnum():
            places.append(start)
        start = folded.find(term, end)
    return places


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
    """Return the best stretches, the best of all first; each has a term that those before it lack.

    None reaches from one section into the next.
    """
    windows: list[Window] = []
    rest = matches
    bounds = [0, *starts, sys.maxsize]
    while rest and len(windows) < MOST_PASSAGES:
        start, end = _densest(rest, bounds)
        number = bisect_right(bounds, start)
        windows.append(Window(start, end, bounds[number - 1], bounds[number]))
        shown = {term for place, term in rest if start <= place <= end}
        left, right = start - PASSAGE, end + PASSAGE
        rest = [match for match in rest if match[1] not in shown and not left <= match[0] <= right]
    return windows


def _densest(matches: Sequence[Match], bounds: Sequence[int]) -> tuple[int, int]:
    """Return the stretch of a passage's length with most different terms, then most repeated; the first of equals.

    It begins and ends where a match begins.
    """
    best = 0
    window = (0, 0)
    counts = dict.fromkeys([term for _, term in matches], 0)
    one_more = len(counts) + 1
    """What another term counts, against 1 for one that stands there a second time."""
    value = 0
    first = section = 0
    start = matches[0][0]
    earliest, limit = 0, -1
    for place, term in matches:
        while place >= limit:
            earliest, limit = limit, bounds[section]
            section += 1
        count = counts[term]
        counts[term] = count + 1
        if count <= 1:
            value += 1 if count else one_more
        while start < earliest or place - start > REACH:
            left = matches[first][1]
            count = counts[left] - 1
            counts[left] = count
            if count <= 1:
                value -= 1 if count else one_more
            first += 1
            start = matches[first][0]
        if value > best:
            best, window = value, (start, place)
    return window


def _cut_passage(page: Page, matches: Sequence[Match], window: Window) -> Passage:
    """Return a window with what stands around it; the heading is named, and not repeated."""
    section = _section_at(window.start, page.sections)
    text = page.body[: window.last - 1] if window.last < len(page.body) else page.body
    start, end = window.start, _end_of_word(text, window.end)
    if section.start <= start < section.text_start < len(text):
        start = end = section.text_start
    left = max(_left_edge(text, start, room=max(0, PASSAGE - (end - start)) // 3), min(section.text_start, start))
    right = _right_edge(text, end, room=max(0, PASSAGE - (end - left)))
    before = "" if left <= section.text_start or text.endswith(SENTENCE_ENDS, 0, left) else "… "
    after = "" if right == len(text) or text[right - 1] in ".?!" else " …"
    runs = _runs(text, matches, left, right, before=before, after=after)
    return Passage(tuple(runs), section.heading, section.anchor)


def _end_of_word(text: str, start: int) -> int:
    word = WORD.match(text, start)
    return word.end() if word else start


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


def _runs(
    text: str, matches: Sequence[Match], left: int, right: int, *, before: str = "", after: str = ""
) -> list[Run]:
    """Return a stretch of a text as runs, none of them empty, with what is put before and after it."""
    runs: list[Run] = []
    between = before
    place = left
    for begin, end in _joined(text, matches, left, right):
        between += _with_single_spaces(text[place:begin])
        if between:
            runs.append(Run(between, False))
        runs.append(Run(text[begin:end], True))
        between = ""
        place = end
    between += _with_single_spaces(text[place:right]) + after
    if between:
        runs.append(Run(between, False))
    return runs


def _joined(text: str, matches: Sequence[Match], left: int, right: int) -> list[tuple[int, int]]:
    """Return from where to where matches within a stretch reach; those joined by a sign are one."""
    joined: list[tuple[int, int]] = []
    begin = place = -1
    for start, term in matches[bisect_left(matches, (left,)) : bisect_left(matches, (right,))]:
        end = _end_of_word(text, start) if term.isalnum() else start + len(term)
        if start < place or end > right or " " in term:
            continue
        if begin >= 0 and (start == place or text[place:start] in JOINTS):
            joined[-1] = (begin, end)
        else:
            joined.append((start, end))
            begin = start
        place = end
    return joined


def _with_single_spaces(text: str) -> str:
    return text if text.isprintable() and "  " not in text else SPACES.sub(" ", text)
