"""The entry of a document in an index: its terms with weights and positions, and its card."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import NamedTuple

from portal.search.analysis import SPACES, name_of, stems_of, tokens
from portal.search.domain import FACETS, SearchDocument

ENTRIES = "1"
"""Grows when entries are made in another way, so that an index with the old ones is rebuilt."""


class Field(NamedTuple):
    """How much a word counts that stands in a field, against one in the body."""

    weight: float
    usual_length: float
    """Words; in a longer text each one counts less, in a shorter one more (Robertson and Zaragoza, 2009, 3.6)."""
    share: float
    """How much of that is applied, from 0 to 1: the b of BM25."""


TITLE = Field(weight=14, usual_length=3, share=0.4)
ALIASES = Field(weight=12, usual_length=4, share=0.4)
TAGS = Field(weight=5, usual_length=4, share=0.2)
HEADINGS = Field(weight=4, usual_length=40, share=0.3)
SUMMARY = Field(weight=4, usual_length=20, share=0.3)
BODY = Field(weight=1, usual_length=1500, share=0.6)
"""Lengths are constants and not averages, so that a weight never changes while others come and go."""

GAP = 8
"""Positions left free between two texts, so that no phrase reaches from one into the next."""


class Posting(NamedTuple):
    """How a term stands in one document: its weight over all fields, and where."""

    weight: float
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Card:
    """What must be known of every document at hand, without its text."""

    key: str
    kind: str
    document_id: int
    slug: str
    title: str
    summary: str
    stage: str
    level: str
    topic: str
    names: tuple[str, ...]
    """Title and aliases, folded."""
    stems: tuple[tuple[str, ...], ...]
    """Title and aliases as stems."""

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """The values by which it is filtered."""
        return tuple(getattr(self, name) for name in FACETS)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Card":
        values = json.loads(text)
        values["names"] = tuple(values["names"])
        values["stems"] = tuple(tuple(stems) for stems in values["stems"])
        return cls(**values)


@dataclass(frozen=True)
class Entry:
    """A document as an index keeps it."""

    card: Card
    body: str
    postings: Mapping[str, Posting]
    words: frozenset[str]
    """The words themselves, for completing and correcting what somebody types."""


def make_entry(document: SearchDocument) -> Entry:
    """Return the entry of a document."""
    weights: dict[str, float] = defaultdict(float)
    positions: dict[str, list[int]] = defaultdict(list)
    words: set[str] = set()
    place = 0
    for field, texts in _fields(document):
        found = [list(tokens(text)) for text in texts]
        length = sum(len(token.words) for text in found for token in text)
        weight = _round(field.weight / (1 - field.share + field.share * length / field.usual_length))
        for text in found:
            for token in text:
                words.update(token.surface)
                for term, offset in token.terms:
                    weights[term] += weight
                    positions[term].append(place + offset)
                place += len(token.words)
            place += GAP
    postings = {term: Posting(weights[term], tuple(places)) for term, places in positions.items()}
    return Entry(_make_card(document), tidy_lines(document.body), postings, frozenset(words))


def _round(weight: float) -> float:
    """Return a weight in 64ths, which every engine can keep as they are, so that all of them rank alike."""
    return max(1, round(weight * 64)) / 64


def tidy_lines(text: str) -> str:
    """Return text with single spaces and line breaks, and without control characters."""
    lines = (SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _fields(document: SearchDocument) -> Iterator[tuple[Field, Sequence[str]]]:
    yield TITLE, [document.title]
    yield ALIASES, document.aliases
    yield TAGS, document.tags
    yield HEADINGS, document.headings
    yield SUMMARY, [document.summary]
    yield BODY, [document.body]


def _make_card(document: SearchDocument) -> Card:
    names = (document.title, *document.aliases)
    return Card(
        key=document.key,
        kind=document.kind,
        document_id=document.document_id,
        slug=document.slug,
        title=document.title,
        summary=document.summary,
        stage=document.stage,
        level=document.level,
        topic=document.topic,
        names=tuple(name_of(name) for name in names),
        stems=tuple(stems_of(name) for name in names),
    )
