"""Fixtures of the tests about people."""

import pytest
from argon2 import PasswordHasher

from portal.accounts import passwords


@pytest.fixture(scope="session")
def hasher() -> PasswordHasher:
    """The portal's own: these tests are about what it does."""
    return passwords.HASHER
