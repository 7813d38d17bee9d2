"""The tables in which PostgreSQL keeps a search index. They can always be made anew from the library.

They are no part of `portal.db.Base`: SQLite has none of them, and no backup needs them.
"""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from portal.db import Base
from portal.search.analysis import ANALYSIS
from portal.search.entries import ENTRIES

FORM = f"tables 1 analysis {ANALYSIS} entries {ENTRIES}"
"""What an index must be like to be understood. The first number grows when the tables are filled in another way.

Versions compare their forms, so the next one is written like this one, whatever it says."""

NUMBERS = re.compile(r"tables (\d+) analysis (\d+) entries (\d+)")
"""The versions in a form, those first that make the greatest difference."""

METADATA = sa.MetaData(naming_convention=Base.metadata.naming_convention)

Word = sa.Text(collation="C")
"""A text that is ordered by its characters' numbers, as Python does it, and not by the customs of a language."""

TRIGRAMS = {"folded": "gin_trgm_ops", "word": "gin_trgm_ops"}


def is_newer(form: str, than: str) -> bool:
    """Tell whether a form is one that came after another; what is no form of ours came before all."""
    one, other = (NUMBERS.fullmatch(text) for text in (form, than))
    return one is not None and (other is None or list(map(int, one.groups())) > list(map(int, other.groups())))


def gin_index(name: str, column: str, **options: Any) -> sa.Index:
    """Return an index without a list of what is to be put in order later, which every search would have to read."""
    return sa.Index(name, column, postgresql_using="gin", postgresql_with={"fastupdate": "off"}, **options)


STATE = sa.Table(
    "search_state",
    METADATA,
    sa.Column("id", sa.SmallInteger, sa.CheckConstraint("id = 1", name="only_one"), primary_key=True),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("newest", sa.Integer, nullable=False),
    sa.Column("documents", sa.Integer, nullable=False),
    sa.Column("weights", sa.Integer, nullable=False),
    sa.Column("pieces", sa.Integer, nullable=False),
    sa.Column("names", sa.Integer, nullable=False),
    sa.Column("words", sa.Integer, nullable=False),
)
"""What the index is, in one row: which version made it (`form`), a name of its own for each rebuild (`edition`), the
last revision taken in, the highest number of a document, and how many rows each of the other tables has."""

DOCUMENTS = sa.Table(
    "search_documents",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("card", sa.Text, nullable=False),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("terms", ARRAY(sa.Text), nullable=False),
    sa.Column("words", ARRAY(sa.Text), nullable=False),
)
"""A document as JSON, and the rows of WEIGHTS and WORDS that go when it goes. One that changes gets a new number, so
that whatever is remembered of a number stays right for as long as the edition is the same."""

WEIGHTS = sa.Table(
    "search_weights",
    METADATA,
    sa.Column("term", Word, nullable=False),
    sa.Column("document", sa.Integer, nullable=False),
    sa.Column("weight", sa.REAL, nullable=False),
    sa.PrimaryKeyConstraint("term", "document", postgresql_include=["weight"]),
)
"""How much each term counts in each document; all is read from the index of the primary key."""

PIECES = sa.Table(
    "search_pieces",
    METADATA,
    sa.Column("document", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("heading", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column(
        "vector",
        TSVECTOR,
        sa.Computed(
            "setweight(to_tsvector('simple'::regconfig, title), 'A')"
            " || setweight(to_tsvector('simple'::regconfig, heading), 'B')"
            " || setweight(to_tsvector('simple'::regconfig, summary), 'C')"
            " || setweight(to_tsvector('simple'::regconfig, text), 'D')",
            persisted=True,
        ),
        nullable=False,
    ),
    sa.PrimaryKeyConstraint("document", "position"),
    gin_index("ix_search_pieces_vector", "vector"),
)
"""The texts of a document piece by piece, for phrases: stems in an alphabet that PostgreSQL's parser leaves whole. How
much a word counts is said by WEIGHTS; the letters tell who looks into the index where it stands."""

NAMES = sa.Table(
    "search_names",
    METADATA,
    sa.Column("document", sa.Integer, nullable=False, index=True),
    sa.Column("folded", Word, nullable=False),
    sa.Column("text", Word, nullable=False),
    sa.Column("anchor", sa.Text, nullable=False),
    sa.Column("rank", sa.SmallInteger, nullable=False),
    gin_index("ix_search_names_folded", "folded", postgresql_ops=TRIGRAMS),
)
"""The names by which documents and sections are suggested."""

WORDS = sa.Table(
    "search_words",
    METADATA,
    sa.Column("word", Word, primary_key=True),
    sa.Column("documents", sa.Integer, nullable=False),
    sa.Column("names", sa.Integer, nullable=False),
    gin_index("ix_search_words_word", "word", postgresql_ops=TRIGRAMS),
    gin_index("ix_search_words_of_names", "word", postgresql_ops=TRIGRAMS, postgresql_where=sa.text("names > 0")),
)
"""Every word as people type it, with how many documents have it, and how many have it in a name."""

COUNTED = {"documents": DOCUMENTS, "weights": WEIGHTS, "pieces": PIECES, "names": NAMES, "words": WORDS}
"""The tables whose rows are counted in STATE, by the name of the column there."""


@sa.event.listens_for(PIECES, "after_create")
def _keep_vectors_in_rows(_table: sa.Table, connection: sa.Connection, **_options: object) -> None:
    """Keep vectors from being stored apart, where each would have to be looked up to read it."""
    connection.execute(sa.text("ALTER TABLE search_pieces ALTER COLUMN vector SET STORAGE MAIN"))
