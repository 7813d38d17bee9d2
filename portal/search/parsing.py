"""What somebody typed, read as words, quoted phrases and a few operators. Nothing in it ever commands an engine.

`"side by side"` is a phrase, `-without` keeps out what has the word, `stage:`, `level:`, `kind:` and `tag:` filter. All
else is plain text, also where it looks like the query language of some engine.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from portal.search.analysis import SPACES, STOP_WORDS, TOKEN, analyse, fold, name_of
from portal.search.domain import FACETS, MAX_QUERY, MAX_TERMS
from portal.search.synonyms import NO_SYNONYMS, Synonyms, Wording

FILTERS = (*FACETS, "tag")
QUOTED = re.compile(r'["“”„]([^"“”„]*)["“”„]|([^"“”„]+)')
OPERATOR = re.compile(rf'(?<!\S)({"|".join(FILTERS)}):(?:"([^"]*)"|(\S+))', re.IGNORECASE)
ARTICLES = frozenset({"a", "an", "the", "my", "our", "your", "their", "his", "her", "this", "these", "that", "those"})
"""Words that may stand within a wording and do not change it (`save my password`)."""
MOST_ALTERNATIVES = 6
"""Other wordings that are looked up for one; each costs about as much as a word."""
MOST_WORDINGS = 16
"""Other wordings that are looked up for all of a query."""


@dataclass(frozen=True)
class Clause:
    """A thing to be found: a word, a joined word (`select_related`), a quoted phrase, or words that mean one thing."""

    text: str
    """As typed."""
    words: tuple[str, ...]
    stems: tuple[str, ...]
    """In a row, where there are several."""
    forms: tuple[str, ...] = ()
    """The joined word as written."""
    is_quoted: bool = False
    is_loose: bool = False
    """The words were typed apart, so that a document may have them apart."""
    alternatives: tuple["Clause", ...] = ()
    """Other wordings of the same, any of which will do."""
    is_wider: bool = False
    """As an alternative, it says more than what was asked for."""

    @property
    def terms(self) -> tuple[str, ...]:
        """All that must be looked up for it."""
        return (*self.stems, *self.forms, *itertools.chain.from_iterable(other.terms for other in self.alternatives))


@dataclass(frozen=True)
class Query:
    """What somebody looks for."""

    text: str
    clauses: tuple[Clause, ...]
    excluded: tuple[Clause, ...] = ()
    """Whatever has one of these is not wanted."""
    name: str = ""
    """The words as names are compared."""
    stems: tuple[str, ...] = ()
    """All words in order, stop words too, for comparison with titles."""

    @property
    def said(self) -> tuple[str, ...]:
        """The stems of the clauses in order, without their alternatives."""
        return tuple(stem for clause in self.clauses for stem in clause.stems)

    @property
    def wanted(self) -> frozenset[str]:
        """The same, each once."""
        return frozenset(self.said)


def tidy(text: str) -> str:
    """Return typed text without control characters and needless spaces, and no longer than is read."""
    return SPACES.sub(" ", text[: 4 * MAX_QUERY]).strip()[:MAX_QUERY].rstrip()


def read_operators(typed: str) -> tuple[str, dict[str, str]]:
    """Return the text without its filters, and the last value of each filter, folded.

    >>> read_operators("deadlock stage:databases Level:Core")
    ('deadlock', {'stage': 'databases', 'level': 'core'})
    """
    text = tidy(typed)
    values = {name.lower(): fold(quoted or plain).strip() for name, quoted, plain in OPERATOR.findall(text)}
    return tidy(OPERATOR.sub(" ", text)), {name: value for name, value in values.items() if value}


def read_query(typed: str, synonyms: Synonyms = NO_SYNONYMS) -> Query:
    """Read what was typed: at most MAX_QUERY characters and MAX_TERMS terms of it."""
    text = tidy(typed)
    wanted, unwanted = _read_clauses(text)
    if not wanted:
        wanted, unwanted = unwanted, []  # who excludes everything looks for it
    stems = tuple(itertools.chain.from_iterable(clause.stems for clause in wanted))
    clauses = _join_synonyms(wanted, synonyms)
    said = [clause for clause in clauses if clause.is_quoted or not STOP_WORDS.issuperset(clause.words)]
    return Query(
        text,
        tuple(_within_limit(said or clauses)),
        excluded=tuple(_within_limit(unwanted)),
        name=name_of(" ".join(clause.text for clause in wanted)),
        stems=stems,
    )


def make_pair(one: Clause, other: Clause, joined: Clause) -> Clause:
    """Return one clause for two words that may also be written as one (`time out`, `timeout`)."""
    return Clause(
        f"{one.text} {other.text}",
        (*one.words, *other.words),
        (*one.stems, *other.stems),
        is_loose=True,
        alternatives=(joined,),
    )


def read_word(raw: str) -> Clause:
    """Return the clause of a word, or of words that are joined without a space."""
    token = analyse(raw)
    return Clause(raw, token.words, token.stems, tuple(form for form, place in token.forms if place == 0))


def read_phrase(text: str) -> Clause:
    """Return the clause of words that must stand side by side."""
    found = [analyse(raw) for raw in TOKEN.findall(text)]
    return Clause(
        text,
        tuple(word for token in found for word in token.words),
        tuple(stem for token in found for stem in token.stems),
        is_quoted=True,
    )


def _read_clauses(text: str) -> tuple[list[Clause], list[Clause]]:
    """Return what is wanted and what is not, in the order of the text."""
    wanted: list[Clause] = []
    unwanted: list[Clause] = []
    for found in QUOTED.finditer(text):
        quoted, plain = found.groups()
        if plain is None:
            (unwanted if _is_negated(text, found.start()) else wanted).append(read_phrase(quoted))
            continue
        for token in TOKEN.finditer(plain):
            is_unwanted = len(token[0]) > 1 and _is_negated(text, found.start() + token.start())
            (unwanted if is_unwanted else wanted).append(read_word(token[0]))
    return [clause for clause in wanted if clause.stems], [clause for clause in unwanted if clause.stems]


def _is_negated(text: str, start: int) -> bool:
    """Tell whether a minus stands before it, and before that nothing: `-v` and `--force` are no such thing."""
    return text[max(0, start - 2) : start] in ("-", " -")


def _within_limit(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """Leave out what was said already, and what exceeds the limit."""
    room = MAX_TERMS
    known = set()
    for clause in clauses:
        same = (clause.stems, clause.is_quoted)
        if same not in known and len(clause.stems) <= room:
            known.add(same)
            room -= len(clause.stems)
            yield clause


def _join_synonyms(clauses: Sequence[Clause], synonyms: Synonyms) -> list[Clause]:
    """Give words that have other wordings these; several words that have one together become one clause."""
    joined: list[Clause] = []
    rest = list(clauses)
    room = MOST_WORDINGS
    while rest:
        count, wordings = _longest_wording(rest, synonyms)
        clause = _as_one(rest[:count])
        if wordings:
            others = tuple(_read_wording(wording) for wording in wordings[: min(MOST_ALTERNATIVES, room)])
            room -= len(others)
            clause = replace(clause, alternatives=others)
        joined.append(clause)
        rest = rest[count:]
    return joined


def _longest_wording(clauses: Sequence[Clause], synonyms: Synonyms) -> tuple[int, tuple[Wording, ...]]:
    stems: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    found: tuple[int, tuple[Wording, ...]] = (1, ())
    for count, clause in enumerate(clauses, start=1):
        is_article = ARTICLES.issuperset(clause.words)
        stems, bare = (*stems, *clause.stems), bare if is_article else (*bare, *clause.stems)
        if clause.is_quoted or len(bare) > synonyms.longest:
            break  # a phrase in quotation marks is wanted as it is
        if wordings := synonyms.of(stems) or (not is_article and synonyms.of(bare)):
            found = (count, wordings)
        if is_article and count == 1 and not wordings:
            break
    return found


def _as_one(clauses: Sequence[Clause]) -> Clause:
    if len(clauses) == 1:
        return clauses[0]
    return Clause(
        " ".join(clause.text for clause in clauses),
        tuple(itertools.chain.from_iterable(clause.words for clause in clauses)),
        tuple(itertools.chain.from_iterable(clause.stems for clause in clauses)),
        is_loose=True,
    )


def _read_wording(wording: Wording) -> Clause:
    """Return the clause of a synonym: a word, or words in a row."""
    raws = TOKEN.findall(wording.text)
    clause = read_word(raws[0]) if len(raws) == 1 else read_phrase(wording.text)
    return replace(clause, is_quoted=False, is_wider=wording.is_wider)
