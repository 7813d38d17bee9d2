"""What goes into the search index, what comes out of it, and what an engine must be able to do."""

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

MAX_QUERY = 200
"""Characters of a query that are read; reading one costs time in proportion to its length."""
MAX_TERMS = 16
"""Terms of a query that are looked up."""
MIN_PREFIX = 3
"""Letters that a half-typed word needs before it is completed; shorter ones would match half the index."""
PAGE_SIZE = 10
FACETS = ("stage", "level", "kind")
"""The fields by which hits can be filtered, in the order in which they are offered."""


class Unavailable(Exception):
    """There is no index that can be read: it is missing, damaged, or was made by something else."""


class Busy(Exception):
    """Another process is writing the index and did not finish in time; what was to be written waits for the next."""


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """A published document as the index is given it. Nothing unpublished ever becomes one."""

    key: str
    """Names the document for ever, whatever becomes of its slug."""
    kind: str
    document_id: int
    slug: str
    title: str
    summary: str = ""
    headings: tuple[str, ...] = ()
    body: str = ""
    """Plain text; its sections are separated by line breaks."""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names, such as the long form of an abbreviation; as good as the title."""
    stage: str = ""
    level: str = ""
    topic: str = ""
    """The title of the topic that it belongs to; shown with it, and not searched."""


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """What somebody looks for. An empty filter lets everything through."""

    text: str
    stage: str = ""
    level: str = ""
    kind: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE


class Run(NamedTuple):
    """A piece of a passage: it matches what was looked for, or it stands between."""

    text: str
    is_match: bool


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A document that was found."""

    key: str
    kind: str
    document_id: int
    slug: str
    title: str
    summary: str
    stage: str
    level: str
    topic: str
    passages: tuple[tuple[Run, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Results:
    """One page of what was found, with the figures of the whole."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    page: int = 1
    """The page that these hits are, which is the last one where a later one was asked for."""
    pages: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: {name: {} for name in FACETS})
    """For each filter and value, how many hits there would be with that value and the other filters as they are; the
    empty value stands for no filter."""
    unfiltered: int = 0
    """How many hits there would be without any filter."""
    did_you_mean: str | None = None
    """The query with its misspelt words mended; only where a word of it was found nowhere."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A document whose name begins like what was typed."""

    title: str
    kind: str
    document_id: int
    slug: str


class State(enum.StrEnum):
    """How an index is."""

    READY = "ready"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, kw_only=True)
class Status:
    """How an index is, for people who run the site."""

    state: State
    documents: int = 0
    seen: int = 0
    """The number of the last revision that it has taken in."""
    size: int = 0
    """Bytes on disk."""
    place: str = ""
    detail: str = ""
    """What is wrong, where something is."""


class Engine(Protocol):
    """Keeps an index and answers from it. Every engine passes the same suite of tests."""

    def seen(self) -> int:
        """Return the number of the last revision taken in; cheap. Raises Unavailable."""
        ...

    def update(self, documents: Sequence[SearchDocument], removed: Collection[str], *, since: int, up_to: int) -> bool:
        """Take in all that changed after the revision `since`, up to and with `up_to`, as one step: all or nothing.

        `removed` are keys. Return False, changing nothing, where the index has not seen `since` (it was rebuilt
        meanwhile); what has been taken in already is left as it is. Raises Unavailable or Busy.
        """
        ...

    def rebuild(self, documents: Iterable[SearchDocument], *, up_to: int, only_if_broken: bool = False) -> bool:
        """Make a new index beside the old one, then switch; searches go on meanwhile. Raises Busy.

        `documents` are drawn once nobody else can write. With `only_if_broken`, a sound index is left alone, and the
        answer is False.
        """
        ...

    def search(self, request: SearchRequest) -> Results:
        """Return a page of hits. Raises Unavailable."""
        ...

    def suggest(self, typed: str, limit: int) -> Sequence[Suggestion]:
        """Return documents whose title or other name has words that begin as typed. Raises Unavailable."""
        ...

    def status(self) -> Status:
        """Read the whole index through and say how it is; slow, and never raises."""
        ...
