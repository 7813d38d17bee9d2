"""Where links between files lead."""

import pytest

from portal.library.domain import Kind
from portal.library.links import address_of, resolve_link

ADDRESSES = {
    "lessons/web/http.md": "/lessons/http",
    "lessons/apis/rest.md": "/lessons/rest",
    "pages/about.md": "/about",
    "glossary.yml": "/glossary",
}


@pytest.mark.parametrize(
    ("kind", "slug", "address"),
    [
        (Kind.LESSON, "http", "/lessons/http"),
        (Kind.CHALLENGE, "slow", "/challenges/slow"),
        (Kind.PAGE, "about", "/about"),
        (Kind.DATA, "tools", "/tools"),
        (Kind.TERM, "etag", "/glossary#etag"),
    ],
)
def test_addresses(kind: Kind, slug: str, address: str) -> None:
    assert address_of(kind, slug) == address


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("../apis/rest.md", "/lessons/rest"),
        ("../apis/rest.md#verbs", "/lessons/rest#verbs"),
        ("../apis/./rest.md", "/lessons/rest"),
        ("../apis/re%73t.md", "/lessons/rest"),
        ("http.md", "/lessons/http"),
        ("../../pages/about.md", "/about"),
        ("../../glossary.yml", "/glossary"),
        ("../../figures/http.svg", "/figures/http.svg"),
        ("/lessons/rest?x=1#y", "/lessons/rest?x=1#y"),
        ("../apis/gone.md", None),
        ("../../../secret.md", None),
        ("../../figures/../../x", None),
        ("//evil.example/x", None),
        ("", None),
    ],
)
def test_links_of_a_lesson(target: str, address: str | None) -> None:
    assert resolve_link(target, path="lessons/web/http.md", addresses=ADDRESSES) == address


def test_a_text_without_a_file_links_as_an_exported_note_does() -> None:
    assert resolve_link("../../lessons/web/http.md", path=None, addresses=ADDRESSES) == "/lessons/http"


def test_hostile_targets_are_no_crash() -> None:
    for target in ("http://[", "/\\evil.example", "\0", "%00", "a" * 100_000, "https://["):
        assert resolve_link(target, path=None, addresses=ADDRESSES) is None
