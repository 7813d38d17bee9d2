"""`kill -9` at any moment: what was acknowledged is there after the restart, and search catches up."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage, copy_instance, register, sign_in
from tests.journeys.test_a_day import write_note
from tests.support.servers import wait_until
from tests.support.site import Site

pytestmark = [
    pytest.mark.journey,
    pytest.mark.unmeasured,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(120, func_only=True),
]


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    """A running portal which the test may kill."""
    copy_instance(prepared, tmp_path)
    site = Site(tmp_path)
    site.start()
    yield site
    site.stop()


def crash(site: Site) -> None:
    """Kill every process at once, and start again."""
    site.kill()
    site.start()


def test_nothing_acknowledged_is_lost_when_every_process_is_killed(site: Site, open_page: OpenPage) -> None:
    learner = open_page()
    register(learner, "ada")
    crash(site)

    learner.goto("/lessons/http")
    with learner.expect_response("**/progress/http") as answer:
        learner.get_by_role("button", name="Mark as done").last.click()
    assert answer.value.status in (200, 303)
    crash(site)
    learner.goto("/progress")
    expect(learner.locator("main")).to_contain_text("HTTP")

    contribution = write_note(learner, "After the crash")
    crash(site)
    learner.goto(contribution)
    expect(learner.get_by_role("heading", level=1)).to_have_text("After the crash")

    moderator = open_page()
    sign_in(moderator, "mona")
    moderator.goto(f"/moderation/{contribution.rsplit('/', 1)[1]}")
    with moderator.expect_response("**/decision") as answer:
        moderator.get_by_role("button", name="Approve and publish").click()
    assert answer.value.status == 303
    crash(site)
    learner.goto("/search?q=quokka")
    expect(learner.get_by_role("link", name="After the crash").first).to_be_visible()
    learner.goto("/lessons/http-caching")
    expect(learner.get_by_role("heading", name="After the crash")).to_be_visible()


def test_a_publication_whose_process_died_before_indexing_is_found_all_the_same(
    site: Site, open_page: OpenPage
) -> None:
    learner = open_page()
    register(learner, "ada")
    contribution = write_note(learner, "Before the index")
    number = contribution.rsplit("/", 1)[1]
    site.kill()
    site.run(APPROVE_WITHOUT_INDEXING.format(number=number))
    site.start()
    learner.goto("/search?q=quokka")
    expect(learner.get_by_role("link", name="Before the index").first).to_be_visible()


APPROVE_WITHOUT_INDEXING = """\
from portal.accounts.queries import find_user
from portal.clock import utc_now
from portal.contributions.domain import Decision
from portal.db import transaction
from portal.moderation.operations import decide
from wsgi import app

with app.app_context(), transaction() as session:
    mona = find_user(session, "mona").id
    decide(
        session,
        contribution_id={number},
        moderator_id=mona,
        decision=Decision.APPROVE,
        comment="",
        version=1,
        now=utc_now(),
    )
"""


def test_a_killed_worker_is_replaced(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    before = site.workers()
    os.kill(before[0], signal.SIGKILL)
    wait_until(lambda: len(site.workers()) == 2 and before[0] not in site.workers(), seconds=20, what="A new worker")
    assert page.goto("/roadmap").status == 200  # type: ignore[union-attr]
