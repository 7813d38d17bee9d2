"""Search where the index lies in PostgreSQL: what a page shows when it is missing, damaged or being written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.db import db
from portal.search.domain import Busy, State
from portal.search.engines.postgresql import LOCK
from portal.search.tables import METADATA
from portal.settings import Settings
from portal.web import searching
from portal.web.services import catch_up_search, find_similar, rebuild_search, search_engine
from tests.support.databases import PostgresTemplate
from tests.web.test_search import hits, links, publish, read


@pytest.fixture
def database_url(postgres_library: PostgresTemplate, tmp_path: Path) -> Iterator[str]:
    """The address of a PostgreSQL database with the small library."""
    address = postgres_library.copy(tmp_path)
    yield address
    postgres_library.drop(address)


@pytest.fixture
def index(app: Flask, library: Path) -> sa.Engine:
    """The database with an index of the small library."""
    catch_up_search()
    return db.engine


@contextmanager
def somebody_writing(database: sa.Engine) -> Iterator[None]:
    """Hold the lock as another process does that writes."""
    with database.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield


def run(database: sa.Engine, statement: str) -> None:
    with database.begin() as connection:
        connection.execute(sa.text(statement))


def test_the_index_lies_in_the_database_alone(client: FlaskClient, index: sa.Engine, settings: Settings) -> None:
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]
    assert not (settings.instance_path / "search").exists()
    assert search_engine().status().place.endswith(f"/{index.url.database}")


def test_the_index_lies_in_a_folder_where_that_is_set(settings: Settings, library: Path) -> None:
    app = create_app(replace(settings, search_engine="whoosh"))
    assert hits(read(app.test_client(), "/search?q=hypertext")) == ["/glossary#http"]
    assert (settings.instance_path / "search").exists()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE search_pieces, search_words",
        f"TRUNCATE {', '.join(METADATA.tables)}",
        "TRUNCATE search_weights",
        "DELETE FROM search_documents WHERE number > 3",
        "UPDATE search_state SET form = 'foreign'",
    ],
)
def test_a_broken_index_heals_under_the_next_search(client: FlaskClient, index: sa.Engine, damage: str) -> None:
    run(index, damage)
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]
    assert search_engine().status().state is State.READY


def test_what_a_newer_version_has_made_is_left_to_it(app: Flask, client: FlaskClient, index: sa.Engine) -> None:
    run(index, "UPDATE search_state SET form = 'tables 999 analysis 1 entries 1'")
    before = state_of(index)
    page = read(client, "/search?q=hypertext")
    app.extensions["portal.search"].mending.join(20)
    assert "The search is being rebuilt" in page
    assert client.get("/search/suggest?q=cach").json == {"query": "cach", "suggestions": []}
    assert client.get("/readyz").status_code == 200
    publish("On quaggas", "A quagga.")
    catch_up_search()
    app.extensions["portal.search"].mending.join(20)
    assert state_of(index) == before
    rebuild_search()
    assert len(hits(read(client, "/search?q=quagga"))) == 1


def state_of(database: sa.Engine) -> tuple[object, ...]:
    """What is said of the index, and which rebuild it is of."""
    with database.connect() as connection:
        return tuple(connection.execute(sa.text("SELECT * FROM search_state")).one())


def test_suggestions_are_empty_while_a_broken_index_heals(app: Flask, client: FlaskClient, index: sa.Engine) -> None:
    run(index, "TRUNCATE search_state")
    assert client.get("/search/suggest?q=cach").json == {"query": "cach", "suggestions": []}
    app.extensions["portal.search"].mending.join(20)
    healed = client.get("/search/suggest?q=cach").json
    assert healed is not None
    assert healed["suggestions"]


def test_while_another_process_rebuilds_the_page_says_so_and_works(
    client: FlaskClient, index: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(index, "TRUNCATE search_state")
    monkeypatch.setattr(searching, "PATIENCE", 0.1)
    monkeypatch.setattr(search_engine(), "_wait", 0.1)
    with somebody_writing(index):
        page = read(client, "/search?q=hypertext&kind=term")
        assert "The search is being rebuilt" in page
        assert "/search?q=hypertext&kind=term" in links(page)
        assert find_similar("Caching") == []
    monkeypatch.undo()
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]


def test_a_search_goes_on_with_what_it_has_while_another_process_writes(
    client: FlaskClient, index: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_engine(), "_wait", 0.05)
    publish("On quaggas", "A quagga.")
    with somebody_writing(index):
        assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]
        assert "Nothing was found" in read(client, "/search?q=quagga")
        with pytest.raises(Busy):
            rebuild_search()
    assert len(hits(read(client, "/search?q=quagga"))) == 1
