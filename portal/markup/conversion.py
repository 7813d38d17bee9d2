"""From Markdown to HTML within one process."""

from dataclasses import dataclass
from functools import lru_cache

from portal.markup.cleaning import clean
from portal.markup.extensions import build_inline_parser, build_parser
from portal.markup.fences import find_code_blocks
from portal.markup.options import Options
from portal.markup.reading import Heading
from portal.markup.sanitise import sanitise


@dataclass(frozen=True)
class Rendered:
    """A text as safe HTML, and what it says."""

    html: str
    headings: tuple[Heading, ...]
    text: str
    """Plain text, a line for each block, with a form feed before each heading: part n stands under heading n - 1."""
    words: int
    """Words outside of blocks of code."""
    code_lines: int = 0


def convert(markdown: str, options: Options) -> Rendered:
    """Render a text."""
    parser, finisher = build_parser(options)
    text = clean(markdown)
    if not text.strip():
        return Rendered(html="", headings=(), text="", words=0)
    html = sanitise(parser.convert(text))
    reading = finisher.reading
    return Rendered(html, reading.headings, reading.text, reading.words, reading.code_lines)


def convert_inline(markdown: str, options: Options) -> str:
    """Render a text as one paragraph, without the tags of a paragraph."""
    text = " ".join(clean(markdown).split())
    parser, _finisher = build_inline_parser(options)
    return sanitise(parser.convert(text).removeprefix("<span>").removesuffix("</span>"))


@lru_cache(maxsize=256)  # the check of the content asks twice about each text
def targets_of(markdown: str) -> tuple[str, ...]:
    """Return where the links and pictures of a text lead, as written, in order and each once."""
    text = clean(markdown)
    lines = text.split("\n")
    for block in find_code_blocks(text):  # no link is in there, and to colour it takes half of the time
        lines[block.line : block.end - 1] = [""] * (block.end - 1 - block.line)
    parser, finisher = build_parser(Options(lambda _targets: {}))
    parser.convert("\n".join(lines))
    return tuple(finisher.targets)
