"""What keeps a file from being imported."""

from typing import Any

import pytest

from portal.library.domain import Kind
from portal.library.shapes import find_flaws

LESSON = {"title": "HTTP", "summary": "All about it.", "level": "core"}
TOPIC = {"slug": "http", "title": "HTTP", "level": "core"}


def flaws_of_lesson(**keys: Any) -> list[tuple[tuple[str | int, ...], str]]:
    return find_flaws(Kind.LESSON, "http", {**LESSON, **keys})


def flaws_of_roadmap(*topics: Any) -> list[tuple[tuple[str | int, ...], str]]:
    stage = {"slug": "web", "title": "Web", "topics": list(topics)}
    return find_flaws(Kind.DATA, "roadmap", {"stages": [stage]})


def test_a_lesson_in_form_has_no_flaws() -> None:
    choices = [{"text": "a", "why": "b", "right": True}, {"text": "c", "why": "d"}]
    assert not flaws_of_lesson(
        id="http",
        moved_from=["old", "older"],
        retired=False,
        needs=["servers"],
        minutes=12,
        tags=["web"],
        questions=[{"prompt": "a", "choices": choices}, {"prompt": "a", "answer": "b", "why": "c"}],
        sources=[{"title": "a", "url": "https://example.org/", "why": "b"}],
    )


@pytest.mark.parametrize("key", ["title", "summary", "level"])
def test_missing_keys_are_named(key: str) -> None:
    meta = {name: value for name, value in LESSON.items() if name != key}
    assert find_flaws(Kind.LESSON, "http", meta) == [((), f"the key `{key}` is missing")]


def test_a_page_needs_no_level() -> None:
    assert find_flaws(Kind.PAGE, "about", {"title": "About"}) == [((), "the key `summary` is missing")]


@pytest.mark.parametrize(
    ("keys", "place", "message"),
    [
        ({"title": 12}, ("title",), "text on one line"),
        ({"title": " "}, ("title",), "text on one line"),
        ({"title": "a\nb"}, ("title",), "text on one line"),
        ({"title": "a" * 201}, ("title",), "at most 200"),
        ({"summary": None}, ("summary",), "should be text"),
        ({"level": "expert"}, ("level",), "one of foundation, core, advanced"),
        ({"id": "HTTP"}, ("id",), "should be a slug"),
        ({"moved_from": 1}, ("moved_from",), "a slug or a list of slugs"),
        ({"moved_from": ["a", "B"]}, ("moved_from",), "a slug or a list of slugs"),
        ({"retired": "yes"}, ("retired",), "`true` or `false`"),
        ({"needs": None}, ("needs",), "a list of slugs"),
        ({"minutes": 0}, ("minutes",), "whole number"),
        ({"minutes": True}, ("minutes",), "whole number"),
        ({"tags": [1]}, ("tags",), "a list of texts"),
        ({"questions": "why"}, ("questions",), "a list of mappings"),
        ({"questions": ["why"]}, ("questions",), "a list of mappings"),
        ({"questions": [{"prompt": "a", "answer": "b"}]}, ("questions", 0), "`why` is missing"),
        ({"questions": [{"choices": []}]}, ("questions", 0), "`prompt` is missing"),
        ({"questions": [{"prompt": "a", "choices": 1}]}, ("questions", 0, "choices"), "a list of mappings"),
        ({"questions": [{"prompt": "a", "choices": [{"text": "b"}]}]}, ("questions", 0, "choices", 0), "`why`"),
        (
            {"questions": [{"prompt": "a", "choices": [{"text": "b", "why": "c", "right": 1}]}]},
            ("questions", 0, "choices", 0, "right"),
            "`true` or `false`",
        ),
        ({"sources": [{"title": "a", "url": "x y", "why": "b"}]}, ("sources", 0, "url"), "https://"),
        ({"sources": [{"title": "a", "url": "https://a.example"}]}, ("sources", 0), "`why` is missing"),
    ],
)
def test_wrong_values_are_named_by_place(keys: dict[str, Any], place: tuple[str | int, ...], message: str) -> None:
    ((found, said),) = flaws_of_lesson(**keys)
    assert found == place
    assert message in said


@pytest.mark.parametrize(
    ("name", "data", "place", "message"),
    [
        ("glossary", {}, (), "`terms` is missing"),
        ("glossary", {"terms": [1]}, ("terms",), "a list of mappings"),
        ("glossary", {"terms": [{"slug": "a", "term": "A"}]}, ("terms", 0), "`definition` is missing"),
        ("tools", {"languages": [], "purposes": [], "tools": None}, ("tools",), "a list of mappings"),
        ("resources", {"resources": [{}] * 0, "x": 1}, None, ""),
        ("colours", {"anything": "goes"}, None, ""),
    ],
)
def test_lists_are_looked_at(name: str, data: Any, place: tuple[str | int, ...] | None, message: str) -> None:
    flaws = find_flaws(Kind.DATA, name, data)
    assert [found for found, _ in flaws] == ([] if place is None else [place])
    assert all(message in said for _, said in flaws)


def test_a_slug_that_stands_twice_in_a_list_is_named() -> None:
    term = {"slug": "a", "term": "A", "definition": "b"}
    assert find_flaws(Kind.DATA, "glossary", {"terms": [term, term]}) == [
        (("terms", 1, "slug"), "the slug `a` stands here twice")
    ]


def test_a_roadmap_in_form_has_no_flaws() -> None:
    topic = {**TOPIC, "covers": ["methods"], "practice": "write one", "needs": []}
    assert not flaws_of_roadmap(topic, {**TOPIC, "slug": "rest", "needs": ["http"]})


@pytest.mark.parametrize(
    ("topic", "place", "message"),
    [
        ({**TOPIC, "needs": ["gone"]}, ("needs", 0), "no topic `gone`"),
        ({**TOPIC, "needs": ["http"]}, ("needs", 0), "cannot need itself"),
        ({**TOPIC, "needs": "servers"}, ("needs",), "a list of slugs"),
        ({**TOPIC, "level": "hard"}, ("level",), "one of"),
        ({"slug": "http", "title": "HTTP"}, (), "`level` is missing"),
        ({**TOPIC, "slug": 5}, ("slug",), "should be a slug"),
    ],
)
def test_flaws_of_topics(topic: dict[str, Any], place: tuple[str | int, ...], message: str) -> None:
    ((found, said),) = flaws_of_roadmap(topic)
    assert found == ("stages", 0, "topics", 0, *place)
    assert message in said


def test_a_roadmap_without_stages_is_none() -> None:
    assert find_flaws(Kind.DATA, "roadmap", {}) == [((), "the key `stages` is missing")]
    assert find_flaws(Kind.DATA, "roadmap", {"stages": [{"slug": "a"}]}) == [
        (("stages", 0), "the key `title` is missing")
    ]
    assert flaws_of_roadmap(TOPIC, TOPIC) == [(("stages", 0, "topics", 1, "slug"), "the slug `http` stands here twice")]
