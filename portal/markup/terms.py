"""Terms of a glossary, linked where a text names each of them first."""

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from portal.markup.options import Term

UNTOUCHED = frozenset({"a", "abbr", "code", "pre", "label", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
WORD = re.compile(r"(?<![\w-])\w+")
JOINT = re.compile(r"[\w-]*\w")


class Slot(NamedTuple):
    """A place of text in a tree: within an element, before its children, or after one of them."""

    parent: etree.Element
    before: etree.Element | None
    text: str


def link_terms(root: etree.Element, terms: Mapping[str, Term]) -> None:
    """Link the first place of each term to its entry, and give an abbreviation its meaning there."""
    if not terms:
        return
    finder = _Finder(terms)
    marks: dict[etree.Element, dict[etree.Element | None, list[etree.Element]]] = {}
    for slot in list(_slots(root)):
        text, elements = finder.mark(slot.text)
        if not elements:
            continue
        if slot.before is None:
            slot.parent.text = text
        else:
            slot.before.tail = text
        marks.setdefault(slot.parent, {})[slot.before] = elements
    for parent, places in marks.items():
        children = list(parent)
        parent[:] = [
            *places.get(None, ()),
            *(element for child in children for element in (child, *places.get(child, ()))),
        ]


def _slots(root: etree.Element) -> Iterator[Slot]:
    """Yield the places of text in the order in which one reads them, those left out in which nothing is marked."""
    waiting: list[tuple[etree.Element, etree.Element | None]] = [(root, None)]
    while waiting:
        element, parent = waiting.pop()
        if parent is not None:
            yield Slot(parent, element, element.tail or "")
            continue
        yield Slot(element, None, element.text or "")
        for child in reversed(element):
            waiting.append((child, element))
            if child.tag not in UNTOUCHED:
                waiting.append((child, None))


class _Finder:
    """Finds names of terms in texts, each term once."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = terms
        self._names: dict[str, list[str]] = {}
        for name in sorted(terms, key=len, reverse=True):
            if first := WORD.match(name):
                self._names.setdefault(first[0].casefold(), []).append(name)
        self._linked: set[Term] = set()

    def mark(self, text: str) -> tuple[str, list[etree.Element]]:
        """Return the text before the first mark, and the marks, each with the text that follows it as its tail."""
        start, end = text, 0
        marks: list[etree.Element] = []
        for word in WORD.finditer(text):
            name = self._name_at(text, word) if word.start() >= end else None
            if name is None:
                continue
            between = text[end : word.start()]
            if marks:
                marks[-1].tail = between
            else:
                start = between
            end = word.start() + len(name)
            marks.append(_make_mark(text[word.start() : end], self._terms[name]))
            self._linked.add(self._terms[name])
        if marks:
            marks[-1].tail = text[end:]
        return start, marks

    def _name_at(self, text: str, word: re.Match[str]) -> str | None:
        """Return the longest name that stands at a word; None where its term is linked already."""
        for name in self._names.get(word[0].casefold(), ()):
            end = word.start() + len(name)
            written = text[word.start() : end]
            # A sentence begins with a capital letter; all other letters are as the glossary has them.
            if written in (name, name[0].upper() + name[1:]) and not JOINT.match(text, end):
                return None if self._terms[name] in self._linked else name
        return None


def _make_mark(text: str, term: Term) -> etree.Element:
    holder = mark = etree.Element("a", {"class": "term", "href": term.address})
    if term.meaning:
        holder = etree.SubElement(mark, "abbr", {"title": term.meaning})
    holder.text = text
    return mark
