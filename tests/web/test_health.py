"""Whether the portal is alive, and whether it is ready."""

import dataclasses
import shutil
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.db import db, transaction
from portal.settings import Settings
from portal.web.services import rebuild_search


@pytest.fixture
def ready_app(app: Flask) -> Flask:
    """A portal whose schema is stamped with the newest migration and whose index is there."""
    flask_migrate.stamp()
    rebuild_search()
    return app


def lose_index(settings: Settings) -> None:
    """Remove the index, wherever it lies."""
    if settings.searches_in_database:
        with db.engine.begin() as connection:
            connection.execute(sa.text("TRUNCATE search_state"))
    else:
        shutil.rmtree(settings.instance_path / "search")


def test_the_process_says_that_it_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "alive"}


def test_an_unknown_address_answers_with_a_helpful_page(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_a_portal_with_all_its_parts_is_ready(ready_app: Flask) -> None:
    answer = ready_app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "parts": {"database": "ready", "migrations": "ready", "search": "ready"},
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_schema_that_is_behind_is_not_ready(ready_app: Flask) -> None:
    with transaction() as session:
        session.execute(sa.text("DELETE FROM alembic_version"))
    answer = ready_app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["parts"]["migrations"] == "the schema is not at the newest migration"
    assert answer.json["parts"]["database"] == "ready"


def test_a_lost_index_is_not_ready_and_mends_itself(ready_app: Flask, settings: Settings) -> None:
    lose_index(settings)
    client = ready_app.test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["parts"]["search"] == "the index is being rebuilt"
    thread = ready_app.extensions["portal.search"].mending
    thread.join(30)
    assert client.get("/readyz").status_code == 200


def test_a_database_out_of_reach_is_not_ready_and_says_no_more_than_that(tmp_path: Path) -> None:
    settings = Settings(
        secret_key="tests-sign-with-this-key-and-nothing-else-does",
        instance_dir=tmp_path / "instance",
        database_url="postgresql://portal:a-secret@127.0.0.1:1/none",
        log_level="ERROR",
    )
    app = create_app(dataclasses.replace(settings))
    with app.app_context():
        rebuild = app.test_client().get("/readyz")
        db.session.remove()
        db.engine.dispose()
    assert rebuild.status_code == 503
    assert rebuild.json
    assert rebuild.json["parts"]["database"] == "does not answer"
    assert rebuild.json["parts"]["migrations"] == "does not answer"
    assert "a-secret" not in rebuild.text


def test_being_alive_does_not_depend_on_the_database(tmp_path: Path) -> None:
    settings = Settings(
        secret_key="tests-sign-with-this-key-and-nothing-else-does",
        instance_dir=tmp_path / "instance",
        database_url="postgresql://portal@127.0.0.1:1/none",
        log_level="ERROR",
    )
    assert create_app(settings).test_client().get("/healthz").status_code == 200
