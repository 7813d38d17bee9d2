"""Ready-made pages, sent to strangers before the application is asked.

A page that looks the same to everybody is made once for each state of the library. Whoever has no cookie of this site
gets it from here: one short query tells whether something was published since. All others go through.
"""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, request
from sqlalchemy import Engine

from portal import logs
from portal.db import db
from portal.library.queries import committed_generation
from portal.web.keeping import Kept

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM = 32 * 1024 * 1024
"""Bytes of ready-made pages that a process keeps."""
READY = "portal.ready"
"""The key of a request's environment under which a view says that everybody may have its page, and from which state."""
PERSONAL = ("session=", "remember_token=")
"""Cookies that say who somebody is, or hold a message for them."""

OF_THE_BODY = ("Content-Type", "Content-Length")
"""Headers that an answer without a body does not have."""

log = logs.get_logger()


class ReadyPage(NamedTuple):
    """A page as it was sent, and the state of the library in which it was made."""

    generation: int
    headers: list[tuple[str, str]]
    body: bytes


def open_front_door(app: Flask) -> None:
    """Put ready-made pages before the application."""
    app.wsgi_app = FrontDoor(app, app.wsgi_app)  # type: ignore[method-assign]  # the way Flask documents


def offer_to_everybody(generation: int) -> None:
    """Say that the page of this request, made in a state of the library, may be sent to every stranger."""
    request.environ[READY] = generation


class FrontDoor:
    """A WSGI application around another one."""

    def __init__(self, app: Flask, inside: "WSGIApplication") -> None:
        self._app = app
        self._inside = inside
        self._pages = Kept[ReadyPage](ROOM, size=lambda page: len(page.body))
        self._engine: Engine | None = None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        address = _address_of(environ)
        if address is None:
            return self._inside(environ, start_response)
        began = time.perf_counter()
        page = self._pages.get(address)
        if page is not None and page.generation == self._read_generation():
            return _send(page, environ, start_response, began)
        return self._make(address, environ, start_response)

    def _make(self, address: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let the application answer, and keep what it offers to everybody."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            started[:] = [(status, headers)]
            return start_response(status, headers, *error)

        answer = self._inside(environ, start)
        generation = environ.get(READY)
        if generation is None or not started or not started[0][0].startswith("200"):
            return answer
        headers = [(name, value) for name, value in started[0][1] if name != "X-Request-ID"]
        if any(name == "Set-Cookie" for name, _value in headers):
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        self._pages.put(address, ReadyPage(generation, headers, body))
        return [body]

    def _read_generation(self) -> int | None:
        """Return the state of the library; None where the database does not say, which the application shall tell."""
        try:
            if self._engine is None:
                with self._app.app_context():
                    self._engine = db.engine
            return committed_generation(self._engine)
        except Exception:  # noqa: BLE001  # each driver has errors of its own, and the application meets the same one
            return None


def _address_of(environ: "WSGIEnvironment") -> str | None:
    """Return under which name a ready-made page would be kept; None for requests that need the application."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ.get("HTTP_COOKIE", "") for name in PERSONAL):
        return None
    host = environ.get("HTTP_HOST", "")
    place = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    return f"{environ['wsgi.url_scheme']}://{host}{place}?{environ.get('QUERY_STRING', '')}"


def _send(
    page: ReadyPage, environ: "WSGIEnvironment", start_response: "StartResponse", began: float
) -> Iterable[bytes]:
    """Send a ready-made page, or word that the browser has it, with a line in the log like that of every request."""
    request_id = logs.begin_request(environ.get("HTTP_X_REQUEST_ID"))
    headers = [("X-Request-ID", request_id), *page.headers]
    tag = next((value for name, value in page.headers if name == "ETag"), "")
    wanted = environ.get("HTTP_IF_NONE_MATCH", "")
    is_known = bool(tag) and (tag.removeprefix("W/") in wanted or wanted.strip() == "*")
    status, answer = (304, []) if is_known else (200, [page.body])
    if is_known:
        headers = [header for header in headers if header[0] not in OF_THE_BODY]
    start_response("304 NOT MODIFIED" if is_known else "200 OK", headers)
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    log.info("request", method="GET", path=environ.get("PATH_INFO", ""), status=status, ms=milliseconds)
    return answer
