"""How python-markdown is put together here: what is on, what is off, and what is replaced."""

import html
import re
import string
import textwrap
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FN_BACKLINK_TEXT, FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import AUTOMAIL_RE, ENTITY_RE, InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, Registry

from portal.markup.code import Highlighter
from portal.markup.fences import CodeBlock, find_code_blocks
from portal.markup.finishing import finish, list_targets
from portal.markup.lists import even_out_lists
from portal.markup.options import Options
from portal.markup.reading import Reading, read
from portal.markup.serialising import serialise

PLACE = re.compile("\x02code:([0-9]+)\x03")
TASK = re.compile(r"\[([ xX])\]\s+(?=\S)")


def build_parser(options: Options) -> tuple[Markdown, "Finisher"]:
    """Return a parser for one text, and the step that ends its work.

    There is no way from the text to a tag or an attribute of its choice: raw HTML, attribute lists, Markdown in HTML
    and the reading of other files are all left out.
    """
    parser = Markdown(
        extensions=[
            AdmonitionExtension(),
            DefListExtension(),
            Footnotes(
                SEPARATOR="-",
                USE_DEFINITION_ORDER=False,
                BACKLINK_TEXT="↩",
                BACKLINK_TITLE="Back to the place of footnote {}",
            ),
            SaneListExtension(),
            TableExtension(),
        ]
    )
    _restrain(parser)
    parser.postprocessors.deregister("footnote")
    preparation = Preparation(parser)
    parser.preprocessors.register(preparation, "prepare", 30)
    parser.treeprocessors.register(TaskProcessor(parser), "tasks", 30)
    parser.treeprocessors.register(CodeProcessor(parser, preparation), "place_code", -10)
    finisher = Finisher(parser, options)
    parser.treeprocessors.register(finisher, "finish", -20)
    return parser, finisher


def build_inline_parser(options: Options) -> tuple[Markdown, "Finisher"]:
    """Return a parser for one line, which comes out in a `span`, and the step that ends its work."""
    parser = Markdown()
    _restrain(parser)
    lines: Registry[BlockProcessor] = Registry()
    lines.register(LineProcessor(parser.parser), "line", 10)
    parser.parser.blockprocessors = lines
    parser.treeprocessors.register(CodeProcessor(parser), "place_code", -10)
    finisher = Finisher(parser, options)
    parser.treeprocessors.register(finisher, "finish", -20)
    return parser, finisher


def _restrain(parser: Markdown) -> None:
    """Take out all that passes HTML through, and replace what would write HTML of its own."""
    parser.preprocessors.deregister("normalize_whitespace")
    parser.preprocessors.deregister("html_block")
    parser.inlinePatterns.deregister("html")
    parser.inlinePatterns.register(EntityProcessor(ENTITY_RE, parser), "entity", 80)
    parser.inlinePatterns.register(MailProcessor(AUTOMAIL_RE, parser), "automail", 110)
    parser.treeprocessors.deregister("prettify")
    parser.postprocessors.deregister("raw_html")
    parser.postprocessors.deregister("amp_substitute")
    parser.serializer = serialise
    parser.ESCAPED_CHARS = list(string.punctuation)  # as in CommonMark


class Footnotes(FootnoteExtension):
    """Keeps footnotes out of footnotes, and gives those without words a way back: the library stumbles over both."""

    def makeFootnotesDiv(self, root: etree.Element) -> etree.Element | None:  # noqa: N802  # the library's name
        self.parser.blockprocessors.deregister("footnote")  # a footnote in a footnote would change what is gone through
        notes = super().makeFootnotesDiv(root)
        items = notes.findall("ol/li") if notes is not None else []
        for item, name in zip(items, self.footnotes, strict=False):
            if not len(item):
                way_back = {"href": f"#{self.makeFootnoteRefId(name)}", "class": "footnote-backref", "title": ""}
                etree.SubElement(etree.SubElement(item, "p"), "a", way_back).text = FN_BACKLINK_TEXT
        return notes


class EntityProcessor(InlineProcessor):
    """Turns `&copy;` into the character, which is escaped again with all others where need be."""

    def handleMatch(self, found: re.Match[str], _text: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802  # the library's name; its type allows None as well
        return html.unescape(found[1]), found.start(), found.end()


class MailProcessor(InlineProcessor):
    """Turns `<ana@example.com>` into a link."""

    def handleMatch(self, found: re.Match[str], _text: str) -> tuple[etree.Element, int, int]:  # type: ignore[override]  # noqa: N802  # the library's name; its type allows None as well
        link = etree.Element("a", {"href": f"mailto:{found[1]}"})
        link.text = AtomicString(found[1])
        return link, found.start(), found.end()


class LineProcessor(BlockProcessor):
    """Takes a text as one line, whatever it begins with."""

    def test(self, _parent: etree.Element, _block: str) -> bool:
        return True

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        etree.SubElement(parent, "span").text = blocks.pop(0)


class Preparation(Preprocessor):
    """Takes fenced code out before anything can misread it, and evens out what is left."""

    blocks: list[CodeBlock]
    sources: list[str]

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with a placeholder, alone between blank lines, for each block of code."""
        self.blocks = find_code_blocks("\n".join(lines))
        self.sources = [textwrap.dedent("\n".join(lines[block.line - 1 : block.end])) for block in self.blocks]
        kept: list[str] = []
        end = 0
        for number, block in enumerate(self.blocks):
            kept.extend(_even_out(lines[end : block.line - 1]))
            blank = block.quotes.rstrip()
            place = f"{block.quotes}{block.margin}\x02code:{number}\x03"
            kept.extend([place, blank] if block.margin.strip() else [blank, place, blank])
            end = block.end
        kept.extend(_even_out(lines[end:]))
        return [*even_out_lists(kept), "", ""]


def _even_out(lines: list[str]) -> list[str]:
    return [line.expandtabs(4) if line.strip() else "" for line in lines]


class TaskProcessor(Treeprocessor):
    """Turns `[ ]` and `[x]` at the head of a list item into a box that nobody can tick, with its text as the label."""

    def run(self, root: etree.Element) -> None:
        """Change the tree in place, before its inline marks are read."""
        for items in root.iter("ul"):
            for item in items:
                holder = item if (item.text or "").strip() or not len(item) else item[0]
                mark = TASK.match(holder.text or "")
                if mark and holder.tag in ("li", "p"):
                    items.set("class", "tasks")
                    item.set("class", "task")
                    _put_box(holder, text=(holder.text or "")[mark.end() :], is_done=mark[1] != " ")


def _put_box(holder: etree.Element, *, text: str, is_done: bool) -> None:
    label = etree.Element("label")
    box = etree.SubElement(label, "input", {"type": "checkbox", "disabled": ""})
    if is_done:
        box.set("checked", "")
    box.tail = f" {text}"
    holder.text = None
    holder.insert(0, label)


class CodeProcessor(Treeprocessor):
    """Puts blocks of code where their placeholders stand, gives indented code the same form, and unescapes all code.

    python-markdown escapes code before all other text is; here the serialiser does it for all alike.
    """

    def __init__(self, parser: Markdown, preparation: Preparation | None = None) -> None:
        super().__init__(parser)
        self._preparation = preparation

    def run(self, root: etree.Element) -> None:
        """Change the tree in place."""
        for code in root.iter("code"):
            code.text = html.unescape(code.text or "")
        if self._preparation is None:
            return
        highlighter = Highlighter()
        blocks = self._preparation.blocks
        sources = self._preparation.sources
        for element in list(root.iter()):
            text = (element.text or "").strip()
            place = PLACE.match(text)
            if place and element.tag in ("p", "li", "dd"):
                block = blocks[int(place[1])]
                _put_block(element, highlighter.make_block(block.code, block.language), rest=text[place.end() :])
            # What is left stands in indented code, where fences are text.
            element.text = _put_back(element.text, sources)
            element.tail = _put_back(element.tail, sources)
        for element in list(root.iter("pre")):
            if element.get("tabindex") is None:
                _become(element, highlighter.make_block("".join(element.itertext()).strip("\n") + "\n", ""))


def _put_block(element: etree.Element, block: etree.Element, *, rest: str) -> None:
    """Make a paragraph the block that it stands for; put the block at the head of all else."""
    if element.tag == "p" and not rest and not len(element):
        _become(element, block)
        return
    if element.tag == "p":
        element.tag = "div"
    element.text = None
    block.tail = rest
    element.insert(0, block)


def _become(element: etree.Element, other: etree.Element) -> None:
    element.tag, element.attrib, element.text = other.tag, other.attrib, other.text
    element[:] = other


def _put_back(text: str | None, sources: list[str]) -> str | None:
    return text and PLACE.sub(lambda place: sources[int(place[1])], text)


class Finisher(Treeprocessor):
    """Runs the portal's own last steps, when all text in the tree is plain text, and reads the result."""

    reading: Reading

    def __init__(self, parser: Markdown, options: Options) -> None:
        super().__init__(parser)
        self._options = options
        self.targets: list[str] = []

    def run(self, root: etree.Element) -> None:
        """Change the tree in place."""
        self.targets = list_targets(root)
        finish(root, self._options)
        self.reading = read(root)
