"""What changed between two texts: by lines first, then by words within a line that was replaced."""

import difflib
import enum
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CONTEXT = 3
"""Lines that are shown unchanged around a change."""
MOST_LINES = 4_000
"""Lines of a text beyond which nothing is compared: difflib is quadratic at worst, and so are hostile texts."""
MOST_WORDS = 200
"""Words of a line beyond which it is shown as replaced in one piece."""

MOST_REPLACED = 100
"""Lines replaced in a row beyond which their words are not compared."""


class Change(enum.StrEnum):
    """What became of a line, or of a run of words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    GAP = "gap"


@dataclass(frozen=True)
class Run:
    """Words of a line that share a fate."""

    change: Change
    text: str


@dataclass(frozen=True)
class DifferenceLine:
    """A line of a difference; a gap stands for unchanged lines that are left out."""

    change: Change
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def compare(old: str, new: str) -> list[DifferenceLine]:
    """Return the lines of the change from `old` to `new`, with a few unchanged ones around; none where nothing changed.

    Texts of more than MOST_LINES lines are shown as removed and added in one piece.
    """
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return []
    if max(len(before), len(after)) > MOST_LINES:
        return [*_whole(Change.REMOVED, before), *_whole(Change.ADDED, after)]
    matcher = difflib.SequenceMatcher(None, before, after)  # which passes over lines that occur very often
    lines: list[DifferenceLine] = []
    for number, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if number or group[0][1] > 0:
            lines.append(DifferenceLine(Change.GAP, ()))
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                lines.extend(_whole(Change.SAME, before[start:end]))
            else:
                lines.extend(_replaced(before[start:end], after[new_start:new_end]))
    return lines


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[DifferenceLine]:
    """Yield removed and added lines; lines that stand for one another show which of their words changed."""
    count = min(len(before), len(after)) if len(before) <= MOST_REPLACED else 0
    pairs = [_compare_words(old, new) for old, new in zip(before[:count], after[:count], strict=True)]
    for old, pair in itertools.zip_longest(before, pairs[: len(before)]):
        yield DifferenceLine(Change.REMOVED, pair[0] if pair else (Run(Change.REMOVED, old),))
    for new, pair in itertools.zip_longest(after, pairs[: len(after)]):
        yield DifferenceLine(Change.ADDED, pair[1] if pair else (Run(Change.ADDED, new),))


def _compare_words(old: str, new: str) -> tuple[tuple[Run, ...], tuple[Run, ...]] | None:
    """Return the runs of an old and a new line; None where they have too little in common to be worth it."""
    before, after = _words(old), _words(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return None
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:
        return None
    removed: list[Run] = []
    added: list[Run] = []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        same = tag == "equal"
        if end > start:
            removed.append(Run(Change.SAME if same else Change.REMOVED, "".join(before[start:end])))
        if new_end > new_start:
            added.append(Run(Change.SAME if same else Change.ADDED, "".join(after[new_start:new_end])))
    return tuple(removed), tuple(added)


def _words(line: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", line)


def _whole(change: Change, lines: Sequence[str]) -> list[DifferenceLine]:
    return [DifferenceLine(change, (Run(change, line),)) for line in lines]
