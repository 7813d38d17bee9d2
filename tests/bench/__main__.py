"""`make bench`: what a page costs beside a view that says hello, and search beside SQLite's, each in the same run.

`python -m tests.bench pages` and `python -m tests.bench search` measure one half each.
"""

import argparse
import http.client
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from portal.settings import ROOT
from tests.bench.load import Load, ask
from tests.bench.searching import measure_search
from tests.bench.table import Row, print_head, print_row, timed
from tests.support.people import PASSWORD, TOKEN
from tests.support.servers import free_port, wait_until
from tests.support.site import Site

SECONDS = 3.0
ROUNDS = 3


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, and print ratios.")
    parser.add_argument("half", nargs="?", choices=["pages", "search"], help="measure only this half")
    half = parser.parse_args().half
    print_head()
    if half != "search":
        measure_pages()
    if half != "pages":
        for row in measure_search(ROOT / "content"):
            print_row(row)


def measure_pages() -> None:
    """Measure a portal of its own with the real content."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.command("db", "upgrade")
        for what, call in (
            ("content import, index included", lambda: site.command("content", "import")),
            ("content import again, nothing changed", lambda: site.command("content", "import")),
            ("search rebuild", lambda: site.command("search", "rebuild")),
            ("start until a page is answered", site.start),
        ):
            print_row(Row(what, timed(call), "", "a second"))
        site.stop()
        site.add_user("ada")
        with serving(site), hello() as hello_address:
            measure_serving(site, hello_address)


def measure_serving(site: Site, hello_address: str) -> None:
    """Compare pages with hello, in turn, so that noise hits both."""
    page = f"{site.address}/lessons/http-caching"
    tag = etag_of(site)
    cookie = sign_in(site)

    def share(what: str, floor: str, measured: Callable[[], Load]) -> None:
        ratios = []
        for _round in range(ROUNDS):
            base = ask(hello_address, seconds=SECONDS / 2).rate
            ratios.append(measured().rate / base)
        print_row(Row(what, statistics.median(ratios), floor, "requests per second of hello"))

    share("lesson page, anonymous", ">= 0.50", lambda: ask(page, seconds=SECONDS))
    share("search page, anonymous", "", lambda: ask(f"{site.address}/search?q=cache", seconds=SECONDS))
    share("roadmap, anonymous", "", lambda: ask(f"{site.address}/roadmap", seconds=SECONDS))
    share("lesson page, signed in", ">= 0.25", lambda: ask(page, seconds=SECONDS, headers={"Cookie": cookie}))
    share(
        "lesson page, anonymous, not modified",
        ">= 0.80",
        lambda: ask(page, seconds=SECONDS, status=304, headers={"If-None-Match": tag}),
    )


@contextmanager
def serving(site: Site) -> Iterator[None]:
    """Serve the portal meanwhile."""
    site.start()
    try:
        yield
    finally:
        site.stop()


@contextmanager
def hello() -> Iterator[str]:
    """Serve a Flask application that says hello, in the way in which the portal is served."""
    port = free_port()
    code = "from flask import Flask\napp = Flask('hello')\napp.get('/')(lambda: 'Hello')\n"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "hello.py").write_text(code)
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "4",
             "--no-control-socket", "--log-level", "warning", "--chdir", folder, "--bind", f"127.0.0.1:{port}",
             "hello:app"],
        )  # fmt: skip
        try:
            wait_until(lambda: answers(port), seconds=20, what="hello")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(20)


def answers(port: int) -> bool:
    """Tell whether a server answers at a port."""
    try:
        http.client.HTTPConnection("127.0.0.1", port, timeout=2).request("GET", "/")
    except OSError:
        return False
    return True


def etag_of(site: Site) -> str:
    """Return the ETag of the lesson page."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", "/lessons/http-caching?")
    return connection.getresponse().headers["ETag"] or ""


def sign_in(site: Site) -> str:
    """Return the cookie of a signed-in reader."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", "/login")
    answer = connection.getresponse()
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["session"].OutputString([])
    token = re.search(TOKEN, answer.read().decode())
    assert token is not None
    form = urlencode({"csrf_token": token[1] or token[2], "identifier": "ada", "password": PASSWORD})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login", form, headers)
    answer = connection.getresponse()
    answer.read()
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["session"].OutputString([])
    connection.request("GET", "/progress", headers={"Cookie": cookie})  # which takes the greeting away
    answer = connection.getresponse()
    return SimpleCookie(answer.headers["Set-Cookie"])["session"].OutputString([])


if __name__ == "__main__":
    main()
