import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from portal.db import db, transaction
from portal.logs import start_logging
from tests.support.content import Content
from tests.support.library import import_library
from tests.support.people import Person, sign_in


def test_a_stranger_may_keep_a_page_and_check_it(client: FlaskClient, library: Path) -> None:
    first = client.get("/lessons/http")
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" in first.vary
    again = client.get("/lessons/http", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "public, no-cache"


def test_a_stranger_gets_no_cookie(client: FlaskClient, library: Path) -> None:
    assert "Set-Cookie" not in client.get("/lessons/http").headers


def statements_of(app: Flask, call: Callable[[], TestResponse]) -> tuple[TestResponse, list[str]]:
    """Return an answer, and what the application asked of the database for it."""
    statements: list[str] = []
    db.event.listen(db.engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
    return call(), [statement for statement in statements if statement != "BEGIN"]


def test_a_check_costs_one_query(app: Flask, client: FlaskClient, library: Path) -> None:
    tag = client.get("/lessons/http").headers["ETag"]
    asked = {"If-None-Match": tag}
    answer, statements = statements_of(app, lambda: client.head("/lessons/http", headers=asked))  # by the application
    assert answer.status_code == 304
    assert statements == []  # beside the one that asks what was published last


def test_a_page_that_was_made_before_comes_without_the_application(
    app: Flask, client: FlaskClient, library: Path
) -> None:
    first = client.get("/lessons/http")
    again, statements = statements_of(app, lambda: app.test_client().get("/lessons/http"))
    assert (again.status_code, again.data) == (200, first.data)
    assert statements == []
    same = ("Content-Type", "ETag", "Cache-Control", "Vary", "Content-Security-Policy", "X-Content-Type-Options")
    assert [again.headers[name] for name in same] == [first.headers[name] for name in same]
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]


@pytest.mark.parametrize("sent", ["{}", "W/{}", "*", '"other", {}'])
def test_a_browser_that_has_the_page_is_told_so(client: FlaskClient, library: Path, sent: str) -> None:
    tag = client.get("/lessons/http").headers["ETag"].removeprefix("W/")
    answer = client.get("/lessons/http", headers={"If-None-Match": sent.format(tag)})
    assert (answer.status_code, answer.data) == (304, b"")
    assert "Content-Length" not in answer.headers
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_every_way_of_answering_has_its_line_in_the_log(
    client: FlaskClient, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(level="INFO", as_json=True)
    tag = client.get("/lessons/http", headers={"X-Request-ID": "first-one"}).headers["ETag"]
    client.get("/lessons/http", headers={"X-Request-ID": "second-one"})
    client.get("/lessons/http", headers={"X-Request-ID": "third-one", "If-None-Match": tag})

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert [(line["request_id"], line["path"], line["status"]) for line in lines] == [
        ("first-one", "/lessons/http", 200),
        ("second-one", "/lessons/http", 200),
        ("third-one", "/lessons/http", 304),
    ]


def test_where_the_database_is_lost_the_application_says_so(app: Flask, client: FlaskClient, library: Path) -> None:
    client.get("/lessons/http")
    with transaction() as session:
        session.execute(text("ALTER TABLE revision_counter RENAME TO lost"))
    assert client.get("/lessons/http").status_code == 500


def test_what_was_published_meanwhile_is_sent_anew(client: FlaskClient, library: Path) -> None:
    tag = client.get("/lessons/http").headers["ETag"]
    Content(library).glossary({"term": "Cache"})
    import_library(library)
    assert client.get("/lessons/http", headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_of_one_page_is_none_of_another(client: FlaskClient, library: Path) -> None:
    tag = client.get("/lessons/http").headers["ETag"]
    assert client.get("/lessons/caching", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/lessons/http?from=map", headers={"If-None-Match": tag}).status_code == 200


def test_the_page_of_a_person_is_their_own(app: Flask, client: FlaskClient, library: Path) -> None:
    tag = client.get("/lessons/http").headers["ETag"]
    answer = sign_in(app, "ada").get("/lessons/http", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in answer.headers


def test_a_page_with_a_message_is_kept_by_nobody(app: Flask, library: Path) -> None:
    ada = sign_in(app, "ada")
    ada.get("/lessons/http")
    ada.send("/logout", page="/lessons/http")
    farewell = Person(ada.client).get("/lessons/http")
    assert "You are signed out." in farewell.text
    assert farewell.headers["Cache-Control"] == "private, no-cache"
    assert "You are signed out." not in ada.get("/lessons/http").text


def test_a_page_that_is_not_there_has_no_tag(client: FlaskClient, library: Path) -> None:
    answer = client.get("/lessons/nothing")
    assert answer.status_code == 404
    assert "ETag" not in answer.headers
