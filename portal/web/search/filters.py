"""What a search address asks for, and the links by which its results are filtered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from portal.library.domain import Kind
from portal.roadmap.domain import Level, Roadmap
from portal.search.domain import FACETS, MAX_QUERY, Results, SearchRequest
from portal.search.parsing import tidy

KINDS = {
    Kind.LESSON.value: "Lessons",
    Kind.TERM.value: "Glossary",
    Kind.PAGE.value: "Pages",
    Kind.CHALLENGE.value: "Challenges",
    Kind.NOTE.value: "Notes",
}
LABELS = {"stage": "Stage", "level": "Level", "kind": "Kind"}
HIGHEST_PAGE = 100_000


@dataclass(frozen=True)
class Asked:
    """What an address asks for, and a sentence about each part of it that cannot be met."""

    request: SearchRequest
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """One value of a filter: what it is called, how many hits it leaves, and the address which chooses it."""

    label: str
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    """A filter with its values; the first one lets everything through."""

    name: str
    label: str
    options: tuple[Option, ...]


def read_address(arguments: Mapping[str, str], roadmap: Roadmap) -> Asked:
    """Read the query of a search address; what makes no sense is left out and remarked upon."""
    typed = arguments.get("q", "")
    request = SearchRequest(text=tidy(typed), page=_read_page(arguments.get("page", "")))
    remarks = []
    if len(typed.strip()) > MAX_QUERY:
        remarks.append(f"Only the first {MAX_QUERY} characters were searched for.")
    known = names_of(roadmap)
    for name in FACETS:
        value = tidy(arguments.get(name, ""))
        if value in known[name]:
            request = with_filter(request, name, value)
        elif value:
            remarks.append(f"There is no {name} “{value[:40]}”, so all of them were searched.")
    return Asked(request, tuple(remarks))


def with_filter(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """Return a request with one filter set to a value."""
    change: dict[str, Any] = {name: value}
    return replace(request, **change)


def names_of(roadmap: Roadmap) -> Mapping[str, Mapping[str, str]]:
    """Return the values of each filter, in the order in which they are offered, with what they are called."""
    return {
        "stage": {stage.slug: stage.title for stage in roadmap.stages},
        "level": {level.value: level.value.capitalize() for level in Level},
        "kind": KINDS,
    }


def build_filters(request: SearchRequest, results: Results, roadmap: Roadmap) -> list[Filter]:
    """Return the filters with a count for each value; values without a hit are left out unless they are chosen."""
    return [_build_filter(name, names, request, results) for name, names in names_of(roadmap).items()]


def _build_filter(name: str, names: Mapping[str, str], request: SearchRequest, results: Results) -> Filter:
    counts = results.facets[name]
    chosen = getattr(request, name)
    options = [
        Option(label, counts.get(value, 0), address_of(with_filter(request, name, value)), value == chosen)
        for value, label in names.items()
        if value == chosen or counts.get(value)
    ]
    whole = Option("All", counts.get("", 0), address_of(with_filter(request, name, "")), not chosen)
    return Filter(name, LABELS[name], (whole, *options))


def address_of(request: SearchRequest, *, text: str | None = None) -> str:
    """Return the address of the first page of a search, with another text where one is given."""
    filters = {name: getattr(request, name) or None for name in FACETS}
    return url_for("search.results", q=text or request.text, **filters)


def _read_page(typed: str) -> int:
    """Return the number of the page; whatever is no number is the first, whatever is too large a large one."""
    typed = typed.strip()
    if not (typed.isascii() and typed.isdigit()):
        return 1
    return max(1, int(typed)) if len(typed) < len(str(HIGHEST_PAGE)) else HIGHEST_PAGE
