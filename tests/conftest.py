"""Fixtures that every test may use: databases, the application, its client, a person's words."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from argon2 import PasswordHasher
from coverage import Coverage
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

from portal.accounts import passwords
from portal.accounts.domain import Role
from portal.app import create_app
from portal.db import db
from portal.settings import Settings
from tests.support.databases import PostgresTemplate, SqliteTemplate, Template
from tests.support.library import import_library, write_content
from tests.support.people import Browser, RememberingHasher, add_user
from tests.support.servers import run_postgres, run_redis
from tests.support.site import Site

pytest_plugins = ["tests.support.examples", "tests.support.relevance"]

KEY = "tests-sign-with-this-key-and-nothing-else-does"


SHARING = (
    "tests/journeys/",
    "tests/search/test_relevance.py::",
    "tests/search/test_work.py::",
    "tests/library/test_exporting.py::test_the_content_of_the_portal_comes_back_byte_for_byte",
)
"""Tests that need the import of the real content, which takes half a minute, begin so."""


class OneImport(LoadGroupScheduling):
    """Gives all tests that need the import of the real content to one process.

    Their mark `xdist_group` says the same, but pytest-xdist 3.8 writes it into ids that pytest 9.2 no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith(SHARING) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneImport | None:
    """Share the tests out, where `--dist loadgroup` is asked for."""
    return OneImport(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Leave out a test marked `unmeasured`, with its fixtures, when coverage is measured: that doubles its time."""
    coverage = Coverage.current()
    if coverage is None or item.get_closest_marker("unmeasured") is None:
        return (yield)
    coverage.stop()
    try:
        return (yield)
    finally:
        coverage.start()


def keep_builders() -> None:
    """Let applications share what builds their addresses; else each of the thousand would compile the same again."""
    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]  # werkzeug has no setting for it


keep_builders()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server of this test process."""
    with run_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis server of this test process."""
    with run_redis(tmp_path_factory.mktemp("redis")) as address:
        yield address


def build_schema(address: str, folder: Path) -> None:
    """Create all tables in an empty database, by the migrations."""
    with opened(address, folder):
        flask_migrate.upgrade()


def fill_with_library(address: str, folder: Path) -> None:
    """Import the small library into a database that has its tables."""
    with opened(address, folder):
        import_library(write_content(folder / "content"))


@contextmanager
def opened(address: str, folder: Path) -> Iterator[None]:
    """Open a database in an application of its own, and let go of it."""
    app = create_app(Settings(secret_key=KEY, instance_dir=folder, database_url=address, log_level="ERROR"))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A SQLite file with the schema and nothing in it."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.db"
    build_schema(f"sqlite:///{file}", file.parent)
    return SqliteTemplate(file)


@pytest.fixture(scope="session")
def sqlite_library(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A SQLite file with the small library in it."""
    folder = tmp_path_factory.mktemp("sqlite-library")
    fill_with_library(sqlite_template.copy(folder), folder)
    return SqliteTemplate(folder / "portal.db")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> PostgresTemplate:
    """A PostgreSQL database with the schema and nothing in it."""
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
    build_schema(f"{postgres_server}/empty", tmp_path_factory.mktemp("postgresql"))
    return PostgresTemplate(postgres_server, "empty")


@pytest.fixture(scope="session")
def postgres_library(postgres_template: PostgresTemplate, tmp_path_factory: pytest.TempPathFactory) -> PostgresTemplate:
    """A PostgreSQL database with the small library in it."""
    folder = tmp_path_factory.mktemp("postgresql-library")
    address = postgres_template.copy(folder)
    fill_with_library(address, folder)
    return PostgresTemplate(postgres_template.server, address.rsplit("/", 1)[1])


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database into which the real content was imported; the group `journeys` shares it."""
    folder = tmp_path_factory.mktemp("prepared")
    site = Site(folder)
    site.prepare()
    with opened(f"sqlite:///{folder / 'instance' / 'portal.db'}", folder / "users"):
        add_user("mona", Role.MODERATOR)
        add_user("olga", Role.ADMIN)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of one test's own, which runs once on SQLite and once on PostgreSQL.

    It is empty, or holds the small library where the test asks for `library`.
    """
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    content = "library" if "library" in request.fixturenames else "template"
    template: Template = request.getfixturevalue(f"{kind}_{content}")
    address = template.copy(tmp_path)
    yield address
    template.drop(address)


@pytest.fixture
def library(app: Flask, tmp_path: Path) -> Path:  # the application comes with its database
    """The small library, imported already; the folder which holds its files."""
    return write_content(tmp_path / "content")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a portal of its own for one test."""
    return Settings(secret_key=KEY, instance_dir=tmp_path / "instance", database_url=database_url, log_level="ERROR")


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as they were compiled for an earlier test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def hasher() -> PasswordHasher:
    """The portal's own, remembering what it did: it is slow by design, and nearly all tests use one password."""
    own = passwords.HASHER
    return RememberingHasher(own.time_cost, own.memory_cost, own.parallelism)


@pytest.fixture
def app(
    settings: Settings,
    compiled_templates: FileSystemBytecodeCache,
    hasher: PasswordHasher,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    """The application, with its context open."""
    monkeypatch.setattr(passwords, "HASHER", hasher)
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    app.test_client_class = Browser
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session of the application's context."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, signed out."""
    return app.test_client()
