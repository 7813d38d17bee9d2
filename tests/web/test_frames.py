"""A page made once serves every reader, with what is theirs and nothing of another's."""

import re
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.domain import Role
from portal.progress.domain import Status
from portal.web.frames import NAME, TOKEN, Sketch
from tests.support.people import Person, sign_in

TOKEN_VALUE = re.compile(r'name="csrf_token"[^>]* value="[^"]+"')


def test_a_frame_is_filled_for_each_reader() -> None:
    sketch = Sketch()
    gap = sketch.leave_gap("http", lambda status: f"[{status} {TOKEN}]")
    frame = sketch.finish(f"Hello {NAME}, you are {gap} and {gap}.")

    assert frame.fill({"http": Status.DONE}, name="<ada>", token="t1") == (
        "Hello &lt;ada&gt;, you are [done t1] and [done t1]."
    )
    assert frame.fill({}, name="bob", token="t2") == "Hello bob, you are [not-started t2] and [not-started t2]."


def test_each_reader_sees_their_own_name_and_status(app: Flask, library: Path) -> None:
    ada, bob = sign_in(app, "ada"), sign_in(app, "bob")
    ada.send("/progress/http", page="/lessons/http", status="done")
    bob.send("/progress/http", page="/lessons/http", status="learning")
    for person in (ada, bob):
        person.get("/lessons/http")  # takes the message away

    pages = {person.username: person.get("/lessons/http").text for person in (ada, bob)}

    assert 'value="done" aria-pressed="true"' in " ".join(pages["ada"].split())
    assert 'value="learning" aria-pressed="true"' in " ".join(pages["bob"].split())
    assert "bob" not in pages["ada"]
    assert "ada" not in pages["bob"]
    assert ada.token("/lessons/http") != bob.token("/lessons/http")


PUBLIC = [
    *("/", "/roadmap", "/roadmap/web", "/lessons/http", "/lessons/json", "/lessons/http/history", "/challenges"),
    *("/challenges/slow-queries", "/glossary", "/tools", "/resources", "/about", "/lessons/http-caching?from=map"),
    "/wanted?q=sagas",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_nobody_reads_what_is_another_reader_s(app: Flask, library: Path, address: str) -> None:
    ada, bob = sign_in(app, "ada"), sign_in(app, "bob")
    for topic in ("http", "json", "caching"):
        ada.send(f"/progress/{topic}", page=f"/lessons/{topic}", status="done")
    bob.send("/progress/json", page="/lessons/json", status="skipped")

    def read(*people: Person) -> list[str]:
        """Read the page one after the other, the first with nothing ready; return what each has got."""
        app.extensions.pop("portal.frames", None)
        return [TOKEN_VALUE.sub("", person.get(address).text) for person in people]

    read(ada, bob)  # which takes messages away
    own = {"ada": read(ada)[0], "bob": read(bob)[0]}
    assert own["ada"] != own["bob"]
    assert read(ada, bob) == [own["ada"], own["bob"]]
    assert read(bob, ada) == [own["bob"], own["ada"]]


def test_a_form_of_a_ready_page_can_be_sent(app: Flask, library: Path) -> None:
    sign_in(app, "ada").get("/lessons/http")
    bob = sign_in(app, "bob")
    assert bob.send("/progress/http", page="/lessons/http", status="done").status_code == 303


@pytest.mark.parametrize(("role", "sees"), [(Role.LEARNER, False), (Role.MODERATOR, True), (Role.ADMIN, True)])
def test_only_moderators_see_the_way_to_the_queue(app: Flask, library: Path, role: Role, sees: bool) -> None:
    sign_in(app, "mona", Role.MODERATOR).get("/lessons/http")
    person = sign_in(app, "kim", role)
    person.get("/lessons/http")
    assert ('href="/moderation"' in person.get("/lessons/http").text) is sees


def test_a_reader_in_another_zone_has_a_frame_of_that_zone(app: Flask, library: Path) -> None:
    ada, bob = sign_in(app, "ada"), sign_in(app, "bob")
    bob.send("/account/time-zone", page="/account", time_zone="Pacific/Kiritimati")
    for person in (ada, bob):
        person.get("/lessons/http")
        person.get("/lessons/http")

    assert len(app.extensions["portal.frames"]) == 2
