"""Hashing of passwords: Argon2id with OWASP's parameters."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. Memory in KiB.
HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, parameters and salt included."""
    return HASHER.hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Tell whether a password belongs to a stored hash."""
    try:
        return HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def pretend_to_verify(password: str) -> None:
    """Take as long as a verification takes, so that time does not tell whether an account exists."""
    verify_password(_hash_of_nobody(), password)


def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with parameters that are no longer in use."""
    return HASHER.check_needs_rehash(stored)


@cache
def _hash_of_nobody() -> str:
    return hash_password("the password of nobody at all")
