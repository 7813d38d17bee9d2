"""Pages for people who are signed in, of which all is ready but what is theirs.

A page differs between two readers by their name, the token of their forms and their status on some topics. A frame is
a page with gaps in these places: it is made once for each state of the library, and filled for each reader. Templates
speak of the gaps by three functions, `by_status`, `csrf_token` and `reader_name`, which elsewhere give the thing
itself.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, g
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from portal.progress.domain import Status

MOST = 400
"""Frames that a process keeps; one has about 60 kB."""
NONCE = secrets.token_hex(16)
"""Stands in every mark of a gap, so that no text can hold one."""
TOKEN, NAME = f"{NONCE}-token;", f"{NONCE}-name;"
GAP = re.compile(rf"{NONCE}-([0-9]+);")


Choice = tuple[str, Mapping[str, str]]
"""A gap: the key of a topic, and what to show at each status."""


@dataclass(frozen=True)
class Frame:
    """A page with gaps: a text, and each gap with the text after it."""

    start: str
    rest: Sequence[tuple[Choice, str]]

    def fill(self, statuses: Mapping[str, Status], *, name: str, token: str) -> str:
        """Return the page of one reader."""
        texts = [self.start]
        for (key, shown), text in self.rest:
            texts.append(shown[statuses.get(key, Status.NOT_STARTED)])
            texts.append(text)
        return "".join(texts).replace(TOKEN, token).replace(NAME, str(escape(name)))


class Sketch:
    """A frame while its template is rendered."""

    def __init__(self) -> None:
        self._choices: list[Choice] = []

    def leave_gap(self, key: str, show: Callable[[str], str]) -> Markup:
        """Return the mark of a gap for a topic, and note what it shows at each status."""
        self._choices.append((key, {status: str(show(status)) for status in Status}))
        return Markup(f"{NONCE}-{len(self._choices) - 1};")  # noqa: S704  # a number and a nonce of our own

    def finish(self, html: str) -> Frame:
        """Return the frame of a page that was rendered with gaps."""
        start, *rest = GAP.split(html)
        choices = [self._choices[int(number)] for number in rest[::2]]
        return Frame(start, list(zip(choices, rest[1::2], strict=True)))


@contextmanager
def sketching() -> Iterator[Sketch]:
    """Let templates leave gaps meanwhile."""
    sketch = g.sketch = Sketch()
    try:
        yield sketch
    finally:
        g.pop("sketch")


def teach_templates(app: Flask) -> None:
    """Give templates the functions that speak of gaps."""
    app.jinja_env.globals.update(by_status=by_status, csrf_token=csrf_token, reader_name=reader_name)


def by_status(statuses: Mapping[str, Status], key: str, caller: Callable[[str], str]) -> str:
    """Return what the body of a call block makes of the reader's status on a topic."""
    sketch: Sketch | None = g.get("sketch")
    if sketch is not None:
        return sketch.leave_gap(key, caller)
    return caller(statuses.get(key, Status.NOT_STARTED))


def csrf_token() -> str:
    """Return the token which the reader's forms must carry."""
    return TOKEN if "sketch" in g else generate_csrf()


def reader_name() -> str:
    """Return the name of whoever is signed in."""
    return NAME if "sketch" in g else str(current_user.username)
