"""From the tree of a text to HTML: every text and every attribute escaped, without exception."""

import html
import xml.etree.ElementTree as etree

VOID = frozenset({"br", "hr", "img", "input"})
BLOCKS = frozenset(
    [
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)


def serialise(element: etree.Element) -> str:
    """Return an element as HTML."""
    parts: list[str] = []
    _write(element, parts)
    return "".join(parts)


def _write(element: etree.Element, parts: list[str]) -> None:
    parts.append(f"<{element.tag}")
    parts.extend(f' {name}="{html.escape(value)}"' for name, value in element.items())
    parts.append(">")
    if element.tag not in VOID:
        if element.text:
            parts.append(html.escape(element.text, quote=False))
        for child in element:
            _write(child, parts)
        parts.append(f"</{element.tag}>")
    if element.tag in BLOCKS:
        parts.append("\n")
    if element.tail:
        parts.append(html.escape(element.tail, quote=False))
