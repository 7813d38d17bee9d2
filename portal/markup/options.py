"""What a rendering depends on beside the text itself."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

Addresses = Mapping[str, str | None]


class LinkResolver(Protocol):
    """Find the address on this site behind a link or a picture as written; None where it leads nowhere.

    It is asked about everything but addresses with a scheme and anchors of the same text.
    """

    def __call__(self, target: str) -> str | None: ...


def keep_site_paths(target: str) -> str | None:
    """Accept addresses on this site as they stand; know no files."""
    return target if target.startswith("/") else None


class Term(NamedTuple):
    """An entry of a glossary: its address on this site, and what it stands for where it is an abbreviation."""

    address: str
    meaning: str = ""


@dataclass(frozen=True)
class Options:
    """The surroundings of a text: where its links lead and which of its words are terms."""

    find_addresses: Callable[[Collection[str]], Addresses]
    """Asked once, with all targets of the text."""
    terms: Mapping[str, Term] = field(default_factory=dict)
    """By each of the names that a term goes by."""
    figures: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Width and height of pictures by address, so that pages do not jump when they arrive."""
    id_prefix: str = ""
    """Stands before all ids, for texts that share a page with others."""
    is_contributed: bool = False


def one_by_one(resolve: LinkResolver) -> Callable[[Collection[str]], Addresses]:
    """Return a function that resolves many targets with a resolver that knows one at a time."""
    return lambda targets: {target: resolve(target) for target in targets}
