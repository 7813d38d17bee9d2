"""The feed and the map of the site as XML, free of Flask."""

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""When an empty feed was updated last; the element is required (RFC 4287, section 4.1.1)."""
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, section 2.2."""


@dataclass(frozen=True)
class FeedEntry:
    """A document as the feed tells of it; `id` never changes, whatever becomes of the address."""

    id: str
    title: str
    summary: str
    address: str
    kind: str
    published_at: datetime
    updated_at: datetime
    author: str | None = None


def build_feed(*, title: str, home: str, address: str, entries: Iterable[FeedEntry]) -> bytes:
    """Return an Atom feed (RFC 4287). `home` is the address of the site, `address` that of the feed itself."""
    entries = list(entries)
    feed = etree.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "subtitle", "What is new and what changed")
    _add(feed, "updated", _show_time(max((entry.updated_at for entry in entries), default=BEGINNING)))
    etree.SubElement(feed, "link", rel="self", type="application/atom+xml", href=address)
    etree.SubElement(feed, "link", rel="alternate", type="text/html", href=home)
    _add(etree.SubElement(feed, "author"), "name", title)
    for entry in entries:
        _add_entry(feed, entry)
    return _write(feed)


def build_sitemap(pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Return a map of the site (sitemaps.org, protocol 0.9) from addresses and when each changed last, where known."""
    urls = etree.Element("urlset", xmlns=SITEMAP)
    for address, changed_at in pages:
        url = etree.SubElement(urls, "url")
        _add(url, "loc", address)
        if changed_at:
            _add(url, "lastmod", _show_time(changed_at))
    return _write(urls)


def _add_entry(feed: etree.Element, entry: FeedEntry) -> None:
    element = etree.SubElement(feed, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "summary", entry.summary)
    _add(element, "published", _show_time(entry.published_at))
    _add(element, "updated", _show_time(entry.updated_at))
    etree.SubElement(element, "link", rel="alternate", type="text/html", href=entry.address)
    etree.SubElement(element, "category", term=entry.kind)
    if entry.author:
        _add(etree.SubElement(element, "author"), "name", entry.author)


def _add(parent: etree.Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = FORBIDDEN.sub("", text)


def _show_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(root: etree.Element) -> bytes:
    etree.indent(root)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
