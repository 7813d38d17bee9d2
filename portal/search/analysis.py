"""From text to terms: how words are told apart, made comparable and kept as written."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from portal.search.stemming import stem
from portal.search.variants import common_spelling

ANALYSIS = "7"
"""Grows when terms are made in another way, so that an index with the old terms is rebuilt."""

WORD = re.compile(r"[^\W_]+")
TOKEN = re.compile(
    r"(?:(?<![\w.\-])(?:__|--|[.@$/](?=[^\W\d_])))?"
    r"[^\W_]+(?:[_\-./+'’][^\W_]+)*"
    r"(?:__(?!\w)|(?:\+\+|(?<=\b[A-Za-z])#)(?!\w))?"
)
"""Words, also those joined without a space (`select_related`, `Cache-Control`, `N+1`), `C++`, `C#`, and what is known
by the signs about it (`__init__`, `.env`, `--force`, `@property`)."""
SIGNS = re.compile(r"^(?:__|--|[.@$/])|__$")
SPACES = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
"""White space and control characters."""
NO_WORD = re.compile(r"[\W_]")
NO_SPACE = re.compile(r"[^ ]+")
OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]")
LARGE_JOINT = re.compile(r"[./]")
SMALL_JOINT = re.compile(r"[_\-+]")
LONGEST_TERM = 64
"""Characters; what is longer is an address or a digest, and is cut so that it cannot fill the index."""
LONGEST_JOINED = 24
"""Letters of a hyphenated word that people may write as one (`e-mail`, `back-end`)."""
MOST_PARTS = 8
"""Parts of a token kept whole; more belong to an address, which is found by its parts."""

STOP_WORDS = frozenset(
    """
    a about an and are as at be been but by can could did do does for from had has have how i if in into is it its
    me my no not of on or our shall should so such than that the their them then there these they this those to was
    we were what when where which while who why will with would you your
    """.split()  # noqa: SIM905  # seventy words are read best as a text
)
"""Words that say little about a text; they count in a query only when there are no others."""

COMMON_WORDS = frozenset(
    """
    able actually after again all already also always another any anybody anymore anyone anything around ask away back
    bad because become before behind best better big both bring buy call came come correct correctly decide different
    difference each easy else enough even ever every everybody everyone everything exactly explain far fast few find
    first forget gave get getting give given go going gone good got guide happen happened happening happens help here
    hold instead just keep keeps kind know known last later learn least left less let like little long look looking
    lot made make makes making many may maybe mean meaning means meant might more most much must my need needed needs
    never new next no nobody nothing now often old once one only ones other others over own people person place pick
    possible problem proper properly put quick really reason right run running said same saw say see seem sent several
    show shows since slow some somebody someone something sometimes still stop sure take takes taking tell than thing
    things think time times today together too took tries try trying turn two under until up us use used useful user
    users uses using usually very versus vs want wants way ways well went whenever whether while whole whose wish within
    without work working works worse wrong yet
    """.split()  # noqa: SIM905  # a list of words is read best as a text
)
"""Words that are rare in some libraries and say little in any; they count for little in a query."""


@dataclass(frozen=True)
class Token:
    """A token's terms. `stems` and `words` are its parts in order; `forms` are the ways it is joined, as written."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    forms: tuple[tuple[str, int], ...] = ()
    """Each with the place of its first part, counted from 0."""

    @cached_property
    def terms(self) -> tuple[tuple[str, int], ...]:
        """What the index keeps of it: stems and forms, each with its place."""
        return (*((stem, place) for place, stem in enumerate(self.stems)), *self.forms)

    @cached_property
    def surface(self) -> tuple[str, ...]:
        """Words and forms as people type them."""
        return (*self.words, *(form for form, _ in self.forms))


def fold(text: str) -> str:
    """Return text with case and accents gone."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


class _Folding(dict[int, str]):
    """Characters without case and accent, each as one, so that places in the text stay what they are."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = fold(character)
        self[code] = folded if len(folded) == 1 else character
        return self[code]


_FOLDING = _Folding()


def fold_in_place(text: str) -> str:
    """Return a text in lower case without accents, of the same length. Few characters are not ASCII: look at these."""
    return OUTSIDE_ASCII.sub(lambda found: _FOLDING[ord(found[0])], text).lower()


def stem_in_place(text: str) -> str:
    """Return a text of the same length in which each word is its stem, and all that is left over is spaces.

    A stem that is longer than its word would be cut short, so that the word is not found by it; there are none.

    >>> stem_in_place("Tested: cached_rows")
    'test    cach   row '
    """
    words = NO_WORD.sub(" ", fold_in_place(text))
    return NO_SPACE.sub(lambda found: _filled_up(found[0]), words)


@lru_cache(maxsize=65_536)
def _filled_up(word: str) -> str:
    return term_of(word)[: len(word)].ljust(len(word))


def raw_tokens(text: str) -> list[str]:
    """Return the tokens of a text in order, as they are written."""
    return TOKEN.findall(text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in order."""
    return map(analyse, raw_tokens(text))


@lru_cache(maxsize=65_536)
def analyse(raw: str) -> Token:
    """Return the terms of one token.

    >>> analyse("queryset.select_related").forms
    (('queryset.select_related', 0), ('select_related', 1))
    >>> analyse("back-end").forms
    (('back-end', 0), ('backend', 0))
    """
    text = re.sub("['’]s$|['’]", "", fold(raw))
    if text.endswith(("++", "#")) and WORD.fullmatch(text.rstrip("+#")):
        return Token(words=(text,), stems=(text,))
    words: list[str] = []
    signed, text = text, SIGNS.sub("", text)
    forms: list[tuple[str, int]] = [(text, 0)]
    for piece in LARGE_JOINT.split(text):
        parts = [part[:LONGEST_TERM] for part in SMALL_JOINT.split(piece.rstrip("#")) if part]
        if len(parts) > 1 and piece != text:
            forms.append((piece, len(words)))
        words.extend(parts)
    if "-" in text and len(text) <= LONGEST_JOINED and "".join(words).isalpha():
        forms.append((term_of("".join(words)), 0))
    kept = forms if 1 < len(words) <= MOST_PARTS else []
    if signed != text:
        kept = [(signed, 0), *kept]
    return Token(
        words=tuple(words),
        stems=tuple(term_of(word) for word in words),
        forms=tuple((form, place) for form, place in kept if len(form) <= LONGEST_TERM),
    )


@lru_cache(maxsize=65_536)
def term_of(word: str) -> str:
    """Return what a folded word goes by in the index: the stem of its common spelling."""
    return stem(common_spelling(word))


def name_of(text: str) -> str:
    """Return a title as suggestions compare it: folded words with single spaces between."""
    return " ".join(word for token in tokens(text) for word in token.words)


def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a text in order."""
    return tuple(stem for token in tokens(text) for stem in token.stems)
