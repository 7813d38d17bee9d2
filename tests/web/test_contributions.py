from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.domain import Role
from portal.contributions.domain import Decision
from portal.db import db
from portal.library.domain import Kind
from portal.library.queries import find_document
from tests.support.people import Person, sign_in

BODY = "A proxy that compresses must weaken the ETag, since the bytes are no longer the same."
NOTE = {
    "topic": "http-caching",
    "title": "ETags and gzip",
    "summary": "Why a proxy may weaken an ETag.",
    "body": BODY,
    "action": "submit",
}


@pytest.fixture
def ada(app: Flask, library: Path) -> Person:
    return sign_in(app, "ada")


def test_strangers_are_asked_to_sign_in(app: Flask, library: Path) -> None:
    stranger = Person(app.test_client())
    for address in ("/contribute", "/contribute/lessons/http", "/contributions", "/contributions/1"):
        assert stranger.get(address).location.startswith("/login?next=")


def test_a_submitted_note_is_shown_with_its_state(ada: Person) -> None:
    answer = ada.send("/contribute", **NOTE)
    assert answer.status_code == 303
    page = ada.get(answer.location).text
    assert "ETags and gzip" in page
    assert "waits for a moderator" in page
    assert "ETags and gzip" in ada.get("/contributions").text


def test_a_preview_keeps_nothing_and_gives_the_text_back(ada: Person) -> None:
    answer = ada.send("/contribute", **{**NOTE, "body": BODY + " **Bold.**", "action": "preview"})
    assert answer.status_code == 200
    assert "<strong>Bold.</strong>" in answer.text
    assert "**Bold.**" in answer.text
    assert "You have not sent anything yet" in ada.get("/contributions").text


def test_markup_of_a_contributor_never_becomes_markup_of_the_page(ada: Person) -> None:
    hostile = BODY + "\n\n<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    answer = ada.send("/contribute", **{**NOTE, "body": hostile, "action": "preview"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert 'href="javascript:' not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_draft_may_be_short_and_is_finished_later(ada: Person) -> None:
    answer = ada.send("/contribute", topic="http", title="An idea", action="draft")
    assert answer.status_code == 303
    edit = f"{answer.location}/edit"
    page = ada.get(edit).text
    assert 'value="An idea"' in page
    refused = ada.send(edit, title="An idea", summary="", body="short", version=1, action="submit")
    assert refused.status_code == 422
    assert "The summary needs at least 10 characters." in refused.text
    sent = ada.send(edit, title="An idea", summary=NOTE["summary"], body=BODY, version=1, action="submit")
    assert sent.status_code == 303
    assert "waits for a moderator" in ada.get(sent.location).text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("topic", "", "topic"),
        ("topic", "no-such-topic", "Not a valid choice"),
        ("title", "", "The title needs at least 4 characters."),
        ("title", "x" * 121, "The title has 121 characters"),
        ("title", "bell\x07 title", "invisible control character"),
        ("summary", "short", "The summary needs at least 10 characters."),
        ("summary", "x" * 301, "The summary has 301 characters"),
        ("summary", "nul\0 in a summary", "invisible control character"),
        ("body", "", "The text needs at least 40 characters."),
        ("body", "x " * 33_000, "at most 65,536 are accepted"),
        ("body", BODY + "\0", "invisible control character"),
        ("action", "publish", "Preview, keep or submit it."),
        ("action", "", "Preview, keep or submit it."),
    ],
)
def test_a_refused_note_says_why_and_keeps_what_was_typed(ada: Person, field: str, value: str, message: str) -> None:
    answer = ada.send("/contribute", **{**NOTE, field: value})
    assert answer.status_code == 422
    assert message in answer.text
    for name in ("title", "summary"):
        if name != field:
            assert f'value="{NOTE[name]}"' in answer.text
    if field != "body":
        assert BODY in answer.text


def test_a_text_that_would_take_too_long_to_render_is_refused(ada: Person) -> None:
    answer = ada.send("/contribute", **{**NOTE, "body": "[" * 5_000, "action": "preview"})
    assert answer.status_code == 422
    assert "[[[[" in answer.text


def test_a_body_of_twenty_megabytes_answers_413(ada: Person) -> None:
    answer = ada.client.post("/contribute", data={**NOTE, "body": "x" * 20_000_000})
    assert answer.status_code == 413
    assert "That is too large" in answer.text


def test_a_contribution_is_nobody_elses_business(app: Flask, ada: Person) -> None:
    address = ada.send("/contribute", **NOTE).location
    bea = sign_in(app, "bea")
    assert bea.get(address).status_code == 403
    assert bea.get(f"{address}/edit").status_code == 403
    assert bea.send(f"{address}/withdraw", page="/account").status_code == 403


@pytest.mark.parametrize("number", ["7", str(2**31), str(10**40)])
def test_a_contribution_that_is_not_there_is_a_404(ada: Person, number: str) -> None:
    assert ada.get(f"/contributions/{number}").status_code == 404
    assert ada.send(f"/contributions/{number}/withdraw", page="/account").status_code == 404


def test_a_withdrawn_contribution_stays_readable_and_closed(ada: Person) -> None:
    address = ada.send("/contribute", **NOTE).location
    assert ada.send(f"{address}/withdraw", page=address).status_code == 303
    assert "You took it back" in ada.get(address).text
    assert ada.get(f"{address}/edit").status_code == 409


def test_words_from_an_old_window_are_given_back(ada: Person) -> None:
    edit = f"{ada.send('/contribute', **NOTE).location}/edit"
    fields = {**NOTE, "version": 1}
    assert ada.send(edit, **{**fields, "title": "From the first window"}).status_code == 303
    late = ada.send(edit, **{**fields, "title": "From the second window"})
    assert late.status_code == 409
    assert 'value="From the second window"' in late.text
    again = ada.send(edit, **{**fields, "title": "From the second window", "version": 2})
    assert again.status_code == 303


def newest() -> tuple[int, str]:
    document = find_document(db.session(), Kind.LESSON, "http")
    assert document is not None
    return document.revision.id, document.revision.body


def test_a_change_begins_with_the_newest_text(ada: Person) -> None:
    page = ada.get("/contribute/lessons/http").text
    revision, _body = newest()
    assert "HTTP in one sentence." in page
    assert f'name="base" type="hidden" value="{revision}"' in page


def test_a_change_is_queued(ada: Person) -> None:
    revision, body = newest()
    answer = ada.send(
        "/contribute/lessons/http",
        summary="Says it more briefly.",
        body=body.replace("one sentence", "few words"),
        base=revision,
        action="submit",
    )
    assert answer.status_code == 303
    assert "few words" in ada.get(answer.location).text


def test_a_change_that_changes_nothing_is_refused(ada: Person) -> None:
    revision, body = newest()
    answer = ada.send("/contribute/lessons/http", summary="Nothing at all.", body=body, base=revision, action="submit")
    assert answer.status_code == 422
    assert "Nothing is changed yet." in answer.text


@pytest.mark.parametrize("base", ["", "one", "0", str(10**12)])
def test_a_change_without_a_base_is_refused(ada: Person, base: str) -> None:
    answer = ada.send("/contribute/lessons/http", summary="Says it better.", body=BODY, base=base, action="submit")
    assert answer.status_code == 422
    assert BODY in answer.text


def test_a_change_of_an_older_text_is_given_back(app: Flask, ada: Person) -> None:
    revision, body = newest()
    first = ada.send(
        "/contribute/lessons/http", summary="First change.", body=body + "\nFirst.\n", base=revision, action="submit"
    )
    mona = sign_in(app, "mona", Role.MODERATOR)
    number = first.location.rsplit("/", 1)[1]
    mona.send(f"/moderation/{number}/decision", page=f"/moderation/{number}", decision=Decision.APPROVE, version=1)
    late = ada.send(
        "/contribute/lessons/http", summary="Second change.", body=body + "\nSecond.\n", base=revision, action="submit"
    )
    assert late.status_code == 409
    assert "Second." in late.text
    assert f'value="{newest()[0]}"' in late.text


def test_only_lessons_that_exist_are_changed(ada: Person) -> None:
    assert ada.get("/contribute/lessons/nothing").status_code == 404
    assert ada.get("/contribute/lessons/json").status_code == 404
