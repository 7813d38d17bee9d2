"""The database: base class of all tables, the session, and the one way to write."""

import enum
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Session

LARGEST_ID = 2**31 - 1  # of an integer primary key on PostgreSQL
BUSY_TIMEOUT = 15_000  # milliseconds a writer waits for another one


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets zones, so the zone is put back on the way out; a naive time is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables; the names of constraints follow one pattern, so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, str: sa.Text(), dict[str, Any]: sa.JSON(), list[Any]: sa.JSON()}


def choice(values: type[enum.StrEnum]) -> sa.Enum:
    """Return a column type which holds one of an enum's values, guarded by a CHECK constraint."""
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=values.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate()


def current_session() -> Session:
    """Return the session of this request (or command) for reading."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a write transaction: commit once at the end, or roll back on any error.

    A read that was under way is ended first: SQLite cannot turn a read into a write once another writer has come
    between, however long it waits. Objects loaded before are read anew when they are used.
    """
    session = db.session()
    if session.info.get("writes"):
        raise RuntimeError("a transaction is open already; an operation takes the session that it is given")
    session.rollback()
    session.info["writes"] = True
    try:
        session.connection(execution_options={"writes": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writes"] = False


@event.listens_for(sa.Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the begin hook below says BEGIN, not the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # NORMAL can lose acknowledged commits when the power fails
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


@event.listens_for(sa.Engine, "begin")
def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.connection.cursor().execute("BEGIN")  # which cannot fail, and every page begins with it
