from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from flask import Flask

from portal.accounts.models import SignInSession
from portal.accounts.queries import sign_in_sessions_of
from portal.app import create_app
from portal.db import db, transaction
from portal.settings import Settings
from portal.web.identity import safe_next
from tests.support.people import PASSWORD, Browser, Person, add_user, sign_in


@pytest.fixture
def stranger(app: Flask) -> Person:
    return Person(app.test_client())


def register(person: Person, **changed: str) -> int:
    fields = {"username": "ada", "email": "ada@example.org", "password": PASSWORD, "confirm": PASSWORD, **changed}
    return person.send("/register", **fields).status_code


def test_registering_signs_in(stranger: Person) -> None:
    answer = stranger.send("/register", username="ada", email="ada@example.org", password=PASSWORD, confirm=PASSWORD)
    assert answer.status_code == 303
    assert answer.location == "/progress"
    assert "ada@example.org" in stranger.get("/account").text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("username", "", "Choose a name."),
        ("username", "x" * 41, "Too long."),
        ("username", "ad\0a", "invisible control character"),
        ("username", "ad", "3 to 40 characters"),
        ("email", "", "Give an e-mail address."),
        ("email", "nowhere", "not an e-mail address"),
        ("email", "a" * 250 + "@b.org", "Too long."),
        ("email", "a\x07@b.org", "invisible control character"),
        ("password", "", "Choose a password."),
        ("password", "short", "at least 12 characters"),
        ("password", "x" * 200, "at most 128 characters"),
        ("confirm", "", "a second time"),
        ("confirm", "something else entirely", "The two passwords differ."),
    ],
)
def test_a_refused_registration_says_why_and_keeps_what_was_typed(
    stranger: Person, field: str, value: str, message: str
) -> None:
    fields = {"username": "ada", "email": "ada@example.org", "password": PASSWORD, "confirm": PASSWORD, field: value}
    if field == "password":
        fields["confirm"] = value or "x"
    answer = stranger.send("/register", **fields)
    assert answer.status_code == 422
    assert message in answer.text
    for kept in ("username", "email"):
        if kept != field:
            assert f'value="{fields[kept]}"' in answer.text
    assert PASSWORD not in answer.text


def test_a_taken_name_is_refused(stranger: Person) -> None:
    add_user("ada")
    answer = stranger.send("/register", username="ADA", email="new@example.org", password=PASSWORD, confirm=PASSWORD)
    assert answer.status_code == 422
    assert "This name is taken" in answer.text


def test_a_wrong_token_is_refused_with_400(stranger: Person) -> None:
    answer = stranger.client.post("/login", data={"identifier": "ada", "password": PASSWORD, "csrf_token": "made up"})
    assert answer.status_code == 400
    assert "This form has expired" in answer.text


def test_wrong_credentials_are_refused_in_one_sentence_for_all(stranger: Person) -> None:
    add_user("ada")
    texts = set()
    for identifier in ("ada", "nobody"):
        answer = stranger.send("/login", identifier=identifier, password="a wrong guess of one")
        assert answer.status_code == 422
        assert f'value="{identifier}"' in answer.text
        texts.add("Name and password do not belong together" in answer.text)
    assert texts == {True}


def test_too_many_wrong_passwords_answer_429_with_a_time(stranger: Person) -> None:
    add_user("ada")
    for _attempt in range(10):
        stranger.send("/login", identifier="ada", password="a wrong guess of one")
    answer = stranger.send("/login", identifier="ada", password=PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 301


def test_signing_out_ends_the_session_on_the_server(app: Flask) -> None:
    ada = sign_in(app, "ada")
    cookie = ada.client.get_cookie("session")
    assert cookie is not None
    assert ada.send("/logout", page="/account").status_code == 303
    thief = Person(app.test_client())
    thief.client.set_cookie("session", cookie.value)
    assert thief.get("/account").status_code == 303


def test_a_stranger_is_sent_to_sign_in_and_comes_back(app: Flask, stranger: Person) -> None:
    add_user("ada")
    answer = stranger.get("/contributions?page=2")
    assert answer.status_code == 303
    assert answer.location == "/login?next=/contributions?page%3D2"
    back = stranger.send(answer.location, identifier="ada", password=PASSWORD)
    assert back.location == "/contributions?page=2"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "/\n/evil.example",
        "evil",
        "",
        "/" + "a" * 3000,
        "///evil.example",
    ],
)
def test_nobody_is_led_off_the_site(app: Flask, target: str) -> None:
    add_user("ada")
    person = Person(app.test_client(), "ada")
    answer = person.client.post(
        "/login",
        query_string={"next": target},
        data={"identifier": "ada", "password": PASSWORD, "csrf_token": person.token("/login")},
    )
    assert answer.location == "/progress"


def test_a_path_of_this_site_is_a_good_way_on() -> None:
    assert safe_next("/lessons/http?a=b#c") == "/lessons/http?a=b#c"


def test_the_signed_in_need_neither_register_nor_sign_in(app: Flask) -> None:
    ada = sign_in(app, "ada")
    assert ada.get("/register").location == "/progress"
    assert ada.get("/login?next=/roadmap").location == "/roadmap"


def test_signing_out_when_signed_out_is_no_error(app: Flask, stranger: Person) -> None:
    assert stranger.send("/logout", page="/login").status_code == 303


def test_one_browser_signs_another_out(app: Flask) -> None:
    here = sign_in(app, "ada")
    there = Person(app.test_client(), "ada", here.id)
    there.sign_in()
    newest = max(row.id for row in sign_in_sessions_of(db.session(), here.id))
    assert here.send(f"/account/sessions/{newest}/end", page="/account").status_code == 303
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_nobody_ends_the_sessions_of_others(app: Flask) -> None:
    ada, bea = sign_in(app, "ada"), sign_in(app, "bea")
    of_ada = sign_in_sessions_of(db.session(), ada.id)[0].id
    bea.send(f"/account/sessions/{of_ada}/end", page="/account")
    assert ada.get("/account").status_code == 200


def test_the_password_is_changed(app: Flask) -> None:
    ada = sign_in(app, "ada")
    new = "five words in a line"
    assert ada.send("/account/password", current=PASSWORD, password=new, confirm=new).status_code == 303
    ada.send("/logout", page="/account")
    assert ada.send("/login", identifier="ada", password=new).status_code == 303


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"current": "not my password"}, "not your current password"),
        ({"confirm": "something else entirely"}, "The two passwords differ."),
        ({"password": "short", "confirm": "short"}, "at least 12 characters"),
        ({"current": ""}, "Type your current password."),
    ],
)
def test_a_refused_change_of_password_says_why(app: Flask, fields: dict[str, str], message: str) -> None:
    ada = sign_in(app, "ada")
    new = "five words in a line"
    answer = ada.send("/account/password", **{"current": PASSWORD, "password": new, "confirm": new, **fields})
    assert answer.status_code == 422
    assert message in answer.text


def test_times_are_shown_in_the_readers_zone(app: Flask) -> None:
    ada = sign_in(app, "ada")
    assert ada.send("/account/time-zone", page="/account", time_zone="Africa/Nairobi").status_code == 303
    assert '<option selected value="Africa/Nairobi">' in ada.get("/account").text
    assert ada.send("/account/time-zone", page="/account", time_zone="Mars/Olympus").status_code == 422


def test_the_last_use_is_noted_now_and_then(app: Flask) -> None:
    ada = sign_in(app, "ada")
    ada.get("/account")
    with transaction() as session:
        row = session.get_one(SignInSession, sign_in_sessions_of(session, ada.id)[0].id)
        long_ago = row.last_seen_at = row.last_seen_at - timedelta(days=1)
    assert "Set-Cookie" in ada.get("/account").headers  # which lives for thirty days from now
    assert "Set-Cookie" not in ada.get("/account").headers
    db.session.remove()
    assert sign_in_sessions_of(db.session(), ada.id)[0].last_seen_at > long_ago


def test_an_account_page_is_not_kept_by_any_cache(app: Flask) -> None:
    ada = sign_in(app, "ada")
    assert ada.get("/account").headers["Cache-Control"] == "no-store"
    assert Person(app.test_client()).get("/login").headers["Cache-Control"] == "no-store"


@pytest.fixture
def replicas(settings: Settings, redis_server: str) -> Iterator[list[Person]]:
    """A browser at each of two replicas, which share a database and Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
    apps = [create_app(replace(settings, redis_url=redis_server)) for _replica in range(2)]
    for app in apps:
        app.test_client_class = Browser
    yield [Person(app.test_client()) for app in apps]
    for app in apps:
        app.extensions["portal.redis"].close()
        with app.app_context():
            db.engine.dispose()


def test_replicas_count_wrong_passwords_together_in_redis(replicas: list[Person]) -> None:
    for attempt in range(10):
        answer = replicas[attempt % 2].send("/login", identifier="ada", password="a wrong guess of one")
        assert answer.status_code == 422
    assert replicas[0].send("/login", identifier="ada", password=PASSWORD).status_code == 429
