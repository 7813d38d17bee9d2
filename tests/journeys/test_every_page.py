"""What holds on every page: axe finds nothing, nothing overflows, nothing leaves the site."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, sign_in
from tests.journeys.test_a_day import write_note

pytestmark = [
    pytest.mark.journey,
    pytest.mark.unmeasured,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(120, func_only=True),
]

PUBLIC = [
    "/",
    "/roadmap",
    "/roadmap/web",
    "/lessons/http-caching",
    "/lessons/what-is-a-backend",
    "/lessons/kubernetes",
    "/lessons/http-caching/history",
    "/challenges",
    "/challenges/slow-queries",
    "/glossary",
    "/tools",
    "/resources",
    "/best-practices",
    "/collaboration",
    "/how-to-contribute",
    "/about",
    "/wanted?q=sagas",
    "/search",
    "/search?q=idempotency",
    "/search?q=cache+tag:http&kind=lesson&sort=date",
    "/search?q=%22idempotent+postgers%22",
    "/search?q=zzzzzz",
    "/register",
    "/login",
    "/no-such-page",
]
PERSONAL = [
    "/",
    "/progress",
    "/roadmap",
    "/roadmap/web",
    "/lessons/http",
    "/account",
    "/account/password",
    "/contribute",
    "/contribute/lessons/http",
    "/contributions",
    "/moderation",
    "/moderation/log",
]

REMEMBER_COLOURS = """;
(() => {
    const {Color} = axe.commons.color, parse = Color.prototype.parseString, known = new Map();
    Color.prototype.parseString = function (text) {
        if (!known.has(text)) known.set(text, new Color(parse.call(this, text)));
        const {r, g, b, alpha} = known.get(text);
        return Object.assign(this, {r, g, b, alpha});
    };
})();
"""
"""Lets axe, which asks for the colours of each element again and again, read each colour once: a third less time."""
AXE = Axe(AXE_SCRIPT + REMEMBER_COLOURS)


def find_faults(page: Page) -> list[str]:
    """What axe finds on the page, a line each."""
    result = AXE.run(page, options={"resultTypes": ["violations"]})  # what passes is not described: thrice as fast
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result.response["violations"]
        for node in violation["nodes"]
    ]


def ask_for_note(page: Page, wording: str) -> None:
    """Ask for a note, so that the lists of wanted ones have something to show."""
    page.goto("/wanted")
    page.get_by_label("Subject").fill(wording)
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Everybody who writes notes sees")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_public_page(open_page: OpenPage, theme: str) -> None:
    page = open_page(color_scheme=theme)
    found = {}
    for address in PUBLIC:
        page.goto(address)
        if problems := find_faults(page):
            found[address] = problems
    assert not found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_personal_page(open_page: OpenPage, theme: str) -> None:
    page = open_page(color_scheme=theme)
    sign_in(page, "olga")
    ask_for_note(page, f"Notes on the {theme}")
    note = write_note(page, f"Seen in the {theme}")
    item = note.replace("contributions", "moderation")
    found = {}
    for address in [*PERSONAL, note, f"{note}/edit", item]:
        page.goto(address)
        if problems := find_faults(page):
            found[address] = problems
    assert not found


def test_no_page_scrolls_sideways(open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, "olga")
    ask_for_note(page, "W" * 110)
    wide = []
    for address in [*PUBLIC[:-5], *PERSONAL]:
        page.goto(address)
        for width in (320, 390, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append((address, width))
    assert not wide


def test_no_request_leaves_the_site_and_no_script_complains(open_page: OpenPage) -> None:
    page = open_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for address in PUBLIC[:-1]:
        page.goto(address)
    origin = page.url.split("/login")[0]
    assert {url for url in requests if not url.startswith((origin, "data:"))} == set()
    assert complaints == []


def test_the_first_page_is_light_and_does_not_jump(open_page: OpenPage) -> None:
    page = open_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.__setitem__(response.url, len(response.body())))
    page.goto("/", wait_until="networkidle")
    without_fonts = {url: size for url, size in sizes.items() if ".woff2" not in url}
    assert sum(without_fonts.values()) < 200_000, without_fonts
    assert all(size < 15_000 for url, size in sizes.items() if ".js" in url)
    shift = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value })
              .observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 500);
        })"""
    )
    assert shift < 0.02


def test_the_keyboard_alone_leads_to_search_and_past_the_header(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/roadmap")
    page.keyboard.press("Tab")
    assert "Skip" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("cach")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/roadmap" not in url)
