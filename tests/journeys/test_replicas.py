"""How soon what a moderator decides is found: on the same machine, and on a replica that shares only the database."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.accounts.domain import Role
from tests.conftest import opened
from tests.support.databases import PostgresTemplate
from tests.support.library import write_content
from tests.support.people import add_user
from tests.support.servers import wait_until
from tests.support.site import Site
from tests.support.visitors import Answer, Visitor

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(120, func_only=True)]

HERE = 1.0
"""Seconds after which a decision must be found on the machine where it was made."""
ANYWHERE = 5.0
"""The same, on any replica."""
NOTE = {
    "topic": "http-caching",
    "title": "Quokkas behind a proxy",
    "summary": "Why a proxy may weaken an ETag.",
    "body": "A proxy that compresses must weaken the ETag; we learned it from **zanzibar** builds served twice.",
    "action": "submit",
}


@dataclass
class Replicas:
    """Two machines with one database; on the first, two processes answer."""

    here: Site
    there: Site

    def expect(self, is_so: Callable[[Visitor], bool], *, since: float) -> None:
        """Expect something of strangers at both, each in time; nobody else asks the second one meanwhile."""
        for site, seconds in ((self.here, HERE), (self.there, ANYWHERE)):
            stranger = Visitor(site.address)
            while not is_so(stranger):
                assert time.monotonic() - since < seconds, f"not so after {seconds} seconds"
                time.sleep(0.02)
            assert time.monotonic() - since < seconds, f"so after {time.monotonic() - since:.1f} seconds"


@pytest.fixture(params=["whoosh", "postgresql"])
def replicas(request: pytest.FixtureRequest, postgres_library: PostgresTemplate, tmp_path: Path) -> Iterator[Replicas]:
    """Two machines, each with its own folder; the index lies in that folder or in the database."""
    database = postgres_library.copy(tmp_path)
    settings = {"DATABASE_URL": database, "SEARCH_ENGINE": request.param}
    content = write_content(tmp_path / "content")
    here = Site(tmp_path / "here", content, settings)
    there = Site(tmp_path / "there", content, settings | {"WORKERS": "1"})
    for site in (here, there):
        site.folder.mkdir()
    with opened(database, tmp_path / "users"):
        add_user("ada")
        add_user("mona", Role.MODERATOR)
    try:
        for site in (here, there):
            site.start()
            visitor = Visitor(site.address)
            wait_until(
                lambda asking=visitor: "/lessons/caching" in asking.found_by("caching"), seconds=20, what="Search"
            )
        yield Replicas(here, there)
    finally:
        for site in (here, there):
            if site.server:
                site.server.terminate()  # both at the same time, which takes half as long
        for site in (here, there):
            site.stop()
        postgres_library.drop(database)


def approve(moderator: Visitor, submitted: Answer) -> float:
    """Approve what was submitted; return when that was answered."""
    assert submitted.status == 303, submitted.text
    item = f"/moderation/{submitted.location.rsplit('/', 1)[1]}"
    answer = moderator.send(f"{item}/decision", page=item, decision="approve", comment="", version=1)
    assert answer.status == 303, answer.text
    return time.monotonic()


def test_what_is_decided_is_found_and_gone_in_time_on_every_replica(replicas: Replicas) -> None:
    ada, mona = Visitor(replicas.here.address), Visitor(replicas.here.address)
    ada.sign_in("ada")
    mona.sign_in("mona")

    submitted = ada.send("/contribute", **NOTE)
    for site in (replicas.here, replicas.there):
        assert Visitor(site.address).suggested_for("quokkas") == []
        assert NOTE["title"] not in Visitor(site.address).found_by("zanzibar")
    since = approve(mona, submitted)
    replicas.expect(
        lambda stranger: (
            stranger.suggested_for("quokkas") == [NOTE["title"]] and NOTE["title"] in stranger.found_by("zanzibar")
        ),
        since=since,
    )

    since = approve(mona, propose(ada, "in one sentence", "in a platypus, then a wombat"))
    replicas.expect(lambda stranger: "/lessons/http" in stranger.found_by("platypus"), since=since)
    since = approve(mona, propose(ada, "a platypus, then", "an echidna, then"))
    replicas.expect(
        lambda stranger: stranger.found_by("platypus") == "" and "/lessons/http" in stranger.found_by("echidna"),
        since=since,
    )

    retire(replicas.here, "pages/about.md")
    since = time.monotonic()
    replicas.expect(
        lambda stranger: stranger.suggested_for("about") == [] and stranger.found_by('"portal teaches"') == "",
        since=since,
    )


def propose(author: Visitor, old: str, new: str) -> Answer:
    """Propose a change of the lesson on HTTP."""
    page = author.get("/contribute/lessons/http").text
    base = page.partition('name="base" type="hidden" value="')[2].partition('"')[0]
    body = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0].replace("&#34;", '"')
    assert old in body
    return author.send(
        "/contribute/lessons/http",
        summary="Says it in another way.",
        body=body.replace(old, new),
        base=base,
        action="submit",
    )


def retire(site: Site, path: str) -> None:
    """Take a text out of the library by its file."""
    file = site.content / path
    file.write_text(file.read_text().replace("---\n", "---\nretired: true\n", 1))
    site.command("content", "import")
