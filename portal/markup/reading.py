"""What a text says apart from its looks: headings, plain text, number of words."""

import math
import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass

from portal.markup.finishing import HEADINGS
from portal.markup.serialising import BLOCKS

SECTION_BREAK = "\f"
WORD_CHARACTER = re.compile(r"\w")
NOT_SAID = frozenset({"code-language", "footnote-backref", "footnote-ref", "heading-anchor"})
WORDS_A_MINUTE = 200  # a careful reader of technical prose; novels are read at about 240
CODE_LINES_A_MINUTE = 25


@dataclass(frozen=True)
class Heading:
    """A heading of a text: its level from 2 to 6, its anchor, its words."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What a text says, without its looks."""

    headings: tuple[Heading, ...]
    text: str
    words: int
    code_lines: int


def read(root: etree.Element) -> Reading:
    """Read the finished tree of a text."""
    reader = _Reader()
    reader.read(root)
    return Reading(
        headings=tuple(reader.headings),
        text=SECTION_BREAK.join("\n".join(lines) for lines in reader.sections),
        words=reader.words,
        code_lines=reader.code_lines,
    )


def reading_minutes(words: int, code_lines: int = 0) -> int:
    """Return how many minutes a text takes to read, at least one."""
    return max(1, math.ceil(words / WORDS_A_MINUTE + code_lines / CODE_LINES_A_MINUTE))


class _Reader:
    """Goes through a tree once, a line for each block, a section for each heading."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self.sections: list[list[str]] = [[]]
        self.words = 0
        self.code_lines = 0
        self._line: list[str] = []

    def read(self, element: etree.Element) -> None:
        if element.get("class") in NOT_SAID:
            return
        if element.tag == "pre":
            self._read_code(element)
        elif element.tag in HEADINGS:
            self._end_line()
            self.sections.append([])
            self._read_inside(element)
            self.headings.append(Heading(int(element.tag[1]), element.get("id", ""), self._end_line()))
        else:
            self._read_inside(element)

    def _read_inside(self, element: etree.Element) -> None:
        if element.tag in BLOCKS:
            self._end_line()
        self._line.append(element.get("alt", " " if element.tag == "br" else ""))
        self._line.append(element.text or "")
        for child in element:
            self.read(child)
            self._line.append(child.tail or "")
        if element.tag in BLOCKS and element.tag not in HEADINGS:
            self._end_line()

    def _read_code(self, element: etree.Element) -> None:
        self._end_line()
        lines = "".join(element.itertext()).strip("\n").split("\n")
        self.sections[-1].extend(lines)
        self.code_lines += len(lines)

    def _end_line(self) -> str:
        line = " ".join("".join(self._line).split())
        self._line.clear()
        if line:
            self.sections[-1].append(line)
            self.words += sum(1 for word in line.split(" ") if WORD_CHARACTER.search(word))
        return line
