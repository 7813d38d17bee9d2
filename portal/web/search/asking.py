"""What a search address asks for, and the addresses of other searches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from portal.library.domain import Kind
from portal.roadmap.domain import Level, Roadmap
from portal.search.analysis import fold, name_of
from portal.search.domain import MAX_QUERY, Order, SearchRequest
from portal.search.parsing import FILTERS, read_operators, tidy

KINDS = {
    Kind.LESSON.value: "Lessons",
    Kind.TERM.value: "Glossary",
    Kind.PAGE.value: "Pages",
    Kind.CHALLENGE.value: "Challenges",
    Kind.NOTE.value: "Notes",
}
OTHER_NAMES = {
    ("kind", Kind.TERM.value): ("terms", "definitions"),
    ("kind", Kind.CHALLENGE.value): ("case notes",),
    ("level", Level.FOUNDATION.value): ("foundations",),
}
"""What people call a value of a filter beside its label; the beginning of a name will do."""
HIGHEST_PAGE = 100_000


@dataclass(frozen=True)
class Asked:
    """What an address asks for, and a sentence about each part of it that cannot be met."""

    typed: str
    """What stands in the box: the words with the operators."""
    request: SearchRequest
    """The words without the operators; these are filters like those of the address."""
    carried: Mapping[str, str]
    """What of the address a new search keeps, for it does not stand in the box."""
    remarks: tuple[str, ...] = ()


def read_address(arguments: Mapping[str, str], roadmap: Roadmap) -> Asked:
    """Read the query of a search address; what makes no sense is left out and remarked upon."""
    typed = arguments.get("q", "")
    text, operators = read_operators(typed)
    values = {name: operators.get(name) or tidy(arguments.get(name, "")) for name in FILTERS}
    filters, remarks = _read_filters(values, roadmap)
    if len(typed.strip()) > MAX_QUERY:
        remarks.insert(0, f"Only the first {MAX_QUERY} characters were searched for.")
    text = text or filters["tag"]  # whatever has a tag is found by it
    if operators and not text:
        remarks.append("Type a word beside the filter: a filter alone finds nothing.")
    order = Order.DATE if arguments.get("sort") == Order.DATE else Order.RELEVANCE
    request = SearchRequest(
        text=text,
        stage=filters["stage"],
        level=filters["level"],
        kind=filters["kind"],
        tag=filters["tag"],
        order=order,
        page=_read_page(arguments.get("page", "")),
    )
    carried = {name: value for name, value in parameters_of(request).items() if name not in ("q", *operators)}
    return Asked(tidy(typed), request, carried, tuple(remarks))


def names_of(roadmap: Roadmap) -> Mapping[str, Mapping[str, str]]:
    """Return the values of each filter, in the order in which they are offered, with what they are called."""
    return {
        "stage": {stage.slug: stage.title for stage in roadmap.stages},
        "level": {level.value: level.value.capitalize() for level in Level},
        "kind": KINDS,
    }


def with_filter(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """Return a request with one filter set to a value."""
    change: dict[str, Any] = {name: value}
    return replace(request, **change)


def parameters_of(request: SearchRequest) -> dict[str, str]:
    """Return the query of the address of a search, but for the page."""
    filters = {name: getattr(request, name) for name in FILTERS}
    order = "" if request.order is Order.RELEVANCE else request.order.value
    parameters = {"q": request.text, **filters, "sort": order}
    return {name: value for name, value in parameters.items() if value}


def address_of(request: SearchRequest, *, text: str = "") -> str:
    """Return the address of the first page of a search, with another text where one is given."""
    parameters: dict[str, Any] = {**parameters_of(replace(request, text=text or request.text))}
    return url_for("search.results", **parameters)


def _read_filters(values: Mapping[str, str], roadmap: Roadmap) -> tuple[dict[str, str], list[str]]:
    """Return the value of each filter, empty where it is not set, and a remark about each that cannot be."""
    filters = {"tag": fold(values["tag"])}
    remarks = []
    for name, labels in names_of(roadmap).items():
        filters[name] = find_value(name, values[name], labels)
        if values[name] and not filters[name]:
            remarks.append(f"There is no {name} “{values[name][:40]}”, so all of them were searched.")
    return filters, remarks


def find_value(name: str, typed: str, labels: Mapping[str, str]) -> str:
    """Return the value of a filter that is called so, or else the only one with a name that begins so.

    >>> find_value("kind", "definition", KINDS), find_value("kind", "Note", KINDS), find_value("kind", "x", KINDS)
    ('term', 'note', '')
    """
    wanted = name_of(typed)
    if not wanted:
        return ""
    begun = set()
    for value, label in labels.items():
        names = [name_of(known) for known in (value, label, *OTHER_NAMES.get((name, value), ()))]
        if wanted in names:
            return value
        if any(known.startswith(wanted) for known in names):
            begun.add(value)
    return begun.pop() if len(begun) == 1 else ""


def _read_page(typed: str) -> int:
    """Return the number of the page; whatever is no number is the first, whatever is too large a large one."""
    typed = typed.strip()
    if not (typed.isascii() and typed.isdigit()):
        return 1
    return max(1, int(typed)) if len(typed) < len(str(HIGHEST_PAGE)) else HIGHEST_PAGE
