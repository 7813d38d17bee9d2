"""A fresh database for each test: copies of a prepared one, on SQLite and on PostgreSQL."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

_numbers = itertools.count(1)


@dataclass(frozen=True)
class SqliteTemplate:
    """A prepared SQLite file."""

    file: Path

    def copy(self, folder: Path) -> str:
        """Return the address of a new database like the prepared one."""
        copy = folder / "portal.db"
        shutil.copyfile(self.file, copy)
        return f"sqlite:///{copy}"

    def drop(self, address: str) -> None:
        """Remove a copy; its folder is removed by pytest."""


@dataclass(frozen=True)
class PostgresTemplate:
    """A prepared PostgreSQL database."""

    server: str
    name: str

    def copy(self, folder: Path) -> str:
        """Return the address of a new database like the prepared one."""
        name = f"copy_{next(_numbers)}"
        _connection(self.server).execute(f"CREATE DATABASE {name} TEMPLATE {self.name} STRATEGY FILE_COPY")
        return f"{self.server}/{name}"

    def drop(self, address: str) -> None:
        """Remove a copy."""
        _connection(self.server).execute(f"DROP DATABASE {address.rsplit('/', 1)[1]} WITH (FORCE)")


@cache
def _connection(server: str) -> psycopg.Connection:
    """Connect for as long as the server runs: each connection costs it as much as a third of making a database."""
    return psycopg.connect(f"{server}/postgres", autocommit=True)


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """Create a PostgreSQL database without any tables; yield its address; remove it."""
    bare = PostgresTemplate(server, "template1")
    address = bare.copy(Path())
    yield address
    bare.drop(address)


Template = SqliteTemplate | PostgresTemplate
