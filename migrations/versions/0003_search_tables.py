"""The tables in which PostgreSQL keeps the search index. SQLite gets none: with it, the index lies in files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ORDERED = sa.Text(collation="C")
VECTOR = """
    setweight(to_tsvector('simple'::regconfig, title), 'A')
    || setweight(to_tsvector('simple'::regconfig, heading), 'B')
    || setweight(to_tsvector('simple'::regconfig, summary), 'C')
    || setweight(to_tsvector('simple'::regconfig, text), 'D')
"""
TRIGRAMS = {"folded": "gin_trgm_ops", "word": "gin_trgm_ops"}
COUNTED = ("documents", "weights", "pieces", "names", "words")


def upgrade() -> None:
    """Create the extension that compares words by their trigrams, then the tables."""
    if is_sqlite():
        return
    create_extension()
    create_state()
    create_documents()
    create_words()


def downgrade() -> None:
    """Drop the tables. The extension stays: something else may use it by now."""
    if is_sqlite():
        return
    for name in (*COUNTED, "state"):
        op.drop_table(f"search_{name}")


def create_extension() -> None:
    """Create pg_trgm where it is missing. Since PostgreSQL 13, whoever may create tables in a database may do so."""
    try:
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError as problem:
        raise RuntimeError(
            "The search needs the extension pg_trgm of PostgreSQL's contrib package, which is not installed or which "
            "this role may not create. Let the owner of the database run: CREATE EXTENSION pg_trgm"
        ) from problem


def create_state() -> None:
    """Create the table whose one row says what the index is."""
    op.create_table(
        "search_state",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTED),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("id = 1", name="only_one"),
    )


def create_documents() -> None:
    """Create what is kept of each document: itself, the weights of its terms, its texts."""
    op.create_table(
        "search_documents",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("terms", ARRAY(sa.Text()), nullable=False),
        sa.Column("words", ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "search_weights",
        sa.Column("term", ORDERED, nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("weight", sa.REAL(), nullable=False),
        sa.PrimaryKeyConstraint("term", "document", postgresql_include=["weight"]),
    )
    op.create_table(
        "search_pieces",
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("vector", TSVECTOR(), sa.Computed(VECTOR, persisted=True), nullable=False),
        sa.PrimaryKeyConstraint("document", "position"),
    )
    op.execute("ALTER TABLE search_pieces ALTER COLUMN vector SET STORAGE MAIN")
    create_gin_index("ix_search_pieces_vector", "search_pieces", "vector")


def create_words() -> None:
    """Create what completes and mends what somebody types."""
    op.create_table(
        "search_names",
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("folded", ORDERED, nullable=False),
        sa.Column("text", ORDERED, nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
    )
    op.create_index("ix_search_names_document", "search_names", ["document"])
    create_gin_index("ix_search_names_folded", "search_names", "folded", postgresql_ops=TRIGRAMS)
    op.create_table(
        "search_words",
        sa.Column("word", ORDERED, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word"),
    )
    create_gin_index("ix_search_words_word", "search_words", "word", postgresql_ops=TRIGRAMS)
    in_names = sa.text("names > 0")
    create_gin_index(
        "ix_search_words_of_names", "search_words", "word", postgresql_ops=TRIGRAMS, postgresql_where=in_names
    )


def create_gin_index(name: str, table: str, column: str, **options: object) -> None:
    """Create an index without a list of what is to be put in order later, which every search would have to read."""
    op.create_index(name, table, [column], postgresql_using="gin", postgresql_with={"fastupdate": "off"}, **options)


def is_sqlite() -> bool:
    """Tell whether the migration runs on SQLite."""
    return op.get_context().dialect.name == "sqlite"
