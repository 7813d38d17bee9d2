"""Where documents are found on the site, and where the links between files lead."""

import posixpath
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from portal.library.domain import Kind

PREFIXES = {
    Kind.LESSON: "/lessons/",
    Kind.CHALLENGE: "/challenges/",
    Kind.PAGE: "/",
    Kind.DATA: "/",
    Kind.TERM: "/glossary#",
}
NOTE_PATH = "notes/topic/note.md"
"""Stands in for the path of a text that has no file: an exported note lies as deep."""


def address_of(kind: Kind, slug: str) -> str:
    """Return the address of a document which has a file."""
    return f"{PREFIXES[kind]}{slug}"


def resolve_link(target: str, *, path: str | None, addresses: Mapping[str, str]) -> str | None:
    """Return where a link leads on the site; None where it dangles.

    Relative targets are those of files: `path` is where the link stands, below content/, and `addresses` leads from
    files to addresses. Addresses on the site are taken as they stand.
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.netloc or not parts.path or "\\" in target:
        return None
    if parts.path.startswith("/"):
        return target
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path or NOTE_PATH), unquote(parts.path)))
    address = f"/{file}" if file.startswith("figures/") else addresses.get(file)
    if address is None:
        return None
    return f"{address}#{parts.fragment}" if parts.fragment else address
