"""Lists of the library in the order in which a page shows them."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.library.queries import Article
from portal.markup import Heading

RESOURCE_KINDS = {
    "book": "Books",
    "specification": "Specifications",
    "documentation": "Documentation",
    "paper": "Papers",
    "guide": "Guides",
}
OTHER_LETTER = "#"
LETTERS = (OTHER_LETTER, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
ANY_LANGUAGE = "any"


@dataclass(frozen=True)
class Group:
    """Entries under a common heading; `slug` is its anchor."""

    slug: str
    title: str
    entries: Sequence[Any]


@dataclass(frozen=True)
class ContentsEntry:
    """A heading of the second level in the contents of a page, with those of the third below it."""

    id: str
    text: str
    below: tuple[Heading, ...] = ()


def list_contents(headings: Iterable[Heading], *, more: Iterable[tuple[str, str]] = ()) -> list[ContentsEntry]:
    """Return the contents of a text in two levels; `more` are id and text of the sections that the page adds."""
    entries: list[ContentsEntry] = []
    for heading in headings:
        if heading.level <= 2 or not entries:
            entries.append(ContentsEntry(heading.id, heading.text))
        elif heading.level == 3:
            last = entries.pop()
            entries.append(ContentsEntry(last.id, last.text, (*last.below, heading)))
    return [*entries, *(ContentsEntry(anchor, text) for anchor, text in more)]


def group_terms(terms: Iterable[Article]) -> list[Group]:
    """Return the glossary by first letter; what does not begin with a letter comes first."""
    by_letter: dict[str, list[Article]] = {letter: [] for letter in LETTERS}
    for term in terms:
        by_letter[first_letter(term.title)].append(term)
    return [
        Group("letter-other" if letter == OTHER_LETTER else f"letter-{letter.lower()}", letter, entries)
        for letter, entries in by_letter.items()
    ]


def first_letter(title: str) -> str:
    """Return the letter A to Z under which a title is found, without its accents, or `#`."""
    plain = unicodedata.normalize("NFKD", title)[:1].upper()
    return plain if plain in LETTERS else OTHER_LETTER


def group_tools(data: Mapping[str, Any], *, language: str, purpose: str) -> list[Group]:
    """Return the tools by purpose, those of one language or purpose where one is given. Empty groups are left out."""
    groups = []
    for group in data.get("purposes", ()):
        tools = [tool for tool in data.get("tools", ()) if tool["purpose"] == group["slug"]]
        if language:
            tools = [tool for tool in tools if {language, ANY_LANGUAGE} & set(tool["languages"])]
        if tools and purpose in ("", group["slug"]):
            groups.append(Group(group["slug"], group["title"], tools))
    return groups


def known_slug(wanted: str, entries: Iterable[Mapping[str, Any]]) -> str:
    """Return a slug that one of the entries has, else the empty one."""
    return wanted if any(entry["slug"] == wanted for entry in entries) else ""


def group_resources(data: Mapping[str, Any]) -> list[Group]:
    """Return the resources by kind, in the order in which one would reach for them, unknown kinds last."""
    resources = data.get("resources", ())
    kinds = dict.fromkeys([*RESOURCE_KINDS, *(resource["kind"] for resource in resources)])
    groups = [
        Group(
            kind, RESOURCE_KINDS.get(kind, kind.capitalize()), [entry for entry in resources if entry["kind"] == kind]
        )
        for kind in kinds
    ]
    return [group for group in groups if group.entries]
