"""The page on which one arrives."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.db import transaction
from portal.library.publishing import publish_note
from tests.support.people import Person, add_user, sign_in

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def ada(app: Flask, library: Path) -> Person:
    """A learner who is signed in."""
    return sign_in(app, "ada")


def test_a_stranger_learns_what_this_is_and_where_to_begin(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "4 topics" in page.text
    assert "Begin with: HTTP" in page.text
    assert 'action="/search"' in page.text
    first = page.text[page.text.index("The first steps") : page.text.index("The road at a glance")]
    assert [first.index(f'href="/lessons/{slug}"') for slug in ("http", "caching", "http-caching")] == sorted(
        first.index(f'href="/lessons/{slug}"') for slug in ("http", "caching", "http-caching")
    )
    assert "/lessons/json" not in first  # its lesson is only planned


def test_the_road_at_a_glance_shows_every_stage_with_its_number_of_topics(client: FlaskClient) -> None:
    page = client.get("/").text
    glance = page[page.index("The road at a glance") :]
    for address, title in (("/roadmap/web", "HTTP and the web"), ("/roadmap/speed", "Caching")):
        assert f'href="{address}"' in glance
        assert title in glance
    assert glance.count("<strong>") == 2
    assert '2<span class="visually-hidden"> topics</span>' in glance


def test_what_is_new_stands_at_the_top_of_its_list(client: FlaskClient) -> None:
    author = add_user("grace")
    with transaction() as session:
        note = publish_note(
            session,
            topic_key="http",
            title="A header that lied",
            summary="Content-Length and the truth.",
            body="Some text.\n",
            author_id=author,
            approver_id=None,
            now=utc_now(),
        )
    page = client.get("/").text
    newest = page[page.index("New and changed") :]
    assert newest.index("A header that lied") < newest.index("HTTP caching")
    assert f'href="/notes/{note.id}-a-header-that-lied"' in newest
    assert "by grace" in newest


def test_a_newcomer_is_welcomed_like_a_stranger(ada: Person) -> None:
    page = ada.get("/").text
    assert "Begin with: HTTP" in page
    assert "Continue where you left" not in page


def test_a_learner_goes_on_where_they_left(ada: Person) -> None:
    ada.send("/progress/http", page="/roadmap/web", status="done")
    ada.send("/progress/caching", page="/roadmap/web", status="learning")
    page = ada.get("/").text
    assert page.index("Continue where you left") < page.index('<h1><a href="/lessons/caching">')
    assert "1 of 4 topics done" in page
    steps = page[page.index("Ready for you next") : page.index("The road at a glance")]
    assert 'href="/lessons/json"' in steps
    assert 'href="/lessons/caching"' not in steps
    assert "50 %" in page[page.index("The road at a glance") :]


def test_who_is_through_finds_the_start_page_whole(ada: Person) -> None:
    for topic in ("http", "json", "caching", "http-caching"):
        ada.send(f"/progress/{topic}", page="/roadmap/web", status="done")
    page = ada.get("/")
    assert page.status_code == 200
    assert "See the whole roadmap" in page.text
    assert "100 %" in page.text


def test_the_start_page_of_a_stranger_may_be_kept(client: FlaskClient) -> None:
    first = client.get("/")
    assert "public" in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    assert client.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
