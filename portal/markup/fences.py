"""Fenced code: found here once, for rendering, for the limits and for the check of examples."""

import re
from dataclasses import dataclass

# Possessive, since a space may belong to the mark before it or to the one after: trying both is exponential.
QUOTES = r"(?: {0,3}> ?)*+"
OPENING = re.compile(
    rf"(?P<quotes>{QUOTES})(?P<indent>[ \t]*)(?P<marker>(?:[-*+]|\d{{1,9}}\.) +)?(?P<fence>`{{3,}}|~{{3,}})(?P<info>.*)"
)
NEXT_QUOTE = re.compile(r" {0,3}> ?")
CONTAINER_INDENT = 4  # spaces that make a line a part of a list item or a callout


@dataclass(frozen=True)
class CodeBlock:
    """A fenced block of code; `line` is its first line (the fence) and `end` its last, both counted from 1."""

    language: str
    flags: tuple[str, ...]
    """The words after the language, such as `no-run`."""
    code: str
    line: int
    end: int
    is_closed: bool
    quotes: str
    """The quotation marks before the fence."""
    margin: str
    """What stands between those and the fence: spaces, and the mark of a list item."""


def find_code_blocks(markdown: str) -> list[CodeBlock]:
    """Return all fenced code blocks, as CommonMark sees them: an open fence ends with the text or its container."""
    lines = markdown.split("\n")
    blocks = []
    number = 0
    while number < len(lines):
        opening = OPENING.match(lines[number])
        number += 1
        if opening is None or (opening["fence"][0] == "`" and "`" in opening["info"]):
            continue
        block = _read_block(opening, lines, number)
        blocks.append(block)
        number = block.end
    return blocks


def _read_block(opening: re.Match[str], lines: list[str], number: int) -> CodeBlock:
    """Read the lines that follow an opening fence, which is line `number` counted from 1."""
    first = number
    margin = opening["indent"].expandtabs(4) + (opening["marker"] or "")
    depth = opening["quotes"].count(">")
    code: list[str] = []
    is_closed = False
    while number < len(lines) and not is_closed:
        line = _strip_container(lines[number], depth, len(margin))
        if line is None:
            break
        is_closed = _closes(line, opening["fence"])
        if not is_closed:
            code.append(line)
        number += 1
    while code and not is_closed and not code[-1].strip():
        code.pop()
    words = opening["info"].split()
    return CodeBlock(
        language=words[0].lower() if words else "",
        flags=tuple(words[1:]),
        code="\n".join([*code, ""]),
        line=first,
        end=number,
        is_closed=is_closed,
        quotes=opening["quotes"],
        margin=margin,
    )


def _strip_container(line: str, depth: int, margin: int) -> str | None:
    """Return a line without the quotation marks and the margin of its block; None where the container has ended."""
    place = 0
    for _ in range(depth):
        quote = NEXT_QUOTE.match(line, place)
        if quote is None:
            return None
        place = quote.end()
    rest = line[place:]
    if margin == 0:
        return rest
    text = rest.lstrip(" \t")
    width = len(rest[: len(rest) - len(text)].expandtabs(4))
    if text and width < margin and margin >= CONTAINER_INDENT:
        return None
    return " " * max(0, width - margin) + text


def _closes(line: str, fence: str) -> bool:
    text = line.strip()
    return (
        len(text) >= len(fence) and text == fence[0] * len(text) and len(line) - len(line.lstrip()) < CONTAINER_INDENT
    )
