"""What files say that documents should be."""

import pytest

from portal.library.domain import Kind
from portal.library.entries import entry_of, flaws_of, former_slugs, terms_of
from portal.library.files import Source, parse_front_matter, read_source

LESSON = b"---\nid: http\ntitle: HTTP\nsummary: s\nlevel: core\nmoved_from: old\nretired: true\n---\n\nbody\n"
GLOSSARY = "terms:\n  - term: Café\n    slug: cafe\n    definition: >-\n      A place.\n    aliases: [cafés]\n"


def test_a_text_says_who_it_is_and_what_it_says() -> None:
    source = read_source("lessons/web/http.md", LESSON)
    assert not flaws_of(source)
    entry = entry_of(source)
    assert (entry.kind, entry.slug, entry.key, entry.moved_from) == (Kind.LESSON, "http", "http", ("old",))
    assert (entry.title, entry.body, entry.is_retired, entry.names_its_document) == ("HTTP", "body\n", True, True)
    assert entry.head + entry.body == LESSON.decode()


def test_data_are_named_by_their_file() -> None:
    source = read_source("glossary.yml", GLOSSARY.encode())
    assert not flaws_of(source)
    entry = entry_of(source)
    assert (entry.kind, entry.slug, entry.title, entry.body) == (Kind.DATA, "glossary", "glossary", GLOSSARY)
    assert not entry.names_its_document


def test_a_term_is_a_text_with_front_matter_of_its_own() -> None:
    (entry,) = terms_of(read_source("glossary.yml", GLOSSARY.encode()))
    assert (entry.label, entry.line, entry.title, entry.body) == ("glossary.yml#cafe", 2, "Café", "A place.")
    head, body, meta = parse_front_matter(entry.head + entry.body)
    assert (head, body) == (entry.head, entry.body)
    assert meta == {"term": "Café", "slug": "cafe", "aliases": ["cafés"]}


def test_a_body_that_is_too_much_to_render_is_a_flaw() -> None:
    source = read_source("pages/about.md", b"---\ntitle: t\nsummary: s\n---\n\n" + b"- " * 100 + b"x\n")
    assert [(problem.path, problem.line) for problem in flaws_of(source)] == [("pages/about.md", 6)]


def test_former_slugs_are_one_or_many_or_none() -> None:
    assert former_slugs({"moved_from": "a"}) == ("a",)
    assert former_slugs({"moved_from": ["a", "b"]}) == ("a", "b")
    assert former_slugs({}) == ()


def test_a_file_in_no_place_of_the_content_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match=r"README\.md"):
        flaws_of(Source("README.md", "", "", {}))
