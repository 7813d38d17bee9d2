import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.domain import Role
from portal.accounts.queries import find_user
from portal.moderation.queries import audit_log
from tests.support.people import PASSWORD, Person, add_user


def run(app: Flask, *words: str, given: str = "") -> Result:
    return app.test_cli_runner().invoke(args=words, input=given)


def test_an_admin_is_made_at_the_prompt(app: Flask, session: Session) -> None:
    result = run(app, "user", "create", "ada", "ada@example.org", "--role", "admin", given=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert "ada is now a admin" not in result.output
    assert "ada is now an admin." in result.output
    assert PASSWORD not in result.output
    ada = find_user(session, "ada")
    assert ada is not None
    assert ada.role is Role.ADMIN


def test_a_password_may_come_from_standard_input(app: Flask) -> None:
    assert run(app, "user", "create", "ada", "ada@example.org", "--password-stdin", given=PASSWORD).exit_code == 0
    assert Person(app.test_client(), "ada").sign_in().status_code == 303


@pytest.mark.parametrize(
    ("words", "given", "message"),
    [
        (("x", "ada@example.org"), PASSWORD, "A name has 3 to 40 characters."),
        (("ada", "nowhere"), PASSWORD, "not an e-mail address"),
        (("ada", "ada@example.org"), "short", "at least 12 characters"),
        (("mona", "ada@example.org"), PASSWORD, "This name is taken"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_made(
    app: Flask, session: Session, words: tuple[str, str], given: str, message: str
) -> None:
    add_user("mona")
    result = run(app, "user", "create", *words, "--password-stdin", given=given)
    assert result.exit_code == 1
    assert message in result.output
    assert find_user(session, "ada") is None


def test_a_promotion_is_logged(app: Flask, session: Session) -> None:
    add_user("ada")
    result = run(app, "user", "promote", "ada", "moderator")
    assert result.exit_code == 0
    assert "ada is now a moderator." in result.output
    (line,), _total = audit_log(session, page=1, page_size=10)
    assert (line.actor, line.action) == (None, "role changed")
    assert line.detail == {"username": "ada", "role": "moderator"}


def test_nobody_unknown_is_promoted(app: Flask) -> None:
    result = run(app, "user", "promote", "nobody", "admin")
    assert result.exit_code == 1
    assert "Nobody is called nobody." in result.output
    assert run(app, "user", "promote", "nobody", "emperor").exit_code == 2
