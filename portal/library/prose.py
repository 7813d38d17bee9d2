"""The words of a text as its author wrote them, without code and addresses, each line at its place."""

import re
from collections.abc import Iterator

from portal.library.files import Place, Source
from portal.markup import find_code_blocks

INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
TARGET = re.compile(r"\]\([^)\s]*\)|<https?://[^>\s]*>|https?://\S+|<!--.*?-->")
NOT_PROSE = frozenset({
    "author", "entered", "id", "kind", "languages", "level", "moved_from", "name", "needs", "purpose", "slug", "tags",
    "topic", "topics", "url", "year",
})  # fmt: skip
"""Keys of front matter and lists whose values are names or addresses."""
WORKS = frozenset({"sources", "resources"})
"""Keys of works of others, whose titles are theirs."""

Line = tuple[int, str]
"""A line of a file, counted from 1, and its words."""


def prose_of(source: Source) -> list[Line]:
    """Return the lines of a file that hold words: of its values first, then of its body."""
    values = [
        (line, words)
        for place, value in texts_of(source)
        if NOT_PROSE.isdisjoint(place) and not (place[0] in WORKS and place[-1] == "title")
        for line, words in _lines_of(value, source.lines[place])
    ]
    if source.path.endswith(".yml"):
        return values
    return [*values, *body_prose(source)]


def body_prose(source: Source) -> list[Line]:
    """Return the lines of the body without what stands in backticks and without addresses."""
    return [(number, without_code(line)) for number, line in body_lines(source)]


def body_lines(source: Source) -> list[Line]:
    """Return the lines of the body; those of blocks of code are empty."""
    lines = source.body.split("\n")
    for block in find_code_blocks(source.body):
        lines[block.line - 1 : block.end] = [""] * (block.end - block.line + 1)
    before = source.head.count("\n")
    return [(before + number, line) for number, line in enumerate(lines, start=1)]


def without_code(line: str) -> str:
    """Return a line without what stands in backticks and without addresses."""
    return TARGET.sub(" ", INLINE_CODE.sub(" ", line))


def texts_of(source: Source) -> Iterator[tuple[Place, str]]:
    """Yield the texts among a file's values, each with its place."""
    yield from _texts_within(source.meta, ())


def _texts_within(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts_within(inner, (*place, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _texts_within(inner, (*place, position))


def _lines_of(value: str, first: int) -> Iterator[Line]:
    """Yield the lines of a value and an empty one; a folded value is a single line, placed where it begins."""
    for line in value.rstrip("\n").split("\n"):
        yield first, without_code(line)
    yield first, ""
