"""How long a page may be reused, and by whom."""

import functools
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

from flask import Response, current_app, make_response, request, session
from flask.typing import ResponseReturnValue

from portal.db import current_session
from portal.library.queries import library_generation
from portal.settings import ROOT
from portal.web.identity import current_user
from portal.web.services import settings

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]
ROOM = 32 * 1024 * 1024
"""Bytes of ready-made pages that a process keeps."""
SOURCES = ("portal", "templates", "static")


class ReadyPages:
    """Pages as they were sent last, by their tags; those not asked for longest make room for new ones."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._size = 0
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str) -> bytes | None:
        """Return a page, or None where it is not there."""
        with self._lock:
            page = self._pages.get(tag)
            if page is not None:
                self._pages.move_to_end(tag)
            return page

    def put(self, tag: str, page: bytes) -> None:
        """Keep a page."""
        with self._lock:
            if tag in self._pages:
                return
            self._pages[tag] = page
            self._size += len(page)
            while self._size > self._room:
                _tag, dropped = self._pages.popitem(last=False)
                self._size -= len(dropped)


def public_page(view: View[Arguments]) -> View[Arguments]:
    """Let anybody keep a page that looks the same to all who are not signed in, and check cheaply whether it still is.

    The ETag comes from what the page depends on and not from the page, so that a 304 costs one short query, and so does
    a page that this process has made before.
    """

    @functools.wraps(view)
    def kept(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if current_user.is_authenticated or "_flashes" in session:
            return _mark(make_response(view(*args, **kwargs)), private=True)
        tag = page_tag()
        if request.if_none_match.contains_weak(tag):
            response = current_app.response_class(status=304)
        elif (page := _ready_pages().get(tag)) is not None:
            response = current_app.response_class(page)
        else:
            response = make_response(view(*args, **kwargs))
            if response.status_code == 200:
                _ready_pages().put(tag, response.get_data())
        if response.status_code in (200, 304):
            response.set_etag(tag, weak=True)
        return _mark(response, private=False)

    return kept


def page_tag() -> str:
    """Return the name of the state in which the page of this request is shown to people who are not signed in."""
    generation = library_generation(current_session())
    site = f"{settings().site_name} {settings().chat_url} {request.host_url}"
    state = f"{_program()} {site} {generation} {request.full_path}"
    return hashlib.sha256(state.encode()).hexdigest()[:20]


def _ready_pages() -> ReadyPages:
    pages: ReadyPages = current_app.extensions.setdefault("portal.pages", ReadyPages(ROOM))
    return pages


def _mark(response: Response, *, private: bool) -> Response:
    response.headers["Cache-Control"] = "private, no-cache" if private else "public, no-cache"
    response.vary.add("Cookie")
    return response


@functools.cache
def _program() -> str:
    """Return a digest of code, templates and static files: a new version of the portal makes every page a new one."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for file in sorted(path for path in (Path(ROOT) / folder).rglob("*") if path.is_file()):
            if "__pycache__" not in file.parts:
                digest.update(file.read_bytes())
    return digest.hexdigest()
