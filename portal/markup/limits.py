"""What a contributed text may contain at most.

python-markdown takes quadratic time, or worse, for some texts, and recurses into what is nested. Each limit here stands
against kinds of texts that were measured; none is in the way of a text that anybody would write. Fenced code is left
out: the parser never sees it.
"""

import re
from collections.abc import Iterator

from portal.errors import Invalid
from portal.markup.fences import find_code_blocks
from portal.markup.lists import STEP, even_out_lists

BYTES = 64 * 1024
LINE_LENGTH = 10_000
LINE_MARKERS = 20
DEPTH = 20
OPEN_BRACKETS = 50
HEADINGS = 500
PARAGRAPH_LINES = 500
PARAGRAPH_MARKS = 1000
MARKS = 4000
MARK = re.compile(r"\*+|_+|`+|~+|\[|\]|!(?=\[)|<|&|\||\\|  $|[#:]|!!!")

MARKERS = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}\.)(?=[ \t])))*+")
MARKER = re.compile(r">|[-*+]|\d+\.")
HEADING = re.compile(r" {0,3}(?:#{1,6}|(?:=+|-+) *$)")


def check_limits(markdown: str) -> None:
    """Raise Invalid, for the field `body`, where a text is too large, too deep or hostile."""
    for complaint in _complaints(markdown):
        raise Invalid(complaint, field="body")


def _complaints(markdown: str) -> Iterator[str]:
    if "\0" in markdown:
        yield "The text contains a NUL character, which no text needs. Remove it."
    size = len(markdown.encode("utf-8", "replace"))
    if size > BYTES:
        yield f"The text is {size // 1024 + 1} kilobytes long; {BYTES // 1024} are allowed. Split it into several notes."
    lines = markdown.splitlines()
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_LENGTH:
            yield f"Line {number} is longer than {LINE_LENGTH:,} characters. Break it into several."
    prose = _without_code(lines)
    if sum(1 for line in prose if HEADING.match(line)) > HEADINGS:
        yield f"The text has more than {HEADINGS} headings. Split it into several notes."
    if len(find_code_blocks("\n".join(lines))) > 300:
        yield "blocks"
    yield from _nesting_complaints(prose)
    yield from _bracket_complaints(prose)


def _without_code(lines: list[str]) -> list[str]:
    prose = list(lines)
    for block in find_code_blocks("\n".join(lines)):
        prose[block.line - 1 : block.end] = [""] * (block.end - block.line + 1)
    return [line.expandtabs(STEP) for line in prose]


def _nesting_complaints(prose: list[str]) -> Iterator[str]:
    for number, line in enumerate(prose, start=1):
        if len(MARKER.findall(MARKERS.match(line)[0])) > LINE_MARKERS:
            yield f"Line {number} begins with more than {LINE_MARKERS} marks of lists and quotations."
    for line in even_out_lists(prose):
        text = line.lstrip(" ")
        depth = (len(line) - len(text)) // STEP + len(MARKER.findall(MARKERS.match(text)[0]))
        if text and depth > DEPTH:
            yield f"The text nests more than {DEPTH} levels deep, at “{text[:40]}”."


def _bracket_complaints(prose: list[str]) -> Iterator[str]:
    level = lines = marks = total = 0
    for number, line in enumerate(prose, start=1):
        if not line.strip():
            level = lines = marks = 0
            continue
        lines += 1
        found = (lines == 1) + len(MARK.findall(line)) + len(MARKER.findall(MARKERS.match(line)[0]))
        marks += found
        total += found
        for c in line:
            if c == "[":
                level += 1
                if level > OPEN_BRACKETS:
                    yield f"The paragraph at line {number} opens more than {OPEN_BRACKETS} brackets without closing them."
            elif c == "]" and level:
                level -= 1
        if lines > PARAGRAPH_LINES:
            yield "lines"
        if marks > PARAGRAPH_MARKS:
            yield f"pmarks"
        if total > MARKS:
            yield f"marks"
