import pytest

from portal.accounts.domain import (
    Role,
    check_password,
    email_key,
    normalise_email,
    normalise_username,
    username_key,
)
from portal.errors import Invalid


@pytest.mark.parametrize("name", ["ada", "Ada.Lovelace", "ада", "a-b_c", "x1y", "n" * 40])
def test_good_names_are_kept_as_they_are(name: str) -> None:
    assert normalise_username(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    ["", "ab", "n" * 41, "two words", "a@b.c", "-dash", ".dot", "nul\0byte", "tab\tbed", "<b>x</b>", "a\u200bbc"],
)
def test_bad_names_are_refused_beside_their_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalise_username(name)
    assert refused.value.field == "username"


def test_names_that_look_alike_are_one() -> None:
    assert username_key("ADA") == username_key("ada") == username_key("\uff41\uff44\uff41")
    assert username_key("straße") == username_key("STRASSE")


@pytest.mark.parametrize("address", ["ada@example.org", "a.b+c@x.example", "ünï@exämple.org", "root@localhost"])
def test_good_addresses(address: str) -> None:
    assert normalise_email(f" {address}\n") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "a b@c.d",
        "a@b@c",
        "a@-b.c",
        "a@b..c",
        "a\0@b.c",
        "a@b.c\r\nBcc: x@y.z",
        "x" * 65 + "@y.z",
    ],
)
def test_bad_addresses_are_refused_beside_their_field(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalise_email(address)
    assert refused.value.field == "email"


def test_addresses_are_compared_without_case() -> None:
    assert email_key("Ada@Example.ORG") == email_key(" ada@example.org")


@pytest.mark.parametrize(
    "password", ["four words in a row", "пароль из слов", "x y z " * 10, "'; DROP TABLE users; --"]
)
def test_any_long_enough_password_is_taken(password: str) -> None:
    check_password(password, username="ada", email="ada@example.org")


@pytest.mark.parametrize(
    "password",
    ["short", "elevenchars", "x" * 129, "a" * 20, "abababababab", "nul\0 in the password", "ada.lovelace@example.org"],
)
def test_short_long_and_obvious_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, username="ada", email="Ada.Lovelace@example.org")
    assert refused.value.field == "password"


def test_only_moderators_and_admins_moderate() -> None:
    assert [role for role in Role if role.may_moderate] == [Role.MODERATOR, Role.ADMIN]
