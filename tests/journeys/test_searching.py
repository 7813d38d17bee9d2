"""Searching with keyboard, finger and screen reader: the box of the header and the page of results."""

import re
from typing import Any
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.test_every_page import find_faults

pytestmark = [
    pytest.mark.journey,
    pytest.mark.unmeasured,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(120, func_only=True),
]


def box_of(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search lessons, terms and notes")


def options_of(page: Page) -> Locator:
    return page.get_by_role("option")


def type_in(page: Page, text: str) -> Locator:
    """Type into the box of the header, and wait for suggestions."""
    box = box_of(page)
    box.press_sequentially(text)
    expect(options_of(page).first).to_be_visible()
    return box


def expect_active(page: Page, place: int | None) -> None:
    """Expect that one option, and only this, is the active one; counted from the end where negative."""
    options = options_of(page)
    if place is None:
        expect(box_of(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))
        expect(page.locator('[role="option"][aria-selected="true"]')).to_have_count(0)
        return
    active = options.nth(place % options.count())
    expect(active).to_have_attribute("aria-selected", "true")
    expect(page.locator('[role="option"][aria-selected="true"]')).to_have_count(1)
    expect(box_of(page)).to_have_attribute("aria-activedescendant", active.get_attribute("id") or "none")


def test_suggestions_are_a_combobox_for_screen_readers(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/about")
    box = box_of(page)
    expect(box).to_have_attribute("aria-autocomplete", "list")
    expect(box).to_have_attribute("aria-expanded", "false")

    type_in(page, "idem")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_be_focused()
    listbox = page.get_by_role("listbox", name="Suggestions")
    expect(box).to_have_attribute("aria-controls", listbox.get_attribute("id") or "none")
    count = options_of(page).count()
    expect(page.locator('.site-search [role="status"]')).to_have_text(f"{count} suggestions")
    expect(page.get_by_role("option", name="idempotence Glossary", exact=True)).to_be_visible()
    expect(page.get_by_role("option", name="Idempotency keys in API design", exact=True)).to_be_visible()
    expect(options_of(page).first.locator("b")).to_have_text("idem")
    expect_active(page, None)
    page.keyboard.press("ArrowDown")
    assert find_faults(page) == []

    box.fill("zzzzzz")
    expect(page.locator('.site-search [role="status"]')).to_have_text("No suggestions")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(listbox).to_be_hidden()
    expect_active(page, None)


def test_suggestions_are_walked_through_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/about")
    box = type_in(page, "cach")
    keyboard = page.keyboard

    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1), ("ArrowDown", 0)):
        keyboard.press(key)
        expect_active(page, place)
    for key, caret in (("Home", 0), ("End", 4), ("ArrowLeft", 3)):
        keyboard.press("ArrowDown")
        keyboard.press(key)
        expect_active(page, None)
        assert box.evaluate("box => box.selectionStart") == caret
    keyboard.press("ArrowUp")
    expect_active(page, -1)

    keyboard.press("Escape")
    expect(options_of(page).first).to_be_hidden()
    expect(box).to_have_value("cach")
    expect_active(page, None)
    keyboard.press("Alt+ArrowDown")
    expect(options_of(page).first).to_be_visible()
    expect_active(page, None)
    keyboard.press("Alt+ArrowUp")
    expect(options_of(page).first).to_be_hidden()
    keyboard.press("ArrowUp")
    expect_active(page, -1)
    keyboard.press("Escape")
    keyboard.press("ArrowDown")
    expect_active(page, 0)
    keyboard.press("Escape")
    keyboard.press("Escape")
    expect(box).to_have_value("")
    expect(box).to_be_focused()

    type_in(page, "cach")
    keyboard.press("Tab")
    expect(options_of(page).first).to_be_hidden()
    expect(box).not_to_be_focused()
    expect(box).to_have_value("cach")


def test_enter_follows_the_option_or_else_searches(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/about")
    type_in(page, "idempotency k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=idempotency+k")
    box_of(page).fill("")
    type_in(page, "methods and idem")
    page.keyboard.press("ArrowDown")
    expect(options_of(page).first).to_contain_text("in HTTP")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/http#methods-and-idempotence")
    expect(page.locator("#methods-and-idempotence")).to_be_in_viewport()


def test_a_late_answer_to_an_earlier_text_is_never_shown(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/about")
    held: list[Route] = []
    given_up: list[str] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.fallback()
        else:
            held.append(route)

    page.route("**/search/suggest?*", hold_the_first)
    page.on("requestfailed", lambda request: given_up.append(unquote_plus(request.url.partition("?q=")[2])))
    box = box_of(page)
    with page.expect_request("**/search/suggest?q=ca"):
        box.press_sequentially("ca")
    type_in(page, "ching st")
    assert given_up[0] == "ca"
    held[0].fulfill(json={"query": "ca", "suggestions": [{"title": "Too late", "url": "/", "kind": "page"}]})
    with page.expect_response("**/search/suggest?q=caching%20strategies"):
        box.press_sequentially("rategies")
    expect(options_of(page).first).to_contain_text("Caching strategies")
    expect(page.get_by_text("Too late")).to_have_count(0)

    page.unroute("**/search/suggest?*")
    page.route("**/search/suggest?*", lambda route: route.abort())
    box.press_sequentially("x")
    expect(options_of(page).first).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=caching+strategiesx")


def test_a_finger_follows_a_suggestion_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 700}, has_touch=True)
    page.goto("/about")
    type_in(page, "select_rel")
    around = page.get_by_role("listbox").bounding_box()
    assert around is not None
    assert around["x"] >= 0
    assert around["x"] + around["width"] <= 390
    options_of(page).filter(has_text="select_related").first.tap()
    page.wait_for_url("**/lessons/*#select_related-and-prefetch_related")


def test_without_javascript_the_box_is_a_plain_form(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/about")
    expect(page.get_by_role("combobox")).to_have_count(0)
    page.get_by_role("searchbox").first.fill("idempotency stage:http")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    expect(page.get_by_role("region", name="Definition of idempotence")).to_be_visible()
    page.get_by_role("link", name="Remove the filter Stage: HTTP and the web").click()
    page.wait_for_url("**/search?q=idempotency")
    page.get_by_role("navigation", name="Order of the results").get_by_role("link", name="Newest").click()
    expect(page.get_by_role("link", name="Newest")).to_have_attribute("aria-current", "true")


def test_marks_are_said_and_not_copied(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/search?q=idempotent+retries")
    marks = page.locator(".hits mark").all_text_contents()
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}

    def said(node: dict[str, Any]) -> str:
        """Return the texts below a node of the tree that screen readers are given."""
        if node["role"]["value"] == "StaticText":
            return str(node["name"]["value"]) + " "
        return "".join(said(nodes[child]) for child in node["childIds"])

    assert marks
    spoken = [said(node).strip() for node in nodes.values() if node["role"]["value"] == "mark"]
    assert sorted(spoken) == sorted(f"match: {mark}" for mark in marks)
    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('.hits')); return getSelection().toString() }"
    )
    assert marks[0] in copied
    assert "match:" not in copied


def test_every_example_of_the_start_page_finds_something(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/search")
    examples = page.locator(".operators a")
    addresses = [str(link.get_attribute("href")) for link in examples.all()]
    assert len(addresses) > 5
    for address in addresses:
        found = page.request.get(address).text()
        assert 'class="hit"' in found, address
        assert "Did you mean" not in found, address
