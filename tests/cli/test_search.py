from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from portal.app import create_app
from portal.db import db
from portal.search.engines.postgresql import LOCK
from portal.search.store import Store
from portal.search.tables import METADATA
from portal.settings import Settings
from portal.web.services import search_engine
from tests.conftest import KEY
from tests.support.servers import free_port


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["search", *words])


def folder_of(settings: Settings) -> Path:
    return settings.instance_path / "search"


@contextmanager
def somebody_writing(settings: Settings) -> Iterator[None]:
    """Write the index from another process, as far as anybody can tell."""
    if settings.searches_in_database:
        with db.engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield
    else:
        with Store(folder_of(settings), "any").writing(wait=0):
            yield


def damage(settings: Settings) -> None:
    if settings.searches_in_database:
        with db.engine.begin() as connection:
            connection.execute(sa.text("TRUNCATE search_documents"))
    else:
        for file in folder_of(settings).glob("index-*/*.pst"):
            file.write_bytes(b"")


def test_a_rebuild_makes_the_index(app: Flask, library: Path, settings: Settings) -> None:
    result = run(app, "rebuild")
    assert result.exit_code == 0, result.output
    assert "7 documents are in the search index" in result.output
    assert search_engine().status().documents == 7
    status = run(app, "status")
    assert status.exit_code == 0, status.output
    assert "ready" in status.output
    place = db.engine.url.database if settings.searches_in_database else str(folder_of(settings))
    assert str(place) in status.output


def test_a_rebuild_waits_for_nobody_for_ever(
    app: Flask, library: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_engine(), "_wait", 0.05)
    with somebody_writing(settings):
        result = run(app, "rebuild")
    assert result.exit_code == 1
    assert "Another process is writing the search index." in result.output


@pytest.mark.parametrize("command", ["rebuild", "status"])
def test_a_database_that_cannot_be_reached_is_said(tmp_path: Path, command: str) -> None:
    nowhere = f"postgresql://portal@127.0.0.1:{free_port()}/portal"
    settings = Settings(secret_key=KEY, instance_dir=tmp_path, database_url=nowhere, log_level="ERROR")
    app = create_app(settings)
    with app.app_context():
        result = run(app, command)
    assert result.exit_code == 1
    (sentence,) = [line for line in result.output.splitlines() if line.startswith("Error:")]
    assert "Connection refused" in sentence


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_cannot_hold_an_index_is_said(app: Flask, library: Path) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(f"DROP TABLE {', '.join(METADATA.tables)}"))
        connection.execute(sa.text("DROP EXTENSION pg_trgm"))
    result = run(app, "rebuild")
    assert result.exit_code == 1
    assert 'Error: The database says: operator class "gin_trgm_ops" does not exist' in result.output


def test_the_status_tells_of_a_missing_index(app: Flask, library: Path) -> None:
    result = run(app, "status")
    assert result.exit_code == 1
    assert "missing" in result.output
    assert "There is no index." in result.output


def test_the_status_tells_of_a_damaged_index(app: Flask, library: Path, settings: Settings) -> None:
    run(app, "rebuild")
    damage(settings)
    result = run(app, "status")
    assert result.exit_code == 1
    assert "damaged" in result.output


def test_the_status_tells_of_an_index_that_is_behind(app: Flask, library: Path) -> None:
    run(app, "rebuild")
    search_engine().rebuild((), up_to=1)
    result = run(app, "status")
    assert result.exit_code == 1
    assert "not at the newest revision" in result.output
