"""Somebody at the other end of a real connection, with cookies and without JavaScript."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, build_opener

from tests.support.people import PASSWORD, TOKEN


class StayHere(HTTPRedirectHandler):
    """Leaves a redirect as it was answered, so that the time of an answer is its own."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    text: str
    location: str


@dataclass
class Visitor:
    """A browser that visits one site."""

    address: str
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(), StayHere()))

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask(path)

    def send(self, path: str, *, page: str | None = None, **fields: object) -> Answer:
        """Open the page that holds a form (its own address, where none is named), fill it in and send it."""
        found = TOKEN.search(self.get(page or path).text)
        if found is None:
            raise AssertionError(f"{page or path} holds no form with a token")
        return self._ask(path, urlencode({"csrf_token": found[1] or found[2], **fields}).encode())

    def sign_in(self, name: str) -> None:
        """Sign in by the form."""
        answer = self.send("/login", identifier=name, password=PASSWORD)
        if answer.status != 303:
            raise AssertionError(f"{name} could not sign in: {answer.status}")

    def found_by(self, text: str) -> str:
        """Return the list of what a search finds; empty where it finds nothing."""
        page = self.get(f"/search?q={quote_plus(text)}").text
        return page.partition('<ol class="list hits"')[2].partition("</ol>")[0]

    def suggested_for(self, typed: str) -> list[str]:
        """Return the titles that are suggested."""
        answer = json.loads(self.get(f"/search/suggest?q={quote_plus(typed)}").text)
        return [suggestion["title"] for suggestion in answer["suggestions"]]

    def _ask(self, path: str, sent: bytes | None = None) -> Answer:
        try:
            with self.opener.open(self.address + path, sent, timeout=20) as answer:
                return Answer(answer.status, answer.read().decode(), "")
        except HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.read().decode(), answer.headers.get("Location", ""))
