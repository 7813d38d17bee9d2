"""Links out of the site: all of them, and those that a text should not have."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from portal.library.files import Place, Source, read_folder
from portal.library.prose import texts_of
from portal.markup import find_links

FILE = "links.yml"
HEAD = """\
# Every link out of the site, with the date on which it was entered. `flask content enter-links` brings this in line.

"""
SHORTENERS = frozenset(
    """
    bit.ly buff.ly cutt.ly goo.gl is.gd lnkd.in ow.ly rb.gy rebrand.ly shorturl.at t.co t.ly tiny.cc tinyurl.com
    """.split()  # noqa: SIM905  # a list of words is read best as a text
)
CONTENT_FARMS = frozenset(
    """
    baeldung.com codecademy.com dev.to educba.com edureka.co freecodecamp.org geeksforgeeks.org guru99.com
    hackernoon.com hashnode.com interviewbit.com javatpoint.com medium.com programiz.com quora.com scaler.com
    simplilearn.com tpointtech.com tutorialspoint.com w3resource.com w3schools.com
    """.split()  # noqa: SIM905  # a list of words is read best as a text
)
"""Hosts whose pages retell primary sources, behind advertisements or a wall."""


def update_entered_links(folder: Path, *, today: date) -> tuple[int, int]:
    """Enter the links of a content folder that are not in its links.yml, with today's date, and take out unused ones.

    Returns how many were entered and how many taken out. Raises Missing where there is no such folder.
    """
    sources, _ = read_folder(folder)
    before = next((source.meta for source in sources if source.path == FILE), {})
    dates = {entry["url"]: entry["entered"] for entry in before.get("links", ())}
    linked = {link for source in sources if takes_part(source) for link, _ in links_out(source)}
    entries = [{"url": link, "entered": dates.get(link, today.isoformat())} for link in sorted(linked)]
    text = yaml.safe_dump({"links": entries}, sort_keys=False, allow_unicode=True, width=1_000)
    (folder / FILE).write_text(HEAD + text, encoding="utf-8")
    return len(linked - dates.keys()), len(dates.keys() - linked)


def takes_part(source: Source) -> bool:
    """Tell whether the links of a file count: not those of the list itself, nor of a retired text."""
    return source.path != FILE and not source.meta.get("retired")


def links_out(source: Source) -> Iterator[tuple[str, int]]:
    """Yield each address that a file leads to outside the site, with its line in the file, counted from 1."""
    for place, text in texts_of(source):
        if place[-1] == "url":
            yield text, source.lines[place]
        else:
            yield from ((link, source.lines[place]) for link in _links_in(text, place))
    lines = source.body.split("\n") if source.path.endswith(".md") else []
    before = source.head.count("\n")
    for link in find_links(source.body) if lines else ():
        if is_outside(link):
            yield link, before + next((number for number, line in enumerate(lines, start=1) if link in line), 1)


def is_outside(link: str) -> bool:
    """Tell whether a link leads to another site."""
    return link.lower().startswith(("http://", "https://"))


def blame_host(link: str) -> str:
    """Return what is wrong with the site that a link leads to; empty where nothing is."""
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    names = {host, ".".join(host.split(".")[-2:])}
    if names & SHORTENERS:
        return "hides where it leads; link to the address behind it"
    if names & CONTENT_FARMS:
        return "leads to a site that retells others; link to the primary source"
    return ""


def _links_in(text: str, place: Place) -> Iterator[str]:
    if "http" in text and place[-1] not in ("title", "slug"):
        yield from filter(is_outside, find_links(text))
