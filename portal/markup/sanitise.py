"""The last step on the way to HTML: an allow-list. Nothing changes the text after it.

The parser has no way from a text to a tag of its choice; this holds even where it should fail to.
"""

import nh3

from portal.markup.code import TOKEN_CLASSES
from portal.markup.finishing import CALLOUTS

TAGS = frozenset(
    [
        "a",
        "abbr",
        "blockquote",
        "br",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "input",
        "label",
        "li",
        "ol",
        "p",
        "pre",
        "span",
        "strong",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
ATTRIBUTES = {
    "a": {"href", "title", "aria-label"},
    "abbr": {"title"},
    "div": {"data-language", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
    "img": {"src", "alt", "title", "width", "height"},
    "input": {"checked"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
}
VALUES = {
    "a": {"rel": {"external noopener", "external noopener nofollow ugc"}},
    "div": {"role": {"note", "group"}, "tabindex": {"0"}},
    "img": {"loading": {"lazy"}},
    "pre": {"tabindex": {"0"}},
    "th": {"scope": {"col"}},
}
ALIGNMENTS = {"align-left", "align-center", "align-right"}
CLASSES = {
    "a": {"footnote-ref", "footnote-backref", "heading-anchor", "term"},
    "div": {"callout", "code", "footnotes", "heading", "table", *(f"callout-{kind}" for kind in CALLOUTS)},
    "figure": {"figure"},
    "li": {"task"},
    "p": {"callout-title", "code-language"},
    "span": {"broken-link", *TOKEN_CLASSES},
    "td": ALIGNMENTS,
    "th": ALIGNMENTS,
    "ul": {"tasks"},
}
SCHEMES = {"http", "https", "mailto"}


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    """Let pictures come from this site alone."""
    if tag == "img" and name == "src" and (not value.startswith("/") or value.startswith(("//", "/\\"))):
        return None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    attribute_filter=_filter_attribute,
    tag_attribute_values=VALUES,
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    link_rel=None,
)


def sanitise(html: str) -> str:
    """Return HTML with nothing in it but what the allow-list names."""
    return _cleaner.clean(html)
