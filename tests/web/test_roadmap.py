"""The roadmap and its stages, as a learner sees them."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.people import Person, sign_in

pytestmark = pytest.mark.usefixtures("library")
NODE = re.compile(r'<a class="node ([^"]*)" href="([^"]*)"')


@pytest.fixture
def ada(app: Flask, library: Path) -> Person:
    """A learner who is signed in."""
    return sign_in(app, "ada")


def nodes(text: str) -> dict[str, str]:
    """Return the classes of the nodes on the map by their addresses."""
    return {address: classes for classes, address in NODE.findall(text)}


def test_the_roadmap_shows_every_topic_as_a_link_on_the_map_and_in_the_outline(client: FlaskClient) -> None:
    page = client.get("/roadmap")
    assert page.status_code == 200
    assert set(nodes(page.text)) == {"/lessons/http", "/lessons/json", "/lessons/caching", "/lessons/http-caching"}
    outline = page.text.split('class="outline-view"')[1]
    for address, title in (("/lessons/http", "HTTP"), ("/lessons/http-caching", "HTTP caching")):
        assert f'href="{address}"' in outline
        assert title in outline


def test_a_node_says_in_words_what_its_shape_shows(client: FlaskClient, ada: Person) -> None:
    assert "<title>JSON: foundation, not started, lesson planned</title>" in client.get("/roadmap").text
    ada.send("/progress/http", page="/roadmap/web", status="done")
    assert "<title>HTTP: foundation, done</title>" in ada.get("/roadmap").text


def test_a_topic_without_a_lesson_is_shown_as_planned(client: FlaskClient) -> None:
    found = nodes(client.get("/roadmap").text)
    assert "planned" in found["/lessons/json"]
    assert "planned" not in found["/lessons/http"]


def test_the_roadmap_shows_ones_own_progress_and_nobody_elses(client: FlaskClient, ada: Person) -> None:
    ada.send("/progress/http", page="/roadmap/web", status="done")
    ada.send("/progress/json", page="/roadmap/web", status="skipped")
    ada.send("/progress/caching", page="/roadmap/web", status="learning")
    page = ada.get("/roadmap")
    found = nodes(page.text)
    assert "done" in found["/lessons/http"]
    assert "skipped" in found["/lessons/json"]
    assert "learning" in found["/lessons/caching"]
    assert "33 %" in page.text
    assert "1 of 3 topics, 1 skipped" in page.text
    assert "Go on with: Caching strategies" in page.text
    assert "current" in found["/lessons/caching"]
    stranger = nodes(client.get("/roadmap").text)
    assert all("not-started" in classes for classes in stranger.values())


def test_a_stranger_learns_where_to_begin(client: FlaskClient) -> None:
    page = client.get("/roadmap").text
    assert "Begin with: HTTP" in page
    assert " done</title>" not in page
    assert " %" not in page


def test_every_need_is_a_line_on_the_map(client: FlaskClient) -> None:
    lines = set(re.findall(r'data-from="([^"]*)" data-to="([^"]*)"', client.get("/roadmap").text))
    assert lines == {("http", "json"), ("http", "caching"), ("caching", "http-caching"), ("http", "http-caching")}


def test_the_map_obeys_the_content_security_policy(client: FlaskClient) -> None:
    page = client.get("/roadmap").text
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\bon[a-z]+=", page)


def test_the_roadmap_of_a_stranger_may_be_kept_and_is_checked_cheaply(client: FlaskClient) -> None:
    first = client.get("/roadmap")
    assert "public" in first.headers["Cache-Control"]
    again = client.get("/roadmap", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_roadmap_of_a_learner_is_private(ada: Person) -> None:
    assert "private" in ada.get("/roadmap").headers["Cache-Control"]


def test_a_stage_shows_its_topics_with_level_needs_and_lesson(client: FlaskClient) -> None:
    page = client.get("/roadmap/web")
    assert page.status_code == 200
    assert "<h1>HTTP and the web</h1>" in page.text
    assert "The protocol of the web." in page.text
    assert "Stage 1 of 2, 2 topics" in page.text
    assert 'href="/lessons/json"' in page.text
    assert "Foundation" in page.text
    assert "Lesson planned" in page.text
    assert "After\n" in page.text
    assert 'href="/roadmap/speed"' in page.text


def test_a_stranger_is_offered_to_sign_in_on_a_stage(client: FlaskClient) -> None:
    page = client.get("/roadmap/web").text
    assert 'href="/login?next=/roadmap/web"' in page
    assert 'name="status"' not in page


def test_a_learner_sets_a_status_on_a_stage_and_comes_back_to_it(ada: Person) -> None:
    token = ada.token("/roadmap/web")
    page = ada.get("/roadmap/web").text
    assert 'action="/progress/json"' in page
    onward = re.findall(r'name="next" value="([^"]+)"', page)
    assert "/roadmap/web#json" in onward
    answer = ada.client.post(
        "/progress/json", data={"csrf_token": token, "status": "done", "next": "/roadmap/web#json"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/roadmap/web#json"
    page = ada.get("/roadmap/web").text
    assert "<span data-percent>50</span> %" in page
    assert re.search(r'value="done" aria-pressed="true" data-said="JSON', page)


def test_a_stage_says_which_needs_are_met(ada: Person) -> None:
    ada.send("/progress/http", page="/roadmap/web", status="done")
    assert "HTTP</a> (done)" in ada.get("/roadmap/speed").text


def test_a_stage_whose_topics_are_all_skipped_is_complete(ada: Person) -> None:
    for topic in ("http", "json"):
        ada.send(f"/progress/{topic}", page="/roadmap/web", status="skipped")
    page = ada.get("/roadmap/web").text
    assert "<span data-percent>100</span> %" in page
    assert '<progress max="1" value="1"' in page


@pytest.mark.parametrize("slug", ["unknown", "~1", "%00", "web%00", "x" * 3000, "Web", "web/http", "-1"])
def test_an_unknown_stage_is_not_found(client: FlaskClient, slug: str) -> None:
    assert client.get(f"/roadmap/{slug}").status_code == 404
