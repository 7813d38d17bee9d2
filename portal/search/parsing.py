"""What somebody typed, read as words and quoted phrases. Nothing in it is ever a command."""

import re
from dataclasses import dataclass

from portal.search.analysis import SPACES, STOP_WORDS, TOKEN, analyse, stems_of
from portal.search.domain import MAX_QUERY, MAX_TERMS

QUOTED = re.compile(r'["“”„]([^"“”„]*)["“”„]|([^"“”„]+)')


@dataclass(frozen=True)
class Clause:
    """A thing to be found: a word, a joined word (`select_related`), or a quoted phrase."""

    text: str
    """As typed."""
    words: tuple[str, ...]
    stems: tuple[str, ...]
    """In a row, where there are several."""
    forms: tuple[str, ...] = ()
    """The joined word as written."""
    is_quoted: bool = False


@dataclass(frozen=True)
class Query:
    """What somebody looks for."""

    text: str
    clauses: tuple[Clause, ...]
    stems: tuple[str, ...]
    """All words in order, stop words too, for comparison with titles."""


def tidy(text: str) -> str:
    """Return typed text without control characters and needless spaces, and no longer than is read."""
    return SPACES.sub(" ", text[: 4 * MAX_QUERY]).strip()[:MAX_QUERY].rstrip()


def read_query(typed: str) -> Query:
    """Read what was typed: at most MAX_QUERY characters and MAX_TERMS terms of it."""
    text = tidy(typed)
    clauses: dict[tuple[tuple[str, ...], bool], Clause] = {}
    room = MAX_TERMS
    for quoted, plain in QUOTED.findall(text):
        for clause in [_phrase(quoted)] if quoted else [_word(raw) for raw in TOKEN.findall(plain)]:
            if clause.stems and len(clause.stems) <= room and (clause.stems, clause.is_quoted) not in clauses:
                clauses[clause.stems, clause.is_quoted] = clause
                room -= len(clause.stems)
    said = [clause for clause in clauses.values() if clause.is_quoted or not STOP_WORDS.issuperset(clause.words)]
    return Query(text, tuple(said or clauses.values()), stems_of(text))


def _word(raw: str) -> Clause:
    token = analyse(raw)
    return Clause(raw, token.words, token.stems, tuple(form for form, place in token.forms if place == 0))


def _phrase(text: str) -> Clause:
    found = [analyse(raw) for raw in TOKEN.findall(text)]
    return Clause(
        text,
        tuple(word for token in found for word in token.words),
        tuple(stem for token in found for stem in token.stems),
        is_quoted=True,
    )
