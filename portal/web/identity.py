"""Who is asking: the signed-in person of this request, and what an address demands of them."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeAlias, cast
from urllib.parse import urlsplit

import flask_login
from flask import Flask, Response, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from portal.accounts import operations, queries
from portal.accounts.queries import Recognised
from portal.clock import utc_now
from portal.db import current_session, transaction
from portal.errors import NotAllowed

__all__ = ["SignedIn", "current_user", "login_required", "moderator_required", "recognise_people", "safe_next"]

Arguments = ParamSpec("Arguments")
View: TypeAlias = Callable[Arguments, ResponseReturnValue]
login = LoginManager()


class SignedIn:
    """The person behind a request, as Flask-Login wants it; the cookie carries the sign-in session's token."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, recognised: Recognised, token: str) -> None:
        self._token = token
        self.session_id = recognised.session_id
        self.last_seen_at = recognised.last_seen_at
        self.id = recognised.user_id
        self.username = recognised.username
        self.email = recognised.email
        self.role = recognised.role
        self.time_zone = recognised.time_zone
        self.created_at = recognised.created_at

    def get_id(self) -> str:
        """Return the token under which the browser is recognised."""
        return self._token

    @property
    def may_moderate(self) -> bool:
        return self.role.may_moderate


def recognise_people(app: Flask) -> None:
    """Find the sign-in session that belongs to the browser's cookie; send strangers to the sign-in page."""
    login.session_protection = None  # sessions are rows on the server; the address of a phone changes while it travels
    login.init_app(app)

    @login.user_loader  # type: ignore[untyped-decorator]  # flask-login has no types
    def load(token: str) -> SignedIn | None:
        recognised = queries.recognise(current_session(), token)
        return SignedIn(recognised, token) if recognised else None

    @app.after_request
    def note_use(response: Response) -> Response:
        now = utc_now()
        person = g.get("_login_user")
        if isinstance(person, SignedIn) and now - person.last_seen_at > operations.SEEN_EVERY:
            with transaction() as session:
                operations.note_use(session, session_id=person.session_id, now=now)
            cookie.modified = True  # which sends it again, with thirty days to live from now
        return response

    @login.unauthorized_handler  # type: ignore[untyped-decorator]  # flask-login has no types
    def ask_to_sign_in() -> ResponseReturnValue:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(url_for("accounts.sign_in", next=wanted), 303)


def login_required(view: View[Arguments]) -> View[Arguments]:
    """Let only signed-in people through; strangers are asked to sign in."""
    return cast("View[Arguments]", flask_login.login_required(view))


def moderator_required(view: View[Arguments]) -> View[Arguments]:
    """Let only moderators and admins through; strangers are asked to sign in, others refused."""

    @functools.wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if not current_user.may_moderate:
            raise NotAllowed("Only moderators may see this page.")
        return view(*args, **kwargs)

    return login_required(guarded)


def safe_next(target: str | None) -> str | None:
    """Return the path to go on to, or None where it could lead off this site.

    Judged as a browser reads it: a backslash is a slash, and tabs and newlines vanish (WHATWG URL, section 4.4).
    """
    if not target or len(target) > 2000:
        return None
    if any(ord(character) < 33 or ord(character) == 127 for character in target):
        return None
    if "\\" in target or not target.startswith("/") or target.startswith("//"):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
