"""The links by which results are filtered and put in order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from portal.roadmap.domain import Roadmap
from portal.search.domain import Order, Results, SearchRequest
from portal.search.parsing import FILTERS
from portal.web.search.asking import address_of, names_of, with_filter

LABELS = {"stage": "Stage", "level": "Level", "kind": "Kind", "tag": "Tag"}
ORDERS = {Order.RELEVANCE: "Relevance", Order.DATE: "Newest"}


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


@dataclass(frozen=True)
class Choice:
    """A link of its own: an order that can be chosen, or a filter that was and can be taken away."""

    label: str
    address: str
    is_chosen: bool = True


def build_filters(request: SearchRequest, results: Results, roadmap: Roadmap) -> list[Filter]:
    """Return the filters that leave a choice, with a count for each value that has a hit or is chosen."""
    filters = [_build_filter(name, names, request, results) for name, names in names_of(roadmap).items()]
    return [one for one in filters if len(one.options) > 1]


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


def list_chosen(request: SearchRequest, roadmap: Roadmap) -> list[Choice]:
    """Return the filters that are set, each with the address of the search without it."""
    names = names_of(roadmap)
    values = {name: value for name in FILTERS if (value := getattr(request, name))}
    return [
        Choice(f"{LABELS[name]}: {names.get(name, {}).get(value, value)}", address_of(with_filter(request, name, "")))
        for name, value in values.items()
    ]


def list_orders(request: SearchRequest) -> list[Choice]:
    """Return the ways in which the results can be put in order."""
    return [
        Choice(label, address_of(replace(request, order=order)), is_chosen=order is request.order)
        for order, label in ORDERS.items()
    ]
