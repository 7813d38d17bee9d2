import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import operations, passwords
from portal.accounts.domain import Role
from portal.accounts.models import SignInSession, User
from portal.accounts.queries import find_user, has_admin, recognise, sign_in_sessions_of
from portal.accounts.throttling import DatabaseFailures
from portal.db import db, transaction
from portal.errors import Invalid, Missing

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
PASSWORD = "four words in a row"


def add_user(name: str = "Ada", role: Role = Role.LEARNER) -> User:
    with transaction() as session:
        return operations.register_user(
            session, username=name, email=f"{name}@example.org", password=PASSWORD, role=role, now=NOW
        )


def try_to_sign_in(identifier: str, password: str, *, address: str = "192.0.2.1", now: datetime = NOW) -> User | None:
    with transaction() as session:
        return operations.verify_credentials(
            session,
            failures=DatabaseFailures(session),
            identifier=identifier,
            password=password,
            address=address,
            now=now,
        )


def test_a_password_is_kept_as_argon2id_only(app: Flask) -> None:
    user = add_user()
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in user.password_hash


@pytest.mark.parametrize(("name", "field"), [("ADA", "username"), ("Bea", "email")])
def test_a_name_and_an_address_belong_to_one_person(app: Flask, name: str, field: str) -> None:
    add_user()
    with pytest.raises(Invalid) as refused, transaction() as session:
        operations.register_user(session, username=name, email="ada@EXAMPLE.org", password=PASSWORD, now=NOW)
    assert refused.value.field == field


def test_of_many_registrations_of_one_name_at_once_one_wins(app: Flask) -> None:
    outcomes: list[str] = []

    def register(number: int) -> None:
        with app.app_context():
            try:
                with transaction() as session:
                    operations.register_user(
                        session, username="ada", email=f"ada{number}@example.org", password=PASSWORD, now=NOW
                    )
                outcomes.append("registered")
            except Invalid as refused:
                outcomes.append(refused.field)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=register, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["registered", *["username"] * 5]


@pytest.mark.parametrize("identifier", ["Ada", "ada", " ADA ", "ada@example.org", "Ada@Example.org"])
def test_people_sign_in_by_name_or_address(app: Flask, identifier: str) -> None:
    add_user()
    user = try_to_sign_in(identifier, PASSWORD)
    assert user is not None
    assert user.username == "Ada"


@pytest.mark.parametrize("identifier", ["Ada", "nobody", "nobody@example.org", "nul\0", ""])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: Flask, identifier: str) -> None:
    add_user()
    assert try_to_sign_in(identifier, "another four words") is None


def test_an_old_hash_is_renewed_at_sign_in(app: Flask) -> None:
    user = add_user()
    weak = passwords.PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    with transaction() as session:
        session.get_one(User, user.id).password_hash = weak
    assert try_to_sign_in("ada", PASSWORD)
    renewed = find_user(db.session(), "ada")
    assert renewed is not None
    assert renewed.password_hash != weak
    assert not passwords.needs_rehash(renewed.password_hash)


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not passwords.verify_password("not a hash", PASSWORD)


def start(user: User) -> tuple[int, str]:
    with transaction() as session:
        row, token = operations.start_session(
            session, user=session.get_one(User, user.id), user_agent="Firefox", address="192.0.2.1", now=NOW
        )
    return row.id, token


def test_a_session_is_found_by_its_token_which_is_not_stored(app: Flask, session: Session) -> None:
    user = add_user()
    _id, token = start(user)
    found = recognise(session, token)
    assert found is not None
    assert found.username == "Ada"
    assert token not in {*found, *session.scalars(select(SignInSession.token_digest))}
    assert recognise(session, token[:-1] + "!") is None


def test_an_ended_session_is_gone(app: Flask, session: Session) -> None:
    user = add_user()
    row_id, token = start(user)
    with transaction() as writing:
        operations.end_session(writing, user_id=user.id + 1, session_id=row_id)
    assert recognise(session, token) is not None
    with transaction() as writing:
        operations.end_session(writing, user_id=user.id, session_id=row_id)
    assert recognise(session, token) is None


def test_the_last_use_of_a_session_is_noted(app: Flask, session: Session) -> None:
    user = add_user()
    row_id, _token = start(user)
    later = NOW + timedelta(hours=1)
    with transaction() as writing:
        operations.note_use(writing, session_id=row_id, now=later)
        operations.note_use(writing, session_id=row_id + 1, now=later)
    assert [row.last_seen_at for row in sign_in_sessions_of(session, user.id)] == [later]


def test_a_new_password_ends_every_other_session(app: Flask, session: Session) -> None:
    user = add_user()
    kept, _token = start(user)
    start(user)
    with transaction() as writing:
        operations.change_password(
            writing, user_id=user.id, current=PASSWORD, password="five words in a line", kept_session_id=kept
        )
    assert [row.id for row in sign_in_sessions_of(session, user.id)] == [kept]
    assert try_to_sign_in("ada", PASSWORD) is None
    assert try_to_sign_in("ada", "five words in a line")


def test_a_password_is_changed_only_by_who_knows_it(app: Flask) -> None:
    user = add_user()
    with pytest.raises(Invalid) as refused, transaction() as writing:
        operations.change_password(
            writing, user_id=user.id, current="a guess of mine", password="five words in a line", kept_session_id=0
        )
    assert refused.value.field == "current"


def test_roles_are_given_by_name(app: Flask, session: Session) -> None:
    add_user()
    assert not has_admin(session)
    with transaction() as writing:
        operations.promote_user(writing, username="ada", role=Role.ADMIN)
    assert has_admin(session)
    with pytest.raises(Missing, match="Nobody is called bea"), transaction() as writing:
        operations.promote_user(writing, username="bea", role=Role.ADMIN)
