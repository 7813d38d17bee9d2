"""Rules about people: roles, names, e-mail addresses and passwords."""

import enum
import re
import unicodedata

from portal.errors import Invalid

USERNAME_LENGTH = (3, 40)
PASSWORD_LENGTH = (12, 128)
EMAIL_LENGTH = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
# The form of HTML's <input type=email>, widened to all scripts (RFC 6531). Whether mail arrives, only mail tells.
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*")


class Role(enum.StrEnum):
    """What a person may do; each role may do all that the one before may."""

    LEARNER = "learner"
    MODERATOR = "moderator"
    ADMIN = "admin"

    @property
    def may_moderate(self) -> bool:
        return self is not Role.LEARNER


def normalise_username(text: str) -> str:
    """Return the name as it is shown: NFKC, without outer space. Raises Invalid for a name outside the allow-list."""
    name = unicodedata.normalize("NFKC", text).strip()
    shortest, longest = USERNAME_LENGTH
    if not shortest <= len(name) <= longest:
        raise Invalid(f"A name has {shortest} to {longest} characters.", field="username")
    if not all(character.isalnum() or character in "._-" for character in name):
        raise Invalid("A name may hold letters, digits, dots, hyphens and underscores.", field="username")
    if not name[0].isalnum():
        raise Invalid("A name begins with a letter or a digit.", field="username")
    return name


def username_key(text: str) -> str:
    """Return the form under which names are compared, so that `Ada` and `ada` are one person."""
    return _comparable(text)


def normalise_email(text: str) -> str:
    """Return an e-mail address in the form in which mail is sent to it. Raises Invalid for a malformed one."""
    address = unicodedata.normalize("NFKC", text).strip()
    if len(address) > EMAIL_LENGTH or not EMAIL.fullmatch(address):
        raise Invalid("This is not an e-mail address; one looks like ada@example.org.", field="email")
    return address


def email_key(text: str) -> str:
    """Return the form under which e-mail addresses are compared."""
    return _comparable(text)


def check_password(password: str, *, username: str, email: str) -> None:
    """Raise Invalid for a password that is too short, too long, or the person's own name or address.

    Length alone, no rules of composition: OWASP ASVS 5.0, 6.2.1 to 6.2.5.
    """
    shortest, longest = PASSWORD_LENGTH
    if len(password) < shortest:
        raise Invalid(
            f"A password has at least {shortest} characters; a few words in a row are easy to keep in mind.",
            field="password",
        )
    if len(password) > longest:
        raise Invalid(f"A password has at most {longest} characters.", field="password")
    if "\0" in password:
        raise Invalid("A password cannot hold the NUL character.", field="password")
    plain = password.casefold()
    if plain in (username.casefold(), email.casefold()) or len(set(plain)) < 4:
        raise Invalid("This password is easy to guess; choose another one.", field="password")


def _comparable(text: str) -> str:
    """Return a text in compatibility form without case. NUL, which PostgreSQL cannot hold, stands for no letter."""
    plain = unicodedata.normalize("NFKC", text.replace("\0", "\ufffd")).strip().casefold()
    return unicodedata.normalize("NFKC", plain)
