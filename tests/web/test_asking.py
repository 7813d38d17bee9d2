"""What a search address asks for; what the page makes of it is tested in test_search.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.domain import MAX_QUERY, Order
from portal.web.search.asking import Asked, find_value, names_of, parameters_of, read_address
from tests.support.roadmaps import make_roadmap

ROADMAP = make_roadmap(
    {"http-and-the-web": {"http": []}, "databases": {"sql": []}, "data-pipelines": {"etl": []}},
    titles={"http-and-the-web": "The web", "databases": "Databases & SQL", "data-pipelines": "Moving data"},
)
NAMES = names_of(ROADMAP)


def ask(q: str, **arguments: str) -> Asked:
    return read_address({"q": q, **arguments}, ROADMAP)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        *(("kind", typed, "term") for typed in ("term", "Terms", "glossary", "Definition", "definitions", "gloss")),
        *(("kind", typed, "note") for typed in ("note", "NOTES", "n")),
        *(("kind", typed, "challenge") for typed in ("challenges", "case", "case-notes", "Case note")),
        *(("kind", typed, "") for typed in ("", "…", "video", "notebook")),
        *(("level", typed, "foundation") for typed in ("foundation", "Foundations", "found")),
        *(("level", typed, "") for typed in ("hard", "corer")),
        *(("stage", typed, "databases") for typed in ("databases", "DATABASES", "Databases & SQL", "datab")),
        *(("stage", typed, "http-and-the-web") for typed in ("http", "the web", "http and the", "The Web")),
        *(("stage", typed, "") for typed in ("data", "web", "sql")),  # two begin so; none does
    ],
)
def test_a_value_is_known_by_its_names_and_by_how_only_one_of_them_begins(name: str, typed: str, value: str) -> None:
    assert find_value(name, typed, NAMES[name]) == value


def test_operators_become_filters_and_leave_the_text() -> None:
    asked = ask('deadlock stage:datab "lock wait" kind:terms tag:"Status Codes"')
    request = asked.request
    assert request.text == 'deadlock "lock wait"'
    assert (request.stage, request.kind, request.level, request.tag) == ("databases", "term", "", "status codes")
    assert asked.typed == 'deadlock stage:datab "lock wait" kind:terms tag:"Status Codes"'
    assert asked.carried == {}
    assert asked.remarks == ()


def test_what_is_not_in_the_box_is_carried_on() -> None:
    asked = ask("x kind:lesson", kind="term", stage="databases", sort="date", page="3")
    assert asked.request.kind == "lesson"
    assert asked.carried == {"stage": "databases", "sort": "date"}


def test_the_parameters_of_a_search_ask_for_it_again() -> None:
    first = ask("deadlock kind:term stage:http tag:Django", sort="date").request
    again = read_address(parameters_of(first), ROADMAP).request
    assert again == first
    assert again.order is Order.DATE


@pytest.mark.parametrize("arguments", [{"q": "x stage:data"}, {"q": "x", "stage": "data"}])
def test_a_value_that_nothing_has_is_remarked_upon(arguments: dict[str, str]) -> None:
    asked = read_address(arguments, ROADMAP)
    assert asked.remarks == ("There is no stage “data”, so all of them were searched.",)
    assert asked.request.stage == ""
    assert "stage" not in asked.carried


def test_a_filter_without_a_word_asks_for_one() -> None:
    (remark,) = ask("kind:lesson").remarks
    assert remark.startswith("Type a word")
    assert ask("", kind="lesson").remarks == ()
    assert ask("tag:http").request.text == "http"


@given(st.text(max_size=3 * MAX_QUERY), st.sampled_from(["stage", "level", "kind", "tag", "sort", "page"]), st.text())
def test_whatever_is_sent_can_be_asked_for(typed: str, name: str, value: str) -> None:
    asked = ask(typed, **{name: value})
    assert len(asked.request.text) <= MAX_QUERY
    assert asked.request.stage in ("", *NAMES["stage"])
