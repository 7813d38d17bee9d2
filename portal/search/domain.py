"""What goes into the search index, what comes out of it, and what an engine must be able to do."""

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from portal.search.synonyms import NO_SYNONYMS, Synonyms

MAX_QUERY = 200
"""Characters of a query that are read; reading one costs time in proportion to its length."""
MAX_TERMS = 16
"""Terms of a query that are looked up."""
MIN_PREFIX = 3
"""Letters that a half-typed word needs before it is completed; shorter ones would match half the index."""
PAGE_SIZE = 10
FACETS = ("stage", "level", "kind")
"""The fields by which hits are counted and filtered, in the order in which they are offered."""
SECTION_BREAK = "\f"
"""Stands between the sections of a text."""


class Unavailable(Exception):
    """There is no index that can be read: it is missing, damaged, or was made by something else."""


class Superseded(Unavailable):
    """A newer version of the portal has made the index for itself; only when told to does an older one make it anew.

    Else two versions, as run together during an upgrade, would rebuild against each other for ever.
    """


class Busy(Exception):
    """Another process is writing the index and did not finish in time; what was to be written waits for the next."""


class Order(enum.StrEnum):
    """What stands first on a page of hits."""

    RELEVANCE = "relevance"
    DATE = "date"


class Heading(NamedTuple):
    """The heading of a section, and where on the page it stands."""

    text: str
    anchor: str
    is_usual: bool = False
    """All texts of its kind have this heading, so it says nothing about this one."""


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
    headings: tuple[Heading, ...] = ()
    body: str = ""
    """Plain text, a line for each block: first what stands before any heading, then, each after a SECTION_BREAK, the
    sections of the headings, which begin with the line of the heading itself."""
    context: str = ""
    """What other documents say about it: it is searched, and not shown."""
    asked: tuple[str, ...] = ()
    """Wordings under which people look for it who do not know its words: searched but for phrases, and not shown."""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names, such as the long form of an abbreviation; as good as the title."""
    stage: str = ""
    level: str = ""
    topic: str = ""
    """The title of the topic that it belongs to; shown with it, and not searched."""
    published_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """What somebody looks for. An empty filter lets everything through."""

    text: str
    stage: str = ""
    level: str = ""
    kind: str = ""
    tag: str = ""
    order: Order = Order.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    synonyms: Synonyms = NO_SYNONYMS


class Run(NamedTuple):
    """A piece of a passage: it matches what was looked for, or it stands between."""

    text: str
    is_match: bool


class Passage(NamedTuple):
    """A piece of a document, and the section in which it stands; before the first heading, there is none."""

    runs: tuple[Run, ...]
    heading: str = ""
    anchor: str = ""


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
    published_at: datetime | None = None
    passages: tuple[Passage, ...] = ()
    anchor: str = ""
    """The section that answers best; empty where the document as a whole does."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A term of the glossary that was asked for by its name: its definition is the answer."""

    title: str
    slug: str
    document_id: int
    definition: str
    topic: str


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
    """The query with its misspelt words mended, where a word of it was found nowhere; the hits are those of the mended
    query then, but for words within quotation marks, which are taken as they are."""
    answer: Answer | None = None
    left_out: tuple[str, ...] = ()
    """Quoted phrases that stand nowhere; the hits are those of the other words (a pasted error has names in quotes)."""


SECTION = "section"
"""The kind of a suggestion that leads to a heading within a document."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A document, or a section of one, whose name resembles what was typed."""

    title: str
    kind: str
    """The document's, or SECTION."""
    document_kind: str
    document_id: int
    slug: str
    anchor: str = ""
    within: str = ""
    """The title of the document, where this is a section of it."""


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
        answer is False; one that is shared with a newer version raises Superseded.
        """
        ...

    def search(self, request: SearchRequest) -> Results:
        """Return a page of hits. Raises Unavailable."""
        ...

    def suggest(self, typed: str, limit: int) -> Sequence[Suggestion]:
        """Return what has a name (title, other name, heading) with words that begin as typed, or nearly so.

        Raises Unavailable.
        """
        ...

    def status(self) -> Status:
        """Read the whole index through and say how it is; slow, and never raises."""
        ...
