"""How documents get into the tables in which PostgreSQL keeps a search index, and out of them."""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from portal.search.analysis import tokens
from portal.search.domain import SearchDocument
from portal.search.entries import ALIASES, HEADINGS, SUMMARY, TAGS, TITLE, Entry, fields_of, make_entry
from portal.search.tables import COUNTED, FORM, STATE, WORDS

PIECE = 200
"""Stems of a piece: few, so that what has all words of a phrase often has the phrase, and is looked through quickly.
PostgreSQL keeps no more than 256 places of a word in one vector."""
OVERLAP = 15
"""Stems that a piece shares with the next, so that no phrase is torn that is as long as a query may be."""
COLUMNS = {TITLE: "title", ALIASES: "title", TAGS: "heading", HEADINGS: "heading", SUMMARY: "summary"}
"""Where the fields stand that are not the text itself."""
FOREIGN = "zz"
"""How a lexeme begins that is no plain word."""
BREAK = ""
"""Stands between two texts; no term is empty."""
LETTERS = str.maketrans("0123456789", "ghijklmnop")

GONE = sa.text("SELECT number, words FROM search_documents WHERE key = ANY(:keys)")
DELETE_WEIGHTS = sa.text(
    """
    DELETE FROM search_weights
    USING (SELECT number, unnest(terms) AS term FROM search_documents WHERE number = ANY(:numbers)) AS gone
    WHERE search_weights.term = gone.term AND search_weights.document = gone.number
    """
)
DELETE_PIECES = sa.text("DELETE FROM search_pieces WHERE document = ANY(:numbers)")
DELETE_NAMES = sa.text("DELETE FROM search_names WHERE document = ANY(:numbers) RETURNING document, folded")
DELETE_DOCUMENTS = sa.text("DELETE FROM search_documents WHERE number = ANY(:numbers)")
INSERT_WEIGHTS = sa.text(
    """
    INSERT INTO search_weights (term, document, weight)
    SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:documents AS integer[]), CAST(:weights AS real[]))
    """
)
CHANGE_WORDS = sa.text(
    """
    INSERT INTO search_words AS known (word, documents, names)
    SELECT * FROM unnest(CAST(:words AS text[]), CAST(:documents AS integer[]), CAST(:names AS integer[]))
    ON CONFLICT (word) DO UPDATE
    SET documents = known.documents + excluded.documents, names = known.names + excluded.names
    """
)
DELETE_WORDS = sa.text("DELETE FROM search_words WHERE documents = 0 AND word = ANY(:words)")


class Writer:
    """Changes an index within one transaction, while nobody else writes."""

    def __init__(self, connection: sa.Connection, state: sa.Row[Any] | None = None) -> None:
        """Begin with the index of which this is the state, or else with an empty one, whatever is there."""
        self._connection = connection
        self._edition: str = state.edition if state else secrets.token_hex(8)
        self._newest: int = state.newest if state else 0
        self._rows = Counter({name: getattr(state, name) if state else 0 for name in COUNTED})
        self._words: Counter[str] = Counter()
        self._words_of_names: Counter[str] = Counter()
        if not state:
            for table in COUNTED.values():
                connection.execute(sa.delete(table))  # for TRUNCATE, those who search would have to wait

    def remove(self, keys: Iterable[str]) -> None:
        """Take out documents; unknown keys are passed over."""
        gone = self._connection.execute(GONE, {"keys": list(map(as_stored, keys))}).all()
        numbers = {"numbers": [row.number for row in gone]}
        names = self._connection.execute(DELETE_NAMES, numbers).all()
        self._words.subtract(word for row in gone for word in row.words)
        in_names = {(row.document, word) for row in names for word in row.folded.split()}
        self._words_of_names.subtract(word for _, word in in_names)
        self._rows["names"] -= len(names)
        self._rows["weights"] -= self._connection.execute(DELETE_WEIGHTS, numbers).rowcount
        self._rows["pieces"] -= self._connection.execute(DELETE_PIECES, numbers).rowcount
        self._rows["documents"] -= self._connection.execute(DELETE_DOCUMENTS, numbers).rowcount

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Put in documents, of which none is there."""
        entries: list[dict[str, object]] = []
        pieces: list[dict[str, object]] = []
        names: list[dict[str, object]] = []
        terms: list[str] = []
        numbers: list[int] = []
        weights: list[float] = []
        for document in documents:
            entry = make_entry(document)
            self._newest += 1
            entries.append(_entry_row(self._newest, entry))
            pieces.extend(_piece_rows(self._newest, document))
            names.extend(_name_rows(self._newest, entry))
            terms.extend(entry.postings)
            numbers.extend([self._newest] * len(entry.postings))
            weights.extend(posting.weight for posting in entry.postings.values())
            self._words.update(entry.words)
            self._words_of_names.update({word for name in entry.card.names for word in name.folded.split()})
        for name, rows in (("documents", entries), ("pieces", pieces), ("names", names)):
            if rows:
                self._connection.execute(sa.insert(COUNTED[name]), rows)
                self._rows[name] += len(rows)
        self._connection.execute(INSERT_WEIGHTS, {"terms": terms, "documents": numbers, "weights": weights})
        self._rows["weights"] += len(terms)

    def finish(self, seen: int) -> None:
        """Bring the words up to date, and say how the index is now."""
        changed = [word for word, count in self._words.items() if count or self._words_of_names[word]]
        counts = [self._words[word] for word in changed]
        in_names = [self._words_of_names[word] for word in changed]
        self._connection.execute(CHANGE_WORDS, {"words": changed, "documents": counts, "names": in_names})
        self._connection.execute(DELETE_WORDS, {"words": changed})
        self._rows["words"] = self._connection.scalar(sa.select(sa.func.count()).select_from(WORDS)) or 0
        self._connection.execute(sa.delete(STATE))
        self._connection.execute(
            sa.insert(STATE),
            {"id": 1, "form": FORM, "edition": self._edition, "seen": seen, "newest": self._newest, **self._rows},
        )


def as_lexeme(term: str) -> str:
    """Return a term in letters, which PostgreSQL's parser takes for one plain word, whatever it says.

    >>> as_lexeme("transact"), as_lexeme("429")
    ('transact', 'zzjkjijp')
    """
    if term.isascii() and term.isalpha() and not term.startswith(FOREIGN):
        return term
    return FOREIGN + term.encode().hex().translate(LETTERS)


def _spell(terms: Iterable[str]) -> str:
    return " ".join(map(as_lexeme, terms))


def as_stored(text: str) -> str:
    """Return a text without what PostgreSQL cannot keep: NUL, and halves of characters."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _entry_row(number: int, entry: Entry) -> dict[str, object]:
    return {
        "number": number,
        "key": as_stored(entry.card.key),
        "card": as_stored(replace(entry.card, names=()).to_json()),
        "page": as_stored(entry.page.to_json()),
        "terms": list(entry.postings),
        "words": list(entry.words),
    }


def _name_rows(number: int, entry: Entry) -> Iterator[dict[str, object]]:
    for name in entry.card.names:
        yield {
            "document": number,
            "folded": name.folded,
            "text": as_stored(name.text),
            "anchor": as_stored(name.anchor),
            "rank": name.rank,
        }


def _piece_rows(number: int, document: SearchDocument) -> Iterator[dict[str, object]]:
    """Yield the texts of a document as lexemes, the n-th piece of each column in the n-th row."""
    texts: dict[str, list[str]] = {column: [] for column in ("title", "heading", "summary", "text")}
    for field, found in fields_of(document):
        if field.is_quotable:
            texts[COLUMNS.get(field, "text")].extend(found)
    for position, pieces in enumerate(zip_longest(*map(_cut, texts.values()), fillvalue="")):
        yield {"document": number, "position": position, **dict(zip(texts, pieces, strict=True))}


def _cut(texts: Iterable[str]) -> list[str]:
    """Return texts as lexemes, cut into pieces.

    Words that were written with a hyphen stand at the end of each piece once more, as one, after the words before them:
    `my backend` is found where `my back-end` is written.
    """
    stems: list[str] = []
    joined: list[tuple[int, str]] = []
    for text in texts:
        for token in tokens(text):
            joined.extend((len(stems) + place, form) for form, place in token.forms if form.isalnum())
            stems.extend(token.stems)
        stems.append(BREAK)
    pieces = []
    for start in range(0, len(stems), PIECE):
        piece = [*stems[start : start + PIECE + OVERLAP], BREAK]
        for place, form in joined:
            if start <= place < start + PIECE:
                piece += [*stems[max(0, place - OVERLAP) : place], form, BREAK]
        pieces.append(_spell(piece))
    return pieces
