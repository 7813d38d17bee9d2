"""Asking for a note, and the lists of what is wanted."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.domain import Role
from portal.app import create_app
from portal.contributions.models import WantedNote
from portal.db import Base, db
from portal.settings import Settings
from portal.web import wishes
from tests.support.people import PASSWORD, Browser, Person, add_user, sign_in

TAG = re.compile(r"<[^>]+>")
HOSTILE = '<script>alert(1)</script> "quoted" & more'
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt; &#34;quoted&#34; &amp; more"


@pytest.fixture
def stranger(app: Flask) -> Person:
    return Person(app.test_client())


@pytest.fixture
def ada(app: Flask, library: Path) -> Person:
    return sign_in(app, "ada")


@pytest.fixture
def mona(app: Flask, library: Path) -> Person:
    return sign_in(app, "mona", Role.MODERATOR)


def ask(person: Person, wording: str) -> str:
    """Ask for a note and return what the next page says."""
    answer = person.send("/wanted", wording=wording)
    assert answer.status_code == 303, answer.text
    return words(person.get(answer.location).text)


def words(page: str) -> str:
    return " ".join(TAG.sub(" ", page.partition("<body")[2]).split())


def wanted(session: Session) -> dict[str, int]:
    """All wishes and their counts, as the database has them now."""
    session.rollback()
    return dict(session.execute(sa.select(WantedNote.wording, WantedNote.count)).all())


# Asking


def test_anybody_may_ask_and_is_thanked(stranger: Person, ada: Person, session: Session) -> None:
    for person in (stranger, ada):
        assert "Thank you. Everybody who writes notes sees now" in ask(person, " Cursor  pagination ")
    assert wanted(session) == {"Cursor pagination": 2}


def test_a_search_that_found_nothing_leads_here_with_its_words(stranger: Person, library: Path) -> None:
    page = stranger.get("/search?q=xylophone+tuning").text
    assert 'href="/wanted?q=xylophone+tuning"' in page
    assert 'value="xylophone tuning"' in stranger.get("/wanted?q=xylophone+tuning").text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (HOSTILE, f'value="{ESCAPED}"'),
        ("null\0byte and\nlines", 'value="nullbyte and lines"'),
        ("x" * 1_000_000, f'value="{"x" * 120}"'),
    ],
)
def test_whatever_an_address_says_is_only_text(stranger: Person, typed: str, shown: str) -> None:
    answer = stranger.get(f"/wanted?q={quote(typed)}")
    assert answer.status_code == 200
    assert shown in answer.text
    assert "<script>alert" not in answer.text
    assert len(answer.text) < 20_000


def test_the_same_browser_asks_for_the_same_once(app: Flask, stranger: Person, session: Session) -> None:
    ask(stranger, "Sagas")
    assert "You asked for this before" in ask(stranger, "sagas?")
    ask(stranger, "Outbox")
    ask(stranger, "SAGAS")
    assert wanted(session) == {"Sagas": 1, "Outbox": 1}
    ask(Person(app.test_client()), "Sagas")
    assert wanted(session) == {"Sagas": 2, "Outbox": 1}


def test_a_wish_counts_once_whoever_is_signed_in(app: Flask, library: Path, session: Session) -> None:
    person = Person(app.test_client(), "ada", add_user("ada"))
    ask(person, "Sagas")
    for _time in range(2):
        assert person.sign_in().status_code == 303
        assert "You asked for this before" in ask(person, "sagas")
        ask(person, "Outbox")
        person.send("/logout", page="/account")
        assert "You asked for this before" in ask(person, "SAGAS")
        ask(person, "outbox")
    assert wanted(session) == {"Sagas": 1, "Outbox": 1}


def test_who_registers_does_not_wish_twice(stranger: Person, library: Path, session: Session) -> None:
    ask(stranger, "Sagas")
    stranger.send("/register", username="eve", email="eve@example.org", password=PASSWORD, confirm=PASSWORD)
    assert stranger.get("/account").status_code == 200
    ask(stranger, "Sagas")
    assert wanted(session) == {"Sagas": 1}


def test_what_the_cookie_keeps_says_nothing_without_the_key_of_this_site(stranger: Person) -> None:
    ask(stranger, "Sagas")
    with stranger.client.session_transaction() as cookie:
        (kept,) = cookie[wishes.ASKED]
    for digest in hashlib.algorithms_guaranteed - {"shake_128", "shake_256"}:
        assert kept not in hashlib.new(digest, b"sagas").hexdigest()


def test_the_cookie_lives_on_when_the_browser_is_closed(stranger: Person) -> None:
    assert "Expires=" not in stranger.get("/wanted").headers["Set-Cookie"]
    assert "Expires=" in stranger.send("/wanted", wording="Sagas").headers["Set-Cookie"]


def test_the_cookie_stays_small_and_forgets_the_oldest(
    stranger: Person, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes, "REMEMBERED", 2)
    for wording in ("Sagas", "Outbox", "Quorums", "Outbox", "Sagas"):
        ask(stranger, wording)
    assert wanted(session) == {"Sagas": 2, "Outbox": 1, "Quorums": 1}


def test_a_full_cookie_is_accepted_by_browsers(stranger: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with stranger.client.session_transaction() as cookie:
        cookie[wishes.ASKED] = [f"{number:016x}" for number in range(wishes.REMEMBERED)]
    ask(stranger, "Sagas")
    kept = stranger.client.get_cookie("session")
    assert kept is not None
    assert len(kept.value) < 2_000


def test_one_address_asks_for_ten_notes_and_waits(app: Flask, session: Session) -> None:
    for number in range(10):
        ask(Person(app.test_client()), f"Subject {number}")
    late = Person(app.test_client())
    answer = late.send("/wanted", wording="One more")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 301
    assert "You asked for many notes in a short time. Try again in" in answer.text
    assert "One more" not in wanted(session)
    late.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    ask(late, "One more")
    assert wanted(session)["One more"] == 1


def test_what_was_refused_does_not_count_against_anybody(stranger: Person, session: Session) -> None:
    for _attempt in range(12):
        assert stranger.send("/wanted", wording="???").status_code == 422
    ask(stranger, "Sagas")
    for _attempt in range(12):
        ask(stranger, "Sagas")
    assert wanted(session) == {"Sagas": 1}


@pytest.mark.parametrize(
    ("wording", "message", "given_back"),
    [
        ("", "Say in a few words", 'value=""'),
        (" \t ", "Say in a few words", 'value=" '),
        ("<b>???</b>" * 13, "This has 130 characters; at most 120 are accepted.", "&lt;b&gt;???"),
        ("<?>", "Use at least one word", 'value="&lt;?&gt;"'),
        ("nul\0byte", "invisible control character", "byte"),
        ("x" * 900_000, "This has 900,000 characters", "x" * 900_000),
    ],
)
def test_a_refused_wish_says_why_and_keeps_what_was_typed(
    stranger: Person, session: Session, wording: str, message: str, given_back: str
) -> None:
    answer = stranger.send("/wanted", wording=wording)
    assert answer.status_code == 422
    assert message in answer.text
    assert given_back in answer.text
    assert wanted(session) == {}


def test_ten_megabytes_are_too_large(stranger: Person, session: Session) -> None:
    assert stranger.send("/wanted", wording="x" * 10_000_000).status_code == 413
    assert wanted(session) == {}


def test_a_wish_without_a_token_is_refused(stranger: Person, session: Session) -> None:
    for token in ({}, {"csrf_token": "made up"}):
        assert stranger.client.post("/wanted", data={"wording": "Sagas", **token}).status_code == 400
    assert wanted(session) == {}


def test_nothing_that_is_stored_says_who_asked(app: Flask, session: Session) -> None:
    grace = sign_in(app, "grace")  # a name that no digest holds by chance
    grace.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    before = rows(session)
    ask(grace, "Sagas")
    new = [row for row in rows(session) if row not in before]
    assert len(new) == 2  # the wish, and one more in the count of an address that stands nowhere
    for table, values in new:
        assert "198.51.100.7" not in values, table
        assert "grace" not in values, table
        assert ("Sagas" in values) is (table == "wanted_notes")


def rows(session: Session) -> list[tuple[str, str]]:
    """All rows of all tables, each as the table's name and a text of what it holds."""
    session.rollback()
    return [
        (table.name, " ".join(map(str, row)))
        for table in Base.metadata.sorted_tables
        for row in session.execute(sa.select(table))
    ]


def test_no_line_of_the_log_repeats_a_wish(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    talkative = create_app(replace(settings, log_level="DEBUG"))
    talkative.test_client_class = Browser
    with talkative.app_context():
        person = sign_in(talkative, "grace")
        ask(person, "Sagas")
        person.get("/wanted?q=Outbox")
        person.send("/wanted", wording="???Quorums" * 20)
        db.session.remove()
        db.engine.dispose()
    logged = capsys.readouterr().err
    assert "/wanted" in logged
    for said in ("Sagas", "sagas", "Outbox", "Quorums", "grace"):
        assert said not in logged


# What contributors see


def test_contributors_see_what_is_wanted_and_how_often(app: Flask, stranger: Person, ada: Person) -> None:
    ask(stranger, "Sagas")
    ask(stranger, "C++ & co")
    ask(Person(app.test_client()), "Sagas")
    for address in ("/contribute", "/contributions"):
        page = ada.get(address).text
        assert "Sagas asked for 2 times C++ & co asked for once" in words(page).replace("&amp;", "&")
        assert 'href="/contribute?title=C%2B%2B+%26+co"' in page
    assert 'value="C++ &amp; co"' in ada.get("/contribute?title=C%2B%2B+%26+co").text


def test_the_list_stays_beside_a_note_that_is_refused_or_previewed(stranger: Person, ada: Person) -> None:
    ask(stranger, "Sagas")
    refused = ada.send("/contribute", topic="http", title="T", action="submit")
    previewed = ada.send(
        "/contribute", topic="http", title="A title", summary="A good summary.", body="Words. " * 9, action="preview"
    )
    assert (refused.status_code, previewed.status_code) == (422, 200)
    for answer in (refused, previewed):
        assert "Sagas asked for once" in words(answer.text)


def test_where_nothing_is_wanted_the_lists_say_what_to_do(ada: Person, mona: Person) -> None:
    for person, address in ((ada, "/contribute"), (ada, "/contributions"), (mona, "/moderation")):
        page = person.get(address).text
        assert "Readers have not asked for anything" in words(page)
        assert 'href="/wanted"' in page


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("  two\nlines\0 ", "two lines"),
        ("x" * 500, "x" * 120),
        ('"><script>alert(1)</script>', "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_a_title_from_an_address_is_made_fit(ada: Person, title: str, shown: str) -> None:
    answer = ada.get(f"/contribute?title={quote(title)}")
    assert answer.status_code == 200
    assert f'value="{shown}"' in answer.text


def test_moderators_see_what_the_search_has_for_it_by_now(stranger: Person, mona: Person) -> None:
    ask(stranger, "C++ & co")
    assert 'href="/search?q=C%2B%2B+%26+co"' in mona.get("/moderation").text


def test_wishes_are_shown_as_text(stranger: Person, ada: Person, mona: Person) -> None:
    ask(stranger, HOSTILE)
    for person, address in ((ada, "/contribute"), (ada, "/contributions"), (mona, "/moderation")):
        page = person.get(address).text
        assert ESCAPED in page
        assert "<script>alert" not in page


# What moderators do


def button(person: Person) -> str:
    """The address of the first pair of buttons on the page of the queue."""
    found = re.search(r'action="(/moderation/wanted/\d+)"', person.get("/moderation").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("state", ["answered", "dismissed"])
def test_moderators_close_a_wish(stranger: Person, mona: Person, state: str) -> None:
    ask(stranger, "Sagas")
    assert "Sagas asked for once" in words(mona.get("/moderation?kind=note").text)
    answer = mona.send(button(mona), page="/moderation", state=state)
    assert answer.status_code == 303
    page = words(mona.get(answer.location).text)
    assert f"The wish is {state}, and off the list." in page
    assert f"Sagas {state}, asked for once Reopen" in page
    log = words(mona.get("/moderation/log").text)
    assert f"wanted note {state}" in log
    assert "Sagas" not in log


def test_moderators_reopen_a_wish_with_all_who_asked_meanwhile(app: Flask, stranger: Person, mona: Person) -> None:
    ask(stranger, "Sagas")
    address = button(mona)
    assert "Closed wishes" not in mona.get("/moderation").text
    mona.send(address, page="/moderation", state="dismissed")
    ask(Person(app.test_client()), "sagas")
    assert "Sagas" not in words(stranger.get("/contribute", follow_redirects=True).text)
    answer = mona.send(button(mona), page="/moderation", state="open")
    page = words(mona.get(answer.location).text)
    assert "The wish is open, and on the list again." in page
    assert "Sagas asked for 2 times Answered Dismiss" in page
    assert "Closed wishes" not in page
    log = words(mona.get("/moderation/log").text)
    assert "wanted note reopened" in log
    assert "Sagas" not in log


def test_nobody_else_closes_a_wish(stranger: Person, ada: Person, mona: Person) -> None:
    ask(stranger, "Sagas")
    address = button(mona)
    for state in ("dismissed", "open"):
        assert ada.send(address, page="/account", state=state).status_code == 403
    sent = stranger.send(address, page="/wanted", state="dismissed")
    assert urlsplit(sent.location).path == "/login"
    assert mona.client.post(address, data={"state": "dismissed"}).status_code == 400
    assert "Sagas" in words(ada.get("/contribute").text)


def test_a_wish_that_another_moderator_closed_otherwise_answers_409(app: Flask, stranger: Person, mona: Person) -> None:
    ask(stranger, "Sagas")
    address = button(mona)
    mona.send(address, page="/moderation", state="answered")
    answer = sign_in(app, "max", Role.ADMIN).send(address, page="/account", state="dismissed")
    assert answer.status_code == 409
    assert "this wish is answered already" in answer.text


@pytest.mark.parametrize("state", ["", "forgotten", "\0", "x" * 100_000])
def test_a_malformed_answer_to_a_wish_is_refused(stranger: Person, mona: Person, state: str) -> None:
    ask(stranger, "Sagas")
    assert mona.send(button(mona), page="/moderation", state=state).status_code == 422
    assert "Sagas" in words(mona.get("/moderation").text)


@pytest.mark.parametrize("number", ["77", str(2**31), str(10**30)])
def test_a_wish_that_is_not_there_is_a_404(mona: Person, number: str) -> None:
    answer = mona.send(f"/moderation/wanted/{number}", page="/moderation", state="dismissed")
    assert answer.status_code == 404
