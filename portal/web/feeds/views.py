"""What programs read: the feed, the map of the site, and the rules for robots."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from portal.db import current_session
from portal.library.domain import Kind
from portal.library.queries import Listing, list_articles, newest_listings
from portal.web.addresses import document_address
from portal.web.feeds.documents import FeedEntry, build_feed, build_sitemap
from portal.web.services import current_roadmap, settings

bp = Blueprint("feeds", __name__)

ENTRIES = 40
"""Documents in the feed."""
LISTED = (Kind.LESSON, Kind.CHALLENGE, Kind.PAGE, Kind.NOTE)
BEGAN = 2026
"""The year in the ids of the feed, in which their form was chosen (RFC 4151, section 2.1)."""
ROBOTS = """\
User-agent: *
Disallow: /account
Disallow: /contribut
Disallow: /login
Disallow: /moderation
Disallow: /progress
Disallow: /register
Disallow: /search
Disallow: /wanted

Sitemap: {}
"""


@bp.get("/feed.atom")
def show_feed() -> ResponseReturnValue:
    """Tell of the lessons, case notes and notes that were published or changed last."""
    root = _root()
    entries = [_entry(listing, root) for listing in newest_listings(current_session(), limit=ENTRIES)]
    body = build_feed(title=settings().site_name, home=f"{root}/", address=f"{root}/feed.atom", entries=entries)
    response = _answer(body, "application/atom+xml")
    if entries:
        response.last_modified = max(entry.updated_at for entry in entries)
    return response.make_conditional(request)


@bp.get("/sitemap.xml")
def show_sitemap() -> ResponseReturnValue:
    """List all pages that anybody may read."""
    root = _root()
    body = build_sitemap((f"{root}{address}", changed_at) for address, changed_at in _pages())
    return _answer(body, "application/xml").make_conditional(request)


@bp.get("/robots.txt")
def show_robots() -> ResponseReturnValue:
    """Keep robots from pages that are nobody's but their owner's, and from searching without end."""
    return _answer(ROBOTS.format(f"{_root()}/sitemap.xml"), "text/plain").make_conditional(request)


def _root() -> str:
    """Return the public address of the site, without a slash at the end."""
    return (settings().site_url or request.url_root).rstrip("/")


def _entry(listing: Listing, root: str) -> FeedEntry:
    return FeedEntry(
        id=f"tag:{urlsplit(root).hostname},{BEGAN}:document/{listing.document_id}",
        title=listing.title,
        summary=listing.summary,
        address=root + document_address(listing.kind, listing.slug, listing.document_id),
        kind=listing.kind.value,
        published_at=listing.published_at,
        updated_at=listing.updated_at,
        author=listing.author,
    )


def _pages() -> Iterator[tuple[str, datetime | None]]:
    yield "/", None
    yield "/roadmap", None
    yield "/challenges", None
    yield "/glossary", None
    for stage in current_roadmap().stages:
        yield f"/roadmap/{stage.slug}", None
    for kind in LISTED:
        for listing in list_articles(current_session(), kind):
            yield document_address(kind, listing.slug, listing.document_id), listing.updated_at


def _answer(body: str | bytes, content_type: str) -> Response:
    response = make_response(body)
    response.content_type = f"{content_type}; charset=utf-8"
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    return response
