"""Lists as Git hosts read them.

CommonMark nests by the column at which an item's text begins and lets a list follow a paragraph at once;
python-markdown wants steps of four spaces and a blank line. The same text should mean the same in both places.
"""

import re

STEP = 4  # spaces by which python-markdown nests
ITEM = re.compile(r"(?:[-*+]|\d{1,9}\.)(?P<gap> +)(?=\S)")
INTERRUPTS = re.compile(r"[-*+]|1\.")  # CommonMark: of numbered lists, only one that starts with 1 ends a paragraph
NO_ITEM = re.compile(r"(?:[-*_] *+){3,}+$|[-|: ]++$")  # a rule, or the second line of a table
CONTAINER = re.compile(r"!!!|\[\^|:")  # callouts, footnotes and definitions hold text indented by four spaces
NOT_A_PARAGRAPH = re.compile(r"[>|#]|!!!|\[\^|: ")


def even_out_lists(lines: list[str]) -> list[str]:
    """Return the lines of a text, without tabs and without code, with its lists as python-markdown wants them."""
    evener = _Evener()
    for line in lines:
        evener.add(line)
    return evener.lines


class _Evener:
    """Reads line by line and remembers which list items are open."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._columns: list[int] = []  # where the text of each open item begins, in the source
        self._base = 0  # where the outermost list begins, in the result
        self._is_after_blank = True
        self._is_in_paragraph = False
        self._is_in_container = False

    def add(self, line: str) -> None:
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        if not text:
            if not self._is_after_blank:
                self.lines.append("")
            self._is_after_blank, self._is_in_paragraph = True, False
            return
        if indent == 0:
            self._is_in_container = CONTAINER.match(text) is not None
        item = self._find_item(text)
        if item or self._is_after_blank:
            while self._columns and indent < self._columns[-1]:
                self._columns.pop()
        if item and self._may_open(indent):
            self._add_item(text, indent, item)
        else:
            self._add_text(line, text, indent)
        self._is_after_blank = False

    def _find_item(self, text: str) -> re.Match[str] | None:
        item = ITEM.match(text)
        if item is None or NO_ITEM.match(text):
            return None
        if self._is_in_paragraph and not INTERRUPTS.match(text):
            return None
        return item

    def _may_open(self, indent: int) -> bool:
        """Tell a list item from indented code."""
        column = self._columns[-1] if self._columns else 0
        return indent - column < STEP or (not self._columns and self._is_in_container)

    def _add_item(self, text: str, indent: int, item: re.Match[str]) -> None:
        if self._is_in_paragraph:
            self.lines.append("")
        if not self._columns:
            self._base = indent // STEP * STEP
        self.lines.append(" " * (self._base + STEP * len(self._columns)) + text)
        width = item.end() if len(item["gap"]) <= STEP else item.start("gap") + 1
        self._columns.append(indent + width)
        self._is_in_paragraph = False

    def _add_text(self, line: str, text: str, indent: int) -> None:
        if not self._is_after_blank:
            self.lines.append(line)
            return
        self._is_in_paragraph = NOT_A_PARAGRAPH.match(text) is None
        if not self._columns:
            self.lines.append(line)
            return
        extra = indent - self._columns[-1]
        self.lines.append(" " * (self._base + STEP * len(self._columns) + (extra if extra >= STEP else 0)) + text)
