"""What this browser has asked for, so that the same wish counts once, whoever is signed in.

The cookie keeps digests by the key of this site, from which nobody else at this computer learns what was asked for.
"""

import hmac

from flask import session as cookie

from portal.contributions.domain import wanted_key
from portal.web.services import settings

ASKED = "asked"
REMEMBERED = 20
"""Wishes that the cookie keeps, the last ones; it has to stay small."""


def was_asked(wording: str) -> bool:
    """Tell whether this browser has asked for the same before."""
    return _digest_of(wording) in cookie.get(ASKED, [])


def remember_asking(wording: str) -> None:
    """Keep in mind that this browser has asked for a note, also when it is closed."""
    cookie[ASKED] = [*cookie.get(ASKED, []), _digest_of(wording)][-REMEMBERED:]
    cookie.permanent = True


def empty_cookie() -> None:
    """Take everything out of the cookie but its wishes, which belong to the browser and name nobody."""
    asked = cookie.get(ASKED)
    cookie.clear()
    if asked:
        cookie[ASKED] = asked
        cookie.permanent = True


def _digest_of(wording: str) -> str:
    key = settings().signing_key().encode()
    return hmac.digest(key, f"wish {wanted_key(wording)}".encode(), "sha256").hex()[:16]
