from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from portal.db import db
from portal.web.caching import ReadyPages
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


def test_a_check_costs_one_query(app: Flask, client: FlaskClient, library: Path) -> None:
    tag = client.get("/lessons/http").headers["ETag"]
    statements: list[str] = []
    db.event.listen(db.engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
    assert client.get("/lessons/http", headers={"If-None-Match": tag}).status_code == 304
    assert len([statement for statement in statements if statement != "BEGIN"]) == 1


def test_a_page_that_was_made_before_costs_one_query_too(app: Flask, client: FlaskClient, library: Path) -> None:
    first = client.get("/lessons/http")
    statements: list[str] = []
    db.event.listen(db.engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
    again = app.test_client().get("/lessons/http")
    assert (again.status_code, again.data) == (200, first.data)
    assert again.mimetype == "text/html"
    assert len([statement for statement in statements if statement != "BEGIN"]) == 1


def test_ready_pages_make_room_for_those_asked_for_last() -> None:
    pages = ReadyPages(room=10)
    pages.put("a", b"1234")
    pages.put("a", b"twice")
    pages.put("b", b"1234")
    assert pages.get("a") == b"1234"
    pages.put("c", b"1234")
    assert pages.get("b") is None
    assert pages.get("a") == b"1234"
    assert pages.get("c") == b"1234"
    pages.put("d", b"larger than all the room")
    assert pages.get("d") is None


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
