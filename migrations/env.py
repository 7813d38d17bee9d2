"""How `flask db` reaches the database: one transaction for all that is to be done, on SQLite too."""  # noqa: INP001 (Alembic runs this file by its path)

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, text

import portal.accounts.models
import portal.contributions.models
import portal.library.models
import portal.moderation.models
import portal.progress.models
import portal.roadmap.models  # noqa: F401  # each import makes its tables known
from portal.db import Base, UtcDateTime
from portal.search.tables import METADATA as SEARCH

MIGRATION_LOCK = 6_702_119  # any number that nothing else in the database uses


def migrate_offline() -> None:
    """Print the SQL instead of running it."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate_online() -> None:
    """Run the migrations; where several processes start at once, one runs them and the others wait."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect().execution_options(writes=True) as connection, suspended_foreign_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=belongs_to_models,
            transactional_ddl=True,  # portal.db says BEGIN itself, so SQLite rolls back tables as well
            compare_type=True,
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=write_type,
        )
        with context.begin_transaction():
            wait_for_others(connection)
            context.run_migrations()
            check_foreign_keys(connection)


@contextmanager
def suspended_foreign_keys(connection: Connection) -> Iterator[None]:
    """Keep SQLite, which changes a table by copying and dropping it, from deleting what refers to the dropped one."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()  # the driver's own: the pragma has no effect inside a transaction
    cursor.execute("PRAGMA foreign_keys = OFF")
    yield
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def check_foreign_keys(connection: Connection) -> None:
    """Refuse to commit where a migration left a reference to nothing; PostgreSQL never lets it come to that."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration would leave references to rows that do not exist")


def belongs_to_models(name: str | None, kind: str, _parents: object) -> bool:
    """Tell whether something in the database is to be compared with the models: not so the tables of the search."""
    return kind != "table" or name not in SEARCH.tables


def write_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write the portal's type of a moment into new migrations as what it is to the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def wait_for_others(connection: Connection) -> None:
    """Hold a lock until the transaction ends. SQLite lets in one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
