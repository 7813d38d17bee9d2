"""Migrations lead to the schema of the models, and back, on both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from portal.app import create_app
from portal.db import Base, db
from portal.search.tables import METADATA as SEARCH
from portal.settings import ROOT, Settings

KEY = "tests-sign-with-this-key-and-nothing-else-does"


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
        yield f"{server}/bare"
        connection.execute("DROP DATABASE bare WITH (FORCE)")


@pytest.fixture
def bare_app(bare_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application before its first migration."""
    settings = Settings(secret_key=KEY, instance_dir=tmp_path / "instance", database_url=bare_url, log_level="ERROR")
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def copy_of_metadata() -> sa.MetaData:
    """Return the tables of the models, apart from those that other tests may have created.

    SQLAlchemy remembers of a reference that waits for its table (documents to revisions) that PostgreSQL added it
    later, and then leaves it out on SQLite, where it must be there from the beginning.
    """
    copy = sa.MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(copy)
    return copy


def describe_schema(engine: sa.Engine) -> dict[str, Any]:
    """Return all that the database knows about its tables, but for the migrations' own."""
    inspector = sa.inspect(engine)
    return {
        table: {
            "columns": {column["name"]: describe_column(column) for column in inspector.get_columns(table)},
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": sorted(inspector.get_foreign_keys(table), key=by_name),
            "unique": sorted(inspector.get_unique_constraints(table), key=by_name),
            "checks": sorted(inspector.get_check_constraints(table), key=by_name),
            "indexes": sorted(map(describe_index, inspector.get_indexes(table)), key=by_name),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def describe_column(column: Any) -> tuple[Any, ...]:
    return tuple(str(column.get(name)) for name in ("type", "nullable", "default", "autoincrement", "computed"))


def describe_index(index: Any) -> dict[str, Any]:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def by_name(described: Any) -> str:
    return str(described["name"])


def test_migrations_lead_to_the_schema_of_the_models(bare_app: Flask) -> None:
    flask_migrate.upgrade()
    migrated = describe_schema(db.engine)
    flask_migrate.downgrade(revision="base")
    copy_of_metadata().create_all(db.engine)
    if db.engine.dialect.name == "postgresql":
        SEARCH.create_all(db.engine)
    assert migrated == describe_schema(db.engine)


def test_models_have_not_drifted_from_the_migrations(bare_app: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.check()


def test_processes_that_start_at_once_migrate_once(bare_app: Flask, bare_url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": bare_url, "INSTANCE_DIR": str(tmp_path / "instance")}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors
    flask_migrate.check()


def test_foreign_keys_are_guarded_again_after_a_migration(bare_app: Flask) -> None:
    flask_migrate.upgrade()
    with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO former_slugs (kind, slug, document_id) VALUES ('page', 'a', 1)"))


def test_upgrade_downgrade_upgrade(bare_app: Flask) -> None:
    flask_migrate.upgrade()
    first = describe_schema(db.engine)
    flask_migrate.downgrade(revision="base")
    assert describe_schema(db.engine) == {}
    flask_migrate.upgrade()
    assert describe_schema(db.engine) == first


def test_a_role_that_may_not_create_the_extension_is_told_who_may(
    postgres_server: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    address = postgres_server.replace("portal@", "guest@")
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN")
        connection.execute("CREATE DATABASE guarded")
        with psycopg.connect(f"{postgres_server}/guarded", autocommit=True) as inside:
            inside.execute("GRANT ALL ON SCHEMA public TO guest")
        app = create_app(Settings(secret_key=KEY, instance_dir=tmp_path, database_url=f"{address}/guarded"))
        with app.app_context():
            with pytest.raises(SystemExit):
                flask_migrate.upgrade()
            assert describe_schema(db.engine) == {}
            db.engine.dispose()
        connection.execute("DROP DATABASE guarded WITH (FORCE)")
        connection.execute("DROP ROLE guest")
    assert "Let the owner of the database run: CREATE EXTENSION pg_trgm" in caplog.text
