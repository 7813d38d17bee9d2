import pytest

from portal.markup import Heading
from portal.web.lessons.arranging import ContentsEntry, first_letter, list_contents


def test_contents_have_two_levels() -> None:
    headings = [
        Heading(2, "how", "How"), Heading(3, "who", "Who"), Heading(4, "deep", "Deep"), Heading(3, "what", "What"),
        Heading(2, "why", "Why"),
    ]  # fmt: skip
    assert list_contents(headings) == [
        ContentsEntry("how", "How", (headings[1], headings[3])),
        ContentsEntry("why", "Why"),
    ]


def test_a_text_that_begins_with_a_lower_heading_keeps_it() -> None:
    assert list_contents([Heading(3, "first", "First")]) == [ContentsEntry("first", "First")]


def test_sections_of_the_page_end_the_contents() -> None:
    entries = list_contents([Heading(2, "how", "How")], more=[("go-further", "Go further")])
    assert [entry.id for entry in entries] == ["how", "go-further"]


@pytest.mark.parametrize(
    ("title", "letter"), [("acid", "A"), ("Écluse", "E"), ("2PC", "#"), ("...", "#"), ("", "#"), ("Ω", "#")]
)
def test_a_title_is_found_under_its_first_letter(title: str, letter: str) -> None:
    assert first_letter(title) == letter
