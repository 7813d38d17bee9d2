"""A person's day: register, read, mark, search, contribute, moderate, sign out."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, register, sign_in

pytestmark = [
    pytest.mark.journey,
    pytest.mark.unmeasured,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(120, func_only=True),
]

TEXT = (
    "A proxy that compresses an answer must weaken its ETag, since the bytes are no longer the same. "
    "We found out when **quokka** builds were served twice."
)


def write_note(page: Page, title: str) -> str:
    """Write a note under HTTP caching, look at its preview, submit it; return its address."""
    page.goto("/lessons/http-caching")
    page.get_by_role("link", name="Add a note").first.click()
    expect(page.get_by_label("Topic")).to_have_value("http-caching")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Summary").fill("Why a proxy may weaken an ETag.")
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview strong")).to_have_text("quokka")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("waits for a moderator").first).to_be_visible()
    return page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_registration_to_a_published_note(open_page: OpenPage, javascript: bool) -> None:
    name = "ada" if javascript else "bea"
    title = f"ETags and gzip, by {name}"
    learner = open_page(java_script_enabled=javascript)
    register(learner, name)

    learner.goto("/lessons/http")
    learner.get_by_role("button", name="Mark as done").last.click()
    expect(learner.locator("main")).to_contain_text("Done")
    learner.goto("/progress")
    expect(learner.locator("main")).to_contain_text("HTTP")

    learner.get_by_role("searchbox").or_(learner.get_by_role("combobox")).first.fill("conditional request")
    learner.keyboard.press("Enter")
    learner.wait_for_url("**/search?**")
    learner.get_by_role("link", name="HTTP caching").first.click()
    expect(learner.get_by_role("heading", level=1)).to_have_text("HTTP caching")

    contribution = write_note(learner, title)
    number = contribution.rsplit("/", 1)[1]

    reader = open_page(java_script_enabled=javascript)
    reader.goto("/search?q=quokka")
    expect(reader.locator("main")).not_to_contain_text(title)

    moderator = open_page(java_script_enabled=javascript)
    sign_in(moderator, "mona")
    moderator.goto("/moderation")
    moderator.get_by_role("link", name=title).click()
    assert moderator.url.endswith(f"/moderation/{number}")
    moderator.get_by_label("Comment to the author").fill("Well measured.")
    moderator.get_by_role("button", name="Approve and publish").click()
    expect(moderator.get_by_text("Approved and published").first).to_be_visible()

    reader.goto("/lessons/http-caching")
    expect(reader.get_by_role("heading", name=title)).to_be_visible()
    reader.goto("/search?q=quokka")
    expect(reader.get_by_role("link", name=title).first).to_be_visible()
    assert title in reader.request.get("/feed.atom").text()

    learner.goto(contribution)
    expect(learner.locator("main")).to_contain_text("Well measured.")
    learner.goto("/account")
    if not javascript:
        learner.get_by_text(name, exact=True).first.click()
    sign_out(learner)
    learner.goto("/account")
    learner.wait_for_url("**/login?next=**")


def sign_out(page: Page) -> None:
    """Sign out by the menu of the header, opening it where it is closed."""
    button = page.get_by_role("button", name="Sign out")
    if not button.first.is_visible():
        page.locator("header summary").last.click()
    button.first.click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
