"""Passages that two texts share: each text of the content says things in its own words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.library.prose import Line

RUN = 12
"""Words in a row that no two texts may share; a quotation is shorter."""
Run = tuple[str, ...]
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class SharedPassage:
    """Words that stand in two files; lines count from 1."""

    path: str
    line: int
    other_path: str
    other_line: int
    words: str


def find_shared_passages(texts: Mapping[str, Sequence[Line]]) -> Iterator[SharedPassage]:
    """Yield the passages of `RUN` words that a file shares with one before it; an empty line ends a passage."""
    seen: dict[Run, tuple[str, int]] = {}
    for path, lines in texts.items():
        here: dict[Run, tuple[str, int]] = {}
        for paragraph in _paragraphs(lines):
            skip_until = 0
            for place in range(len(paragraph) - RUN + 1):
                run = tuple(word for word, _ in paragraph[place : place + RUN])
                line = paragraph[place][1]
                if run in seen and place >= skip_until:
                    other_path, other_line = seen[run]
                    yield SharedPassage(path, line, other_path, other_line, " ".join(run))
                    skip_until = place + RUN
                here.setdefault(run, (path, line))
        for run, where in here.items():
            seen.setdefault(run, where)


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[tuple[str, int]]]:
    """Yield the words between empty lines, each with the number of its line."""
    words: list[tuple[str, int]] = []
    for number, line in [*lines, (0, "")]:
        if line.strip():
            words.extend((word.casefold(), number) for word in WORD.findall(line))
        elif words:
            yield words
            words = []
