"""The feed, the map of the site and the rules for robots."""

import dataclasses
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from portal.app import create_app
from portal.clock import utc_now
from portal.db import db, transaction
from portal.library.publishing import publish_note
from portal.settings import Settings
from portal.web.feeds.documents import FeedEntry, build_feed, build_sitemap
from tests.support.library import import_library
from tests.support.people import add_user

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ENTRY = FeedEntry(
    id="tag:example.org,2026:document/7",
    title="On <caching> & more",
    summary="What & why",
    address="https://example.org/lessons/caching",
    kind="lesson",
    published_at=NOON,
    updated_at=NOON + timedelta(days=1),
    author="ada",
)


@pytest.fixture
def named_client(settings: Settings, library: Path) -> Iterator[FlaskClient]:
    """A browser before a portal that knows its public address."""
    app = create_app(dataclasses.replace(settings, site_url="https://learn.example.org/", site_name="Learn & more"))
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


def read_xml(body: bytes) -> etree.Element:
    return etree.fromstring(body)  # noqa: S314  # the portal has written it itself


def text_of(element: etree.Element, path: str) -> str:
    return element.findtext(path, "")


def test_a_feed_has_all_that_atom_asks_for() -> None:
    body = build_feed(
        title="Nexus", home="https://example.org/", address="https://example.org/feed.atom", entries=[ENTRY]
    )
    feed = read_xml(body)
    assert feed.tag == f"{ATOM}feed"
    assert text_of(feed, f"{ATOM}id") == "https://example.org/feed.atom"
    assert text_of(feed, f"{ATOM}title") == "Nexus"
    assert text_of(feed, f"{ATOM}updated") == "2026-11-22T12:00:00Z"
    assert text_of(feed, f"{ATOM}author/{ATOM}name") == "Nexus"
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "self": "https://example.org/feed.atom",
        "alternate": "https://example.org/",
    }
    (entry,) = feed.findall(f"{ATOM}entry")
    assert text_of(entry, f"{ATOM}id") == "tag:example.org,2026:document/7"
    assert text_of(entry, f"{ATOM}title") == "On <caching> & more"
    assert text_of(entry, f"{ATOM}summary") == "What & why"
    assert text_of(entry, f"{ATOM}published") == "2026-11-21T12:00:00Z"
    assert text_of(entry, f"{ATOM}updated") == "2026-11-22T12:00:00Z"
    assert text_of(entry, f"{ATOM}author/{ATOM}name") == "ada"
    category = entry.find(f"{ATOM}category")
    assert category is not None
    assert category.get("term") == "lesson"


def test_an_entry_nobody_signed_has_the_author_of_the_feed() -> None:
    nameless = dataclasses.replace(ENTRY, author=None)
    feed = read_xml(build_feed(title="Nexus", home="/", address="/feed.atom", entries=[nameless]))
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.find(f"{ATOM}author") is None


def test_times_are_told_in_utc() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-5)))
    feed = read_xml(
        build_feed(title="", home="/", address="/", entries=[dataclasses.replace(ENTRY, updated_at=elsewhere)])
    )
    assert text_of(feed, f"{ATOM}updated") == "2026-11-21T12:00:00Z"


@pytest.mark.parametrize("hostile", ["\0\x0b\x1f", "\ud800", "\ufffe\uffff", "]]>", "<script>&", "a\tb\n"])
def test_a_feed_is_well_formed_whatever_a_title_holds(hostile: str) -> None:
    body = build_feed(
        title=hostile, home="/", address="/", entries=[dataclasses.replace(ENTRY, title=f"a{hostile}b", author=hostile)]
    )
    title = text_of(read_xml(body), f"{ATOM}entry/{ATOM}title")
    assert title.startswith("a")
    assert title.endswith("b")


def test_a_map_of_the_site_tells_when_a_page_changed_where_that_is_known() -> None:
    urls = read_xml(build_sitemap([("https://example.org/", None), ("https://example.org/a?b&c", NOON)]))
    assert [text_of(url, f"{MAP}loc") for url in urls] == ["https://example.org/", "https://example.org/a?b&c"]
    assert [url.findtext(f"{MAP}lastmod") for url in urls] == [None, "2026-11-21T12:00:00Z"]


def test_the_feed_tells_of_lessons_case_notes_and_notes_the_newest_first(client: FlaskClient, library: Path) -> None:
    author = add_user("grace")
    with transaction() as session:
        note = publish_note(
            session,
            topic_key="http",
            title="A header that lied",
            summary="Content-Length and the truth.",
            body="Some text.\n",
            author_id=author,
            approver_id=None,
            now=utc_now() + timedelta(hours=1),
        )
    answer = client.get("/feed.atom")
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    entries = read_xml(answer.data).findall(f"{ATOM}entry")
    assert text_of(entries[0], f"{ATOM}title") == "A header that lied"
    assert text_of(entries[0], f"{ATOM}author/{ATOM}name") == "grace"
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"http://localhost/notes/{note.id}-a-header-that-lied"
    assert {text_of(entry, f"{ATOM}title") for entry in entries} >= {"HTTP", "HTTP caching", "Slow queries"}
    assert len({text_of(entry, f"{ATOM}id") for entry in entries}) == len(entries)


def test_every_address_in_the_feed_leads_to_a_page(client: FlaskClient, library: Path) -> None:
    for entry in read_xml(client.get("/feed.atom").data).findall(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert client.get(urlsplit(link.get("href", "")).path).status_code == 200


def test_the_id_of_an_entry_outlives_a_change(client: FlaskClient, library: Path) -> None:
    def ids() -> dict[str, str]:
        entries = read_xml(client.get("/feed.atom").data).findall(f"{ATOM}entry")
        return {text_of(entry, f"{ATOM}title"): text_of(entry, f"{ATOM}id") for entry in entries}

    before = ids()
    file = library / "lessons" / "web" / "http.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Without it", "Lacking it"), encoding="utf-8")
    import_library(library)
    db.session.rollback()
    assert ids() == before


@pytest.mark.parametrize("address", ["/feed.atom", "/sitemap.xml", "/robots.txt"])
def test_who_has_the_newest_is_told_so_and_no_more(client: FlaskClient, library: Path, address: str) -> None:
    first = client.get(address)
    assert "Set-Cookie" not in first.headers
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_the_feed_may_be_asked_for_by_time(client: FlaskClient, library: Path) -> None:
    first = client.get("/feed.atom")
    again = client.get("/feed.atom", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert again.status_code == 304


def test_addresses_are_those_of_the_setting(named_client: FlaskClient) -> None:
    feed = read_xml(named_client.get("/feed.atom").data)
    assert text_of(feed, f"{ATOM}title") == "Learn & more"
    assert text_of(feed, f"{ATOM}id") == "https://learn.example.org/feed.atom"
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert text_of(entry, f"{ATOM}id").startswith("tag:learn.example.org,2026:document/")
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href", "").startswith("https://learn.example.org/")
    assert "https://learn.example.org/roadmap/web" in named_client.get("/sitemap.xml").text
    assert "Sitemap: https://learn.example.org/sitemap.xml" in named_client.get("/robots.txt").text


def test_every_address_of_the_map_leads_to_a_page_that_anybody_may_read(client: FlaskClient, library: Path) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    addresses = [urlsplit(text_of(url, f"{MAP}loc")).path for url in read_xml(answer.data)]
    assert {"/", "/roadmap", "/roadmap/speed", "/lessons/http", "/challenges/slow-queries", "/about"} <= set(addresses)
    assert len(set(addresses)) == len(addresses)
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_robots_are_kept_from_what_is_not_for_them(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "Disallow: /search" in answer.text
    assert "Disallow: /account" in answer.text
    assert "Disallow: /wanted" in answer.text
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text
