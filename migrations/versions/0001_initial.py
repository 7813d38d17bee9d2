"""The first schema: people, library, roadmap, progress, contributions, audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KINDS = ("lesson", "page", "challenge", "note", "term", "data")
STATES = ("draft", "submitted", "changes-requested", "approved", "rejected", "withdrawn")
REVISION_OF_DOCUMENT = "fk_documents_revision_id_revisions"


def upgrade() -> None:
    """Create all tables. Documents and revisions refer to each other, so one reference comes after both."""
    create_people()
    create_library()
    create_roadmap()
    create_contributions()
    create_audit_log()


def downgrade() -> None:
    """Drop all tables, the ones that refer before the ones that are referred to."""
    if not is_sqlite():
        op.drop_constraint(REVISION_OF_DOCUMENT, "documents", type_="foreignkey")
    for table in (
        "audit_log",
        "contribution_events",
        "contributions",
        "topic_progress",
        "needs",
        "topics",
        "stages",
        "renderings",
        "former_slugs",
        "revisions",
        "documents",
        "revision_counter",
        "sign_in_failures",
        "sign_in_sessions",
        "users",
    ):
        op.drop_table(table)


def create_people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("username_key", sa.String(160), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(508), nullable=False),
        sa.Column("password_hash", sa.String(256), nullable=False),
        sa.Column("role", choice("role", "learner", "moderator", "admin"), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username_key"),
        sa.UniqueConstraint("email_key"),
    )
    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("last_seen_at", moment(), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("token_digest"),
    )
    create_index("sign_in_sessions", "user_id")
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_key", sa.String(508), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("sign_in_failures", "account_key", "at")
    create_index("sign_in_failures", "address", "at")


def create_library() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", choice("kind", *KINDS), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("topic_key", sa.String(120)),
        sa.Column("revision_id", sa.Integer()),
        sa.Column("imported_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name=REVISION_OF_DOCUMENT, use_alter=True),
        sa.UniqueConstraint("kind", "key"),
        sa.UniqueConstraint("kind", "slug"),
    )
    create_index("documents", "topic_key")
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(300)),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("origin", choice("origin", "import", "contribution"), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer()),
        sa.Column("approver_id", sa.Integer()),
        sa.Column("created_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["approver_id"], ["users.id"], ondelete="SET NULL"),
        sa.UniqueConstraint("document_id", "number"),
        sa.CheckConstraint(
            "approver_id IS NULL OR author_id IS NULL OR approver_id <> author_id", name="approver_is_not_author"
        ),
    )
    create_index("revisions", "created_at")
    create_index("revisions", "document_id")
    create_index("revisions", "digest")
    create_index("revisions", "author_id")
    if not is_sqlite():  # where a reference to a table yet to come stands in CREATE TABLE already
        op.create_foreign_key(REVISION_OF_DOCUMENT, "documents", "revisions", ["revision_id"], ["id"])
    op.create_table(
        "revision_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("id = 1", name="single_row"),
    )
    op.create_table(
        "former_slugs",
        sa.Column("kind", choice("kind", *KINDS), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
    )
    create_index("former_slugs", "document_id")
    op.create_table(
        "renderings",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("renderer", sa.String(64), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def create_roadmap() -> None:
    op.create_table(
        "stages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("level", choice("level", "foundation", "core", "advanced"), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"]),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("slug"),
    )
    create_index("topics", "stage_id")
    op.create_table(
        "needs",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("needed_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "needed_id"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"]),
        sa.ForeignKeyConstraint(["needed_id"], ["topics.id"]),
        sa.CheckConstraint("topic_id <> needed_id", name="not_itself"),
    )
    create_index("needs", "needed_id")
    op.create_table(
        "topic_progress",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("status", choice("status", "not-started", "learning", "done", "skipped"), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "topic_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"]),
    )
    create_index("topic_progress", "topic_id")


def create_contributions() -> None:
    op.create_table(
        "contributions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", choice("contributionkind", "note", "change", "import"), nullable=False),
        sa.Column("state", choice("state", *STATES), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer()),
        sa.Column("form_id", sa.String(64)),
        sa.Column("topic_key", sa.String(120)),
        sa.Column("document_id", sa.Integer()),
        sa.Column("base_revision_id", sa.Integer()),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("path", sa.String(300)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.Column("submitted_at", moment()),
        sa.Column("decided_at", moment()),
        sa.Column("decider_id", sa.Integer()),
        sa.Column("published_revision_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"]),
        sa.ForeignKeyConstraint(["base_revision_id"], ["revisions.id"]),
        sa.ForeignKeyConstraint(["decider_id"], ["users.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["published_revision_id"], ["revisions.id"]),
        sa.UniqueConstraint("author_id", "form_id"),
        sa.CheckConstraint(
            "(state IN ('approved', 'rejected', 'changes-requested')) = (decided_at IS NOT NULL)",
            name="decided_at_with_decision",
        ),
        sa.CheckConstraint(
            "decider_id IS NULL OR author_id IS NULL OR decider_id <> author_id", name="decider_is_not_author"
        ),
        sa.CheckConstraint("kind = 'note' OR document_id IS NOT NULL", name="change_names_document"),
        sa.CheckConstraint("kind <> 'note' OR topic_key IS NOT NULL", name="note_names_topic"),
    )
    create_index("contributions", "author_id")
    create_index("contributions", "topic_key")
    create_index("contributions", "document_id")
    op.create_index("ix_contributions_queue", "contributions", ["state", "submitted_at"])
    only_imports = sa.text("kind = 'import'")
    op.create_index(
        "uq_contributions_import", "contributions", ["document_id", "digest"],
        unique=True, sqlite_where=only_imports, postgresql_where=only_imports,
    )  # fmt: skip
    op.create_table(
        "contribution_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("at", moment(), nullable=False),
        sa.Column("state", choice("state", *STATES), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["contribution_id"], ["contributions.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], ondelete="SET NULL"),
    )
    create_index("contribution_events", "contribution_id")


def create_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], ondelete="SET NULL"),
    )
    create_index("audit_log", "at")
    create_index("audit_log", "actor_id")


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def create_index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def choice(name: str, *values: str) -> sa.Enum:
    """Return a column type for one of some words, guarded by a CHECK constraint."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)
