"""The entry of a document in an index: its terms with weights and positions, and its card."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from portal.search.analysis import SPACES, analyse, fold, fold_in_place, name_of, raw_tokens, stem_in_place, stems_of
from portal.search.domain import FACETS, SECTION_BREAK, SearchDocument

ENTRIES = "7"
"""Grows when entries are made in another way, so that an index with the old ones is rebuilt."""


class Field(NamedTuple):
    """How much a word counts that stands in a field, against one in the body."""

    weight: float
    usual_length: float
    """Words; in a longer text each one counts less, in a shorter one more (Robertson and Zaragoza, 2009, 3.6)."""
    share: float
    """How much of that is applied, from 0 to 1: the b of BM25."""
    is_quotable: bool = True
    """Whether its words stand in the text that is shown, so that a phrase can be found in it."""


TITLE = Field(weight=14, usual_length=3, share=0.4)
ALIASES = Field(weight=12, usual_length=4, share=0.4)
TAGS = Field(weight=8, usual_length=4, share=0.2)
HEADINGS = Field(weight=6, usual_length=40, share=0.3)
SUMMARY = Field(weight=6, usual_length=20, share=0.3)
BODY = Field(weight=1, usual_length=1500, share=0.6)
ASKED = Field(weight=1.5, usual_length=180, share=0.3, is_quotable=False)
CONTEXT = Field(weight=0.5, usual_length=150, share=0.8)
"""Lengths are constants and not averages, so that a weight never changes while others come and go."""

LONGEST_NAME = 500
"""Characters of a name that are compared; more than anybody types, and few enough for the index of a database."""
GAP = 8
"""Positions left free between two texts, so that no phrase reaches from one into the next."""


class Posting(NamedTuple):
    """How a term stands in one document: its weight over all fields, and where."""

    weight: float
    positions: tuple[int, ...]


MARKED = Posting(1.0, (0,))
"""How a term stands in a document that says something about it, and is no word of its text."""


class Name(NamedTuple):
    """A name by which a document, or a section of one, is suggested."""

    folded: str
    text: str
    anchor: str
    rank: int
    """0 for the title, 1 for other names, 2 for headings."""


@dataclass(frozen=True)
class Card:
    """What must be known of every document that is found, to put it in order and to count it."""

    key: str
    kind: str
    document_id: int
    slug: str
    title: str
    stage: str
    level: str
    tags: tuple[str, ...]
    topic: str
    """The title of the topic that it belongs to."""
    published: int
    """Seconds since 1970, in UTC; 0 where it is not known."""
    stems: tuple[tuple[str, ...], ...]
    """Title and aliases as stems."""
    names: tuple[Name, ...] = ()

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """The values by which it is counted and filtered."""
        return tuple(getattr(self, name) for name in FACETS)

    @cached_property
    def name(self) -> str:
        """The title, folded."""
        return name_of(self.title)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Card":
        values = json.loads(text)
        values["tags"] = tuple(values["tags"])
        values["stems"] = tuple(tuple(stems) for stems in values["stems"])
        values["names"] = tuple(Name(*name) for name in values["names"])
        return cls(**values)


class Section(NamedTuple):
    """A section of a text: where its heading begins and where its text, counted in characters."""

    start: int
    text_start: int
    heading: str
    anchor: str


@dataclass(frozen=True)
class Page:
    """What must be known of a document that is shown."""

    summary: str
    body: str
    stems: str
    """The body with stems in place of words, each where the word begins, between spaces; one space stands before it."""
    sections: tuple[Section, ...] = ()

    @classmethod
    def from_text(cls, summary: str, body: str, sections: tuple[Section, ...] = ()) -> "Page":
        """Return a page with the stems of its body."""
        return cls(summary, body, stem_in_place(f" {body} "), sections)

    @cached_property
    def folded(self) -> str:
        """The body, folded in place."""
        return fold_in_place(self.body)

    @cached_property
    def summary_alone(self) -> "Page":
        """The summary as the body of a page of its own."""
        return Page.from_text("", self.summary)

    @cached_property
    def places(self) -> dict[str, Sequence[int]]:
        """Where terms stand in the body, as far as it has been looked for."""
        return {}

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Page":
        values = json.loads(text)
        values["sections"] = tuple(Section(*section) for section in values["sections"])
        return cls(**values)


@dataclass(frozen=True)
class Entry:
    """A document as an index keeps it."""

    card: Card
    page: Page
    postings: Mapping[str, Posting]
    words: frozenset[str]
    """The words themselves, for completing and correcting what somebody types."""


def make_entry(document: SearchDocument) -> Entry:
    """Return the entry of a document."""
    weights: dict[str, float] = defaultdict(float)
    positions: dict[str, list[int]] = defaultdict(list)
    words: set[str] = set()
    place = 0
    for field, texts in fields_of(document):
        found = [raw_tokens(text) for text in texts]
        counts = Counter(chain.from_iterable(found))
        length = sum(count * len(analyse(raw).words) for raw, count in counts.items())
        weight = _round(field.weight / (1 - field.share + field.share * length / field.usual_length))
        for raw, count in counts.items():
            token = analyse(raw)
            words.update(token.surface)
            for term, _ in token.terms:
                weights[term] += count * weight
        for text in found if field.is_quotable else ():
            for raw in text:
                token = analyse(raw)
                for term, offset in token.terms:
                    positions[term].append(place + offset)
                place += len(token.words)
            place += GAP
    postings = {term: Posting(weight, tuple(positions.get(term, ()))) for term, weight in weights.items()}
    card = make_card(document)
    postings.update((title_term(stem), MARKED) for stem in card.stems[0])
    postings.update((name_term(stems), MARKED) for stems in card.stems)
    return Entry(card, make_page(document), postings, frozenset(words))


def title_term(stem: str) -> str:
    """Return the term of all documents that have a stem in their title; no word begins with its sign."""
    return f"^{stem}"


def name_term(stems: Sequence[str]) -> str:
    """Return the term of all documents that go by a name; no word begins with its sign."""
    return f"={' '.join(stems)}"[:LONGEST_NAME]


def stand_in_a_row(places: Sequence[Sequence[int]]) -> bool:
    """Tell whether terms with these positions follow one another somewhere."""
    starts = set(places[0])
    for offset, others in enumerate(places[1:], start=1):
        starts &= {place - offset for place in others}
    return bool(starts)


def _round(weight: float) -> float:
    """Return a weight in 64ths, which every engine can keep as they are, so that all of them rank alike."""
    return max(1, round(weight * 64)) / 64


def tidy_lines(text: str) -> str:
    """Return text with single spaces and line breaks, and without control characters."""
    lines = (SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def fields_of(document: SearchDocument) -> Iterator[tuple[Field, Sequence[str]]]:
    """Yield the texts of each field of a document; no phrase reaches from one into the next."""
    yield TITLE, [document.title]
    yield ALIASES, document.aliases
    yield TAGS, document.tags
    yield HEADINGS, [heading.text for heading in document.headings if not heading.is_usual]
    yield SUMMARY, [document.summary]
    yield BODY, document.body.split(SECTION_BREAK)
    yield CONTEXT, document.context.splitlines()
    yield ASKED, document.asked


def make_card(document: SearchDocument) -> Card:
    """Return the card of a document."""
    return Card(
        key=document.key,
        kind=document.kind,
        document_id=document.document_id,
        slug=document.slug,
        title=document.title,
        stage=document.stage,
        level=document.level,
        tags=tuple(fold(tag) for tag in document.tags),
        topic=document.topic,
        published=int(document.published_at.timestamp()) if document.published_at else 0,
        stems=tuple(stems_of(name) for name in (document.title, *document.aliases)),
        names=tuple(_names(document)),
    )


def _names(document: SearchDocument) -> Iterator[Name]:
    yield Name(name_of(document.title), document.title, "", 0)
    for alias in document.aliases:
        yield Name(name_of(alias), document.title, "", 1)
    for heading in document.headings:
        if not heading.is_usual and heading.anchor:
            yield Name(name_of(heading.text), heading.text, heading.anchor, 2)


def make_page(document: SearchDocument) -> Page:
    """Return what is shown of a document."""
    first, *others = document.body.split(SECTION_BREAK)
    body = tidy_lines(first)
    sections = []
    for heading, text in zip(document.headings, others, strict=False):
        tidied = tidy_lines(text)
        start = len(body) + 1 if body else 0
        end_of_heading = tidied.find("\n") + 1 or len(tidied)
        sections.append(Section(start, start + end_of_heading, heading.text, heading.anchor))
        body = f"{body}\n{tidied}" if body else tidied
    if rest := "\n".join(map(tidy_lines, others[len(sections) :])):
        body = f"{body}\n{rest}"
    return Page.from_text(document.summary, body, tuple(sections))
