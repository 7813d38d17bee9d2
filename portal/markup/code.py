"""Code with the classes of Pygments, for the languages that backends are written in."""

import itertools
import re
import xml.etree.ElementTree as etree

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Whitespace, _TokenType

LANGUAGE = re.compile(r"[a-z0-9][a-z0-9+#._-]{0,29}")
# All lexers need about a second for 64,000 characters of the worst kind, some are quadratic in the number of lines.
HIGHLIGHT_CHARACTERS = 8_000
HIGHLIGHT_TOTAL = 20_000
LINE_COST = 20  # characters that take as long as the end of a line

# After the name that follows the fence: what readers see, and the lexer where there is one. None is ever guessed.
LANGUAGES: dict[str, tuple[str, str]] = {
    "bash": ("Shell", "bash"),
    "c": ("C", "c"),
    "caddyfile": ("Caddyfile", ""),
    "console": ("Terminal", "console"),
    "cpp": ("C++", "cpp"),
    "csharp": ("C#", "csharp"),
    "css": ("CSS", "css"),
    "diff": ("Diff", "diff"),
    "dockerfile": ("Dockerfile", "docker"),
    "go": ("Go", "go"),
    "graphql": ("GraphQL", "graphql"),
    "hcl": ("HCL", "terraform"),
    "html": ("HTML", "html"),
    "http": ("HTTP", "http"),
    "ini": ("INI", "ini"),
    "java": ("Java", "java"),
    "javascript": ("JavaScript", "javascript"),
    "jinja": ("Jinja", "html+jinja"),
    "json": ("JSON", "json"),
    "kotlin": ("Kotlin", "kotlin"),
    "lua": ("Lua", "lua"),
    "makefile": ("Makefile", "make"),
    "markdown": ("Markdown", ""),
    "nginx": ("nginx", "nginx"),
    "output": ("Output", ""),
    "php": ("PHP", "php"),
    "powershell": ("PowerShell", "powershell"),
    "promql": ("PromQL", "promql"),
    "protobuf": ("Protocol Buffers", "protobuf"),
    "python": ("Python", "python"),
    "ruby": ("Ruby", "ruby"),
    "rust": ("Rust", "rust"),
    "sh": ("Shell", "bash"),
    "shell": ("Shell", "bash"),
    "sql": ("SQL", "sql"),
    "systemd": ("systemd", "ini"),
    "text": ("", ""),
    "toml": ("TOML", "toml"),
    "typescript": ("TypeScript", "typescript"),
    "xml": ("XML", "xml"),
    "yaml": ("YAML", "yaml"),
}
OTHER_NAMES = {
    "docker": "dockerfile",
    "js": "javascript",
    "make": "makefile",
    "py": "python",
    "ts": "typescript",
    "yml": "yaml",
}
TOKEN_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)


class Highlighter:
    """Makes the blocks of code of one text. What is too long to highlight, alone or all together, stays plain."""

    def __init__(self) -> None:
        self._characters_left = HIGHLIGHT_TOTAL

    def make_block(self, code: str, language: str) -> etree.Element:
        """Return code as `div.code`: the language as readers call it, then the code, which scrolls by itself."""
        language = OTHER_NAMES.get(language, language)
        label, lexer = LANGUAGES.get(language, (language if LANGUAGE.fullmatch(language) else "", ""))
        block = etree.Element("div", {"class": "code", "data-language": language if label else "text"})
        if label:
            etree.SubElement(block, "p", {"class": "code-language"}).text = label
        scroller = etree.SubElement(block, "pre", {"tabindex": "0"})
        inner = etree.SubElement(scroller, "code")
        if lexer and self._may_highlight(code):
            _highlight(inner, code, get_lexer_by_name(lexer, stripnl=False))
        else:
            inner.text = code
        return block

    def _may_highlight(self, code: str) -> bool:
        cost = len(code) + LINE_COST * code.count("\n")
        if cost > min(HIGHLIGHT_CHARACTERS, self._characters_left):
            return False
        self._characters_left -= cost
        return True


def _highlight(parent: etree.Element, code: str, lexer: Lexer) -> None:
    """Fill an element with the tokens of some code, neighbours of one class in one span."""
    for name, tokens in itertools.groupby(lexer.get_tokens(code), key=lambda token: class_of(token[0])):
        text = "".join(text for _kind, text in tokens)
        if name:
            etree.SubElement(parent, "span", {"class": name}).text = text
        elif len(parent):
            parent[-1].tail = text
        else:
            parent.text = text


def class_of(kind: _TokenType) -> str:
    """Return the short class of a kind of token, or of the nearest kind above it that has one; empty for blanks."""
    while kind not in STANDARD_TYPES and kind.parent is not None:
        kind = kind.parent
    return "" if kind is Whitespace else STANDARD_TYPES[kind]
