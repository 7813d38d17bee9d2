"""The words in which tests speak of people: `sign_in("moderator")`, `person.send("/contribute", title="…")`."""

import re
from contextvars import Context
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.domain import Role
from portal.accounts.operations import register_user
from portal.clock import utc_now
from portal.db import transaction

PASSWORD = "four words in a row"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')


class RememberingHasher(PasswordHasher):
    """A hasher that hashes each password once, and verifies it once against each hash."""

    @cache  # noqa: B019  # there is one for all tests of a process
    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        return super().hash(password, salt=salt)

    @cache  # noqa: B019  # there is one for all tests of a process
    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        return super().verify(hash, password)


def add_user(username: str, role: Role = Role.LEARNER) -> int:
    """Add a person and return their id."""
    with transaction() as session:
        user = register_user(
            session,
            username=username,
            email=f"{username.casefold()}@example.org",
            password=PASSWORD,
            role=role,
            now=utc_now(),
        )
    return user.id


class Browser(FlaskClient):
    """A client whose requests share nothing with the test but the database, as if from another process."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request outside of the application context that the test may hold open."""
        return Context().run(super().open, *args, **kwargs)


@dataclass
class Person:
    """Somebody with a browser without JavaScript."""

    client: FlaskClient
    username: str = ""
    id: int = 0

    def get(self, address: str, **arguments: object) -> TestResponse:
        """Open a page."""
        return self.client.get(address, **arguments)  # type: ignore[arg-type]

    def send(self, address: str, *, page: str | None = None, **fields: object) -> TestResponse:
        """Open the page that holds a form (its own address, where none is named), fill it in and send it."""
        token = self.token(page or address)
        return self.client.post(address, data={"csrf_token": token, **fields})

    def token(self, page: str) -> str:
        """Return the CSRF token that a page holds."""
        found = TOKEN.search(self.client.get(page, follow_redirects=True).text)
        if found is None:
            raise AssertionError(f"{page} holds no form with a token")
        return found[1] or found[2]

    def sign_in(self) -> TestResponse:
        """Sign in by the form."""
        return self.send("/login", identifier=self.username, password=PASSWORD)


def sign_in(app: Flask, username: str, role: Role = Role.LEARNER) -> Person:
    """Add a person, and sign them in with a browser of their own."""
    person = Person(app.test_client(), username, add_user(username, role))
    answer = person.sign_in()
    if answer.status_code != 303:
        raise AssertionError(f"{username} could not sign in: {answer.status}")
    return person
