import re
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.domain import Role
from tests.support.people import Person, sign_in
from tests.web.test_contributions import BODY, NOTE

MARKED = {**NOTE, "body": f"{BODY}\n\nThe word to look for is **zanzibar**."}


@pytest.fixture
def ada(app: Flask, library: Path) -> Person:
    return sign_in(app, "ada")


@pytest.fixture
def mona(app: Flask, library: Path) -> Person:
    return sign_in(app, "mona", Role.MODERATOR)


@pytest.fixture
def item(ada: Person) -> str:
    """The address at which a moderator finds a note of Ada's."""
    return "/moderation/" + ada.send("/contribute", **MARKED).location.rsplit("/", 1)[1]


@pytest.mark.parametrize("address", ["/moderation", "/moderation/1", "/moderation/log"])
def test_only_moderators_see_the_workbench(app: Flask, ada: Person, address: str) -> None:
    assert ada.get(address).status_code == 403
    assert Person(app.test_client()).get(address).status_code == 303


def test_an_empty_queue_says_so(mona: Person) -> None:
    assert "Nothing waits for a decision" in mona.get("/moderation").text


def test_the_queue_shows_what_waits(mona: Person, item: str) -> None:
    page = mona.get("/moderation").text
    assert "ETags and gzip" in page
    assert "ada" in page
    assert item in page
    assert item not in mona.get("/moderation?kind=change").text
    assert item in mona.get("/moderation?kind=nonsense").text


def test_an_item_shows_text_source_and_author(mona: Person, item: str) -> None:
    page = mona.get(item).text
    assert "<strong>zanzibar</strong>" in page
    assert "**zanzibar**" in page
    assert "by ada" in page


@pytest.mark.parametrize("number", ["77", str(10**30)])
def test_an_item_that_is_not_there_is_a_404(mona: Person, number: str) -> None:
    assert mona.get(f"/moderation/{number}").status_code == 404
    assert (
        mona.send(f"/moderation/{number}/decision", page="/account", decision="approve", version=1).status_code == 404
    )


def test_approval_publishes_under_the_lesson_in_search_and_in_the_feed(app: Flask, mona: Person, item: str) -> None:
    answer = mona.send(f"{item}/decision", page=item, decision="approve", comment="", version=1)
    assert answer.status_code == 303
    reader = Person(app.test_client())
    lesson = reader.get("/lessons/http-caching").text
    assert "ETags and gzip" in lesson
    assert "ada" in lesson
    assert "ETags and gzip" in reader.get("/search?q=zanzibar").text
    assert "ETags and gzip" in reader.get("/feed.atom").text


def test_nothing_unpublished_is_found_or_shown(app: Flask, item: str) -> None:
    reader = Person(app.test_client())
    for address in ("/lessons/http-caching", "/search?q=zanzibar", "/feed.atom", "/"):
        assert "ETags and gzip" not in reader.get(address).text


def test_the_author_sees_state_comment_and_where_it_is(ada: Person, mona: Person, item: str) -> None:
    mona.send(f"{item}/decision", page=item, decision="approve", comment="Well measured.", version=1)
    page = ada.get(item.replace("moderation", "contributions")).text
    assert "Published with your name" in page
    assert "Well measured." in page
    assert "/notes/" in page


def test_a_rejection_needs_a_reason_and_keeps_the_page(mona: Person, item: str) -> None:
    answer = mona.send(f"{item}/decision", page=item, decision="reject", comment=" ", version=1)
    assert answer.status_code == 422
    assert "Tell the author why" in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("decision", "delete"), ("decision", ""), ("version", "x"), ("version", ""), ("comment", "a\0b")],
)
def test_a_malformed_decision_is_refused(mona: Person, item: str, field: str, value: str) -> None:
    fields = {"decision": "approve", "comment": "A comment of mine.", "version": "1", field: value}
    answer = mona.send(f"{item}/decision", page=item, **fields)
    assert answer.status_code == 422
    if field != "comment":
        assert "A comment of mine." in answer.text


def test_a_stale_decision_answers_409_and_keeps_the_comment(ada: Person, mona: Person, item: str) -> None:
    edit = item.replace("moderation", "contributions") + "/edit"
    ada.send(edit, **{**MARKED, "title": "A better title", "version": 1})
    answer = mona.send(f"{item}/decision", page=item, decision="reject", comment="My long comment.", version=1)
    assert answer.status_code == 409
    assert "has changed since you opened it" in answer.text
    assert "My long comment." in answer.text
    assert "A better title" in answer.text
    assert re.search(r'name="version"[^>]* value="2"', answer.text)


def test_a_decision_that_came_too_late_keeps_the_comment(app: Flask, mona: Person, item: str) -> None:
    mona.send(f"{item}/decision", page=item, decision="approve", version=1)
    max_ = sign_in(app, "max", Role.MODERATOR)
    answer = max_.send(f"{item}/decision", page="/account", decision="reject", comment="My long comment.", version=1)
    assert answer.status_code == 409
    assert "it is now approved" in answer.text
    assert "My long comment." in answer.text


def test_moderators_do_not_decide_on_their_own(mona: Person) -> None:
    number = mona.send("/contribute", **NOTE).location.rsplit("/", 1)[1]
    assert "another moderator decides" in mona.get(f"/moderation/{number}").text
    answer = mona.send(f"/moderation/{number}/decision", page="/account", decision="approve", version=1)
    assert answer.status_code == 403


def test_decisions_stand_in_the_log(mona: Person, item: str) -> None:
    assert "Nothing has been decided yet" in mona.get("/moderation/log").text
    mona.send(f"{item}/decision", page=item, decision="request-changes", comment="Which proxy?", version=1)
    page = mona.get("/moderation/log").text
    assert "contribution changes-requested" in page
    assert "Which proxy?" in page
    assert mona.get("/moderation/log?page=99999999999999999999").status_code == 200


def test_a_change_is_shown_as_a_difference(ada: Person, mona: Person) -> None:
    page = ada.get("/contribute/lessons/http").text
    base = page.split('name="base" type="hidden" value="')[1].split('"')[0]
    body = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    answer = ada.send(
        "/contribute/lessons/http",
        summary="Says it more briefly.",
        body=body.replace("in one sentence", "in few words").replace("&#34;", '"'),
        base=base,
        action="submit",
    )
    number = answer.location.rsplit("/", 1)[1]
    item = mona.get(f"/moderation/{number}").text
    assert "Difference to the newest text" in item
    assert "<ins>few</ins>" in item
