"""`make bench`: what a page costs, as a share of a view that says hello on the same server in the same run."""

import http.client
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from portal.app import create_app
from portal.search.domain import SearchRequest
from portal.settings import Settings
from portal.web.searching import find, search_engine
from tests.bench.load import Load, ask
from tests.support.people import PASSWORD, TOKEN
from tests.support.servers import free_port, wait_until
from tests.support.site import Site

SECONDS = 3.0
ROUNDS = 3
QUERIES = ("cache", "transaction", "http status", "etag", "password hash", "load balancer", "docker image", "index")


def main() -> None:
    """Measure, and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        print(f"{'what':<44}{'ratio':>8}  {'floor':<10}of")
        site.command("db", "upgrade")
        row("content import, index included", timed(lambda: site.command("content", "import")), "", "a second")
        row("content import again, nothing changed", timed(lambda: site.command("content", "import")), "", "a second")
        row("search rebuild", timed(lambda: site.command("search", "rebuild")), "", "a second")
        row("start until a page is answered", timed(site.start), "", "a second")
        site.stop()
        site.add_user("ada")
        with serving(site), hello() as hello_address:
            measure_serving(site, hello_address)
        measure_search(site)


def row(what: str, ratio: float, floor: str, of: str) -> None:
    """Print one row."""
    print(f"{what:<44}{ratio:>8.2f}  {floor:<10}{of}", flush=True)


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
        row(what, statistics.median(ratios), floor, "requests per second of hello")

    share("lesson page, anonymous", ">= 0.50", lambda: ask(page, seconds=SECONDS))
    share("search page, anonymous", "", lambda: ask(f"{site.address}/search?q=cache", seconds=SECONDS))
    share("roadmap, anonymous", "", lambda: ask(f"{site.address}/roadmap", seconds=SECONDS))
    share("lesson page, signed in", ">= 0.25", lambda: ask(page, seconds=SECONDS, headers={"Cookie": cookie}))
    share(
        "lesson page, anonymous, not modified",
        ">= 0.80",
        lambda: ask(page, seconds=SECONDS, status=304, headers={"If-None-Match": tag}),
    )


def measure_search(site: Site) -> None:
    """Compare a page of results with SQLite's own full-text search over the same texts."""
    app = create_app(Settings(instance_dir=site.folder / "instance", log_level="ERROR"))
    with app.app_context():
        find(SearchRequest(text="warm"))
        table = fts5(site.folder / "instance" / "portal.db")
        ours, theirs = [], []
        for _round in range(20):
            for query in QUERIES:
                ours.append(timed(lambda query=query: search_engine().search(SearchRequest(text=query))))
                theirs.append(timed(lambda query=query: table.execute(FTS5, [query]).fetchall()))
    row("search, p50, this library", statistics.median(ours) / statistics.median(theirs), "<= 1.50", "FTS5's time")


FTS5 = "SELECT title, snippet(texts, 1, '[', ']', '…', 30) FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 10"


def fts5(database: Path) -> sqlite3.Connection:
    """Return an FTS5 table over the rendered texts of the library."""
    connection = sqlite3.connect(":memory:")
    connection.execute("ATTACH ? AS portal", [str(database)])
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize = 'porter unicode61')")
    connection.execute(
        "INSERT INTO texts SELECT title, text FROM portal.documents "
        "JOIN portal.revisions ON revisions.id = documents.revision_id JOIN portal.renderings USING (digest)"
    )
    connection.commit()
    return connection


def timed(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


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
