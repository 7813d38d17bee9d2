"""Setting a status, and the dashboard."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.db import db
from tests.support.people import TOKEN, Person, sign_in

pytestmark = pytest.mark.usefixtures("library")
JSON = {"Accept": "application/json"}
STAGE = "/roadmap/web"


@pytest.fixture
def ada(app: Flask, library: Path) -> Person:
    """A learner who is signed in."""
    return sign_in(app, "ada")


def mark(person: Person, topic: str, status: str, **more: str) -> TestResponse:
    return person.send(f"/progress/{topic}", page=STAGE, status=status, **more)


def mark_by_script(person: Person, topic: str, status: str) -> TestResponse:
    data = {"csrf_token": person.token(STAGE), "status": status}
    return person.client.post(f"/progress/{topic}", data=data, headers=JSON)


def test_a_form_leads_on_to_the_lesson_with_a_message(ada: Person) -> None:
    answer = mark(ada, "http", "done")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/lessons/http"
    assert "HTTP is done." in ada.get("/lessons/http").text


@pytest.mark.parametrize("onward", ["/roadmap", "/roadmap/web#http", "/progress"])
def test_a_form_leads_back_to_where_one_was(ada: Person, onward: str) -> None:
    assert mark(ada, "http", "learning", next=onward).headers["Location"] == onward


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "x"]
)
def test_a_form_never_leads_off_the_site(ada: Person, elsewhere: str) -> None:
    assert mark(ada, "http", "learning", next=elsewhere).headers["Location"] == "/lessons/http"


def test_a_script_gets_status_and_figures(ada: Person) -> None:
    mark(ada, "json", "skipped")
    answer = mark_by_script(ada, "http", "done")
    assert answer.status_code == 200
    assert answer.json == {
        "topic": "http",
        "status": "done",
        "stage": {
            "slug": "web", "total": 2, "done": 1, "learning": 0, "skipped": 1, "not_started": 0, "percent": 100,
        },
        "whole": {"total": 4, "done": 1, "learning": 0, "skipped": 1, "not_started": 2, "percent": 33},
    }  # fmt: skip


def test_a_script_leaves_no_message_for_the_next_page(ada: Person) -> None:
    mark_by_script(ada, "http", "done")
    assert "HTTP is done." not in ada.get("/roadmap").text


def test_each_of_the_four_statuses_can_be_set(ada: Person) -> None:
    for status in ("learning", "done", "skipped", "not-started"):
        answer = mark_by_script(ada, "http", status)
        assert answer.json
        assert answer.json["status"] == status


@pytest.mark.parametrize("status", ["", "finished", "DONE", "done\0", "x" * 100_000])
def test_a_wrong_status_is_refused(ada: Person, status: str) -> None:
    page = mark(ada, "http", status)
    assert page.status_code == 422
    assert "not-started, learning, done, skipped" in page.text
    answer = mark_by_script(ada, "http", status)
    assert answer.status_code == 422
    assert answer.is_json


def test_a_missing_status_is_refused(ada: Person) -> None:
    assert ada.send("/progress/http", page=STAGE).status_code == 422


@pytest.mark.parametrize("topic", ["unknown", "%00", "http%00", "~1", "x" * 3000, "9" * 400])
def test_an_unknown_topic_is_not_found(ada: Person, topic: str) -> None:
    assert mark(ada, topic, "done").status_code == 404
    assert mark_by_script(ada, topic, "done").status_code == 404


def test_a_form_without_its_token_is_refused(ada: Person) -> None:
    assert ada.client.post("/progress/http", data={"status": "done"}).status_code == 400


def test_a_stranger_is_asked_to_sign_in_and_then_led_on(client: FlaskClient) -> None:
    found = TOKEN.search(client.get("/login").text)
    assert found
    data = {"csrf_token": found[1] or found[2], "status": "done", "next": "/roadmap/web"}
    answer = client.post("/progress/http", data=data)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/roadmap/web"
    by_script = client.post("/progress/http", data=data, headers=JSON)
    assert by_script.status_code == 401
    assert by_script.json
    assert "Sign in" in by_script.json["error"]


def test_a_stranger_is_sent_from_the_dashboard_to_the_sign_in_page(client: FlaskClient) -> None:
    answer = client.get("/progress")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/progress"


def test_a_newcomer_is_told_where_to_start(ada: Person) -> None:
    page = ada.get("/progress")
    assert page.status_code == 200
    assert "You have not touched a topic yet" in page.text
    assert "A good place to start" in page.text
    assert 'href="/lessons/http"' in page.text
    assert "Touched last" not in page.text


def test_a_topic_that_needs_nothing_is_ready_for_everybody(ada: Person) -> None:
    mark(ada, "caching", "learning")
    page = ada.get("/progress").text
    assert "It needs nothing before it." in page[page.index("Ready for you") :]


def test_the_dashboard_shows_how_far_one_has_come_and_what_comes_next(ada: Person) -> None:
    mark(ada, "http", "done")
    mark(ada, "caching", "learning")
    ada.get("/")  # takes the messages
    page = ada.get("/progress").text
    assert "<dd>25 %</dd>" in page
    assert "Continue where you left" in page
    assert page.index("Continue where you left") < page.index("Caching strategies") < page.index("Ready for you")
    assert "It needs HTTP (done)." in page
    recent = page[page.index("Touched last") :]
    assert recent.index("Caching strategies") < recent.index("HTTP")
    assert "1 of 2 topics done" in page


def test_what_was_skipped_counts_as_a_reason_and_not_as_a_task(ada: Person) -> None:
    mark(ada, "http", "skipped")
    page = ada.get("/progress").text
    assert "It needs HTTP (skipped)." in page
    assert "0 of 1 topics done" in page


def test_who_is_through_is_asked_to_write(ada: Person) -> None:
    for topic in ("http", "json", "caching", "http-caching"):
        mark(ada, topic, "done")
    page = ada.get("/progress").text
    assert "You have been through every topic" in page
    assert "<dd>100 %</dd>" in page
    assert "Ready for you" not in page


def test_the_dashboard_is_kept_by_nobody(ada: Person) -> None:
    assert ada.get("/progress").headers["Cache-Control"] == "no-store"


def test_the_dashboard_takes_no_more_queries_for_more_progress(app: Flask, ada: Person) -> None:
    few = count_queries(app, ada, "/progress")
    for topic in ("http", "json", "caching"):
        mark(ada, topic, "done")
    assert count_queries(app, ada, "/progress") == few


def count_queries(app: Flask, person: Person, address: str) -> int:
    """Return how many statements a page takes once its process has read what it keeps."""
    person.get(address)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        person.get(address)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in statements)
