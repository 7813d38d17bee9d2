"""What a contributed text may contain at most.

python-markdown takes quadratic time, or worse, for some texts, and recurses into what is nested. Each limit here stands
against kinds of texts that were measured, so that no text within them takes more than half a second; none is in the way
of a text that anybody would write (a lesson has about 400 marks). Fenced code is left out: the parser never sees it.
"""

import re
from collections.abc import Iterator

from portal.errors import Invalid
from portal.markup.cleaning import clean
from portal.markup.fences import find_code_blocks
from portal.markup.lists import STEP, even_out_lists

BYTES = 64 * 1024
LINES = 10_000
LINE_LENGTH = 10_000
LINE_MARKS = 20
DEPTH = 20
OPEN_BRACKETS = 50
HEADINGS = 500
CODE_BLOCKS = 300
PARAGRAPH_LINES = 500
PARAGRAPH_MARKS = 1_000
PARAGRAPH_EMPHASIS = 300
PARAGRAPH_DEFINITIONS = 50
FOOTNOTES = 200  # places where one is called or written
MARKS = 4_000
WEIGHT = 3_000_000  # marks times characters of each paragraph: many patterns look from each mark to the end

LEAD = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}\.)(?=[ \t])))*+")
LEAD_MARK = re.compile(r">|[-*+]|\d+\.")
MARK = re.compile(r"\*+|_+|`+|~+|[\[\]<&|\\#:]|!!!|  $", re.MULTILINE)
EMPHASIS = re.compile(r"\*+|_+")
DEFINITION = re.compile(r"^[ >]*: ", re.MULTILINE)
HEADING = re.compile(r" {0,3}(?:#{1,6}|(?:=+|-+) *$)")
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
BRACKET = re.compile(r"[\[\]]")


def check_limits(markdown: str) -> None:
    """Raise Invalid, for the field `body`, where a text is too large, too deep or hostile."""
    for complaint in _complaints(markdown):
        raise Invalid(complaint, field="body")


def _complaints(markdown: str) -> Iterator[str]:
    """Yield what is wrong, cheap tests first: whoever asks stops at the first."""
    size = len(markdown.encode("utf-8", "replace"))
    if size > BYTES:
        yield f"The text has {size // 1024 + 1} kilobytes; {BYTES // 1024} are allowed. Split it into several."
    if UNSTORABLE.search(markdown):
        yield "The text contains a character that cannot be stored. Type it anew where it was pasted from elsewhere."
    lines = clean(markdown).split("\n")
    if len(lines) > LINES:
        yield f"The text has more than {LINES:,} lines. Split it into several."
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_LENGTH:
            yield f"Line {number} has more than {LINE_LENGTH:,} characters. Break it into several."
    blocks = find_code_blocks("\n".join(lines))
    if len(blocks) > CODE_BLOCKS:
        yield f"The text has more than {CODE_BLOCKS} blocks of code. Split it into several."
    prose = [line.expandtabs(STEP) for line in lines]
    for block in blocks:
        prose[block.line - 1 : block.end] = [""] * (block.end - block.line + 1)
    yield from _line_complaints(prose)
    yield from _paragraph_complaints(prose)
    yield from _depth_complaints(prose)


def _line_complaints(prose: list[str]) -> Iterator[str]:
    for number, line in enumerate(prose, start=1):
        if _count_lead(line) > LINE_MARKS:
            yield f"Line {number} begins with more than {LINE_MARKS} marks of lists and quotations."
    if sum(HEADING.match(line) is not None for line in prose) > HEADINGS:
        yield f"The text has more than {HEADINGS} headings. Split it into several."
    if sum(line.count("[^") for line in prose) > FOOTNOTES:
        yield f"The text has more than {FOOTNOTES} footnotes. Split it into several."


def _paragraph_complaints(prose: list[str]) -> Iterator[str]:
    total = weight = 0
    for number, lines in _paragraphs(prose):
        text = "\n".join(lines)
        marks = len(MARK.findall(text)) + sum(_count_lead(line) for line in lines)
        total += marks + 1
        weight += marks * len(text)
        if len(lines) > PARAGRAPH_LINES:
            yield f"More than {PARAGRAPH_LINES} lines follow line {number} without a blank one. Put some between them."
        if marks > PARAGRAPH_MARKS:
            yield f"The paragraph at line {number} has more than {PARAGRAPH_MARKS:,} marks such as stars and brackets."
        if len(EMPHASIS.findall(text)) > PARAGRAPH_EMPHASIS:
            yield f"The paragraph at line {number} has more than {PARAGRAPH_EMPHASIS} stars and underscores."
        if len(DEFINITION.findall(text)) > PARAGRAPH_DEFINITIONS:
            yield f"More than {PARAGRAPH_DEFINITIONS} definitions follow line {number}. Put blank lines between them."
        if _most_open_brackets(text) > OPEN_BRACKETS:
            yield f"The paragraph at line {number} opens more than {OPEN_BRACKETS} brackets without closing them."
    if total > MARKS:
        yield f"The text has more than {MARKS:,} paragraphs, stars, brackets and other marks. Split it into several."
    if weight > WEIGHT:
        yield "The text has long paragraphs which are full of stars, brackets and other marks. Split them."


def _depth_complaints(prose: list[str]) -> Iterator[str]:
    for line in even_out_lists(prose):
        text = line.lstrip(" ")
        if text and (len(line) - len(text)) // STEP + _count_lead(text) > DEPTH:
            yield f"Lists and quotations are nested more than {DEPTH} levels deep at “{text[:40]}”."


def _paragraphs(prose: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines between blank ones, after the number of the first."""
    lines: list[str] = []
    for number, line in enumerate([*prose, ""], start=1):
        if line.strip():
            lines.append(line)
        elif lines:
            yield number - len(lines), lines
            lines = []


def _count_lead(line: str) -> int:
    """Count the marks of lists and quotations at the head of a line."""
    lead = LEAD.match(line)
    return len(LEAD_MARK.findall(lead[0])) if lead else 0


def _most_open_brackets(text: str) -> int:
    most = level = 0
    for bracket in BRACKET.findall(text):
        level = max(0, level + (1 if bracket == "[" else -1))
        most = max(most, level)
    return most
