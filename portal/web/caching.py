"""How long a page may be reused, and by whom."""

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

from flask import Response, current_app, make_response, request, session
from flask.typing import ResponseReturnValue

from portal.db import db
from portal.library.queries import committed_generation
from portal.settings import ROOT
from portal.web.frames import MOST, Frame, csrf_token, sketching
from portal.web.front import offer_to_everybody
from portal.web.identity import current_user
from portal.web.keeping import Kept
from portal.web.services import settings
from portal.web.standing import own_statuses

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]
SOURCES = ("portal", "templates", "static")


def public_page(view: View[Arguments]) -> View[Arguments]:
    """Let anybody keep a page that looks the same to all who are not signed in, and check cheaply whether it still is.

    The ETag comes from what the page depends on and not from the page, so that a 304 costs one short query. What is
    offered here, `portal.web.front` sends the next time by itself.
    """

    @functools.wraps(view)
    def kept(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if current_user.is_authenticated or "_flashes" in session:
            return _mark(make_response(view(*args, **kwargs)), private=True)
        generation = committed_generation(db.engine)
        tag = _page_tag(generation)
        if request.if_none_match.contains_weak(tag):
            response = current_app.response_class(status=304)
        else:
            response = make_response(view(*args, **kwargs))
        if response.status_code in (200, 304):
            response.set_etag(tag, weak=True)
        if response.status_code == 200:
            offer_to_everybody(generation)
        return _mark(response, private=False)

    return kept


def framed_page(view: View[Arguments]) -> View[Arguments]:
    """Make a page once for all who are signed in, and fill in what is theirs.

    Only for views whose templates speak of the reader by `by_status`, `reader_name` and `csrf_token` alone: whatever
    else they say of one reader, the next one would read as well.
    """

    @functools.wraps(view)
    def framed(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated or "_flashes" in session:
            return view(*args, **kwargs)
        kept: Kept[Frame] = current_app.extensions.setdefault("portal.frames", Kept[Frame](MOST, size=lambda _frame: 1))
        readers = f"{current_user.time_zone} {current_user.may_moderate}"
        address = f"{committed_generation(db.engine)} {readers} {request.host_url} {request.full_path}"
        frame = kept.get(address)
        if frame is None:
            with sketching() as sketch:
                answer = view(*args, **kwargs)
            if not isinstance(answer, str):
                return answer
            frame = sketch.finish(answer)
            kept.put(address, frame)
        return frame.fill(own_statuses(), name=current_user.username, token=csrf_token())

    return framed


def _page_tag(generation: int) -> str:
    """Return the name of the state in which the page of this request is shown to people who are not signed in."""
    site = f"{settings().site_name} {settings().chat_url} {request.host_url}"
    state = f"{_program()} {site} {generation} {request.full_path}"
    return hashlib.sha256(state.encode()).hexdigest()[:20]


def _mark(response: Response, *, private: bool) -> Response:
    response.headers["Cache-Control"] = "private, no-cache" if private else "public, no-cache"
    if not private:  # Flask says it by itself where it has read the session
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
