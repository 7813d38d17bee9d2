from itertools import pairwise

import pytest

from portal.roadmap.domain import Roadmap, find_circle, rename_topics
from tests.support.roadmaps import make_roadmap, roadmap_data

ROADMAP = make_roadmap({"web": {"http": [], "json": ["http"]}, "speed": {"caching": ["http"]}})


def test_topics_come_in_the_order_of_travel_across_stages() -> None:
    assert [topic.slug for topic in ROADMAP] == ["http", "json", "caching"]


def test_topics_and_stages_are_found_by_their_names() -> None:
    assert ROADMAP.by_slug["json"].stage == "web"
    assert ROADMAP.by_key["key-caching"].slug == "caching"
    assert ROADMAP.stage_by_slug["speed"].number == 2


@pytest.mark.parametrize(
    ("slug", "before", "after"), [("http", None, "json"), ("json", "http", "caching"), ("caching", "json", None)]
)
def test_a_topic_has_neighbours_across_the_borders_of_stages(slug: str, before: str | None, after: str | None) -> None:
    previous_topic, next_topic = ROADMAP.previous_and_next(slug)
    assert (previous_topic.slug if previous_topic else None) == before
    assert (next_topic.slug if next_topic else None) == after


def test_an_empty_roadmap_has_no_topics() -> None:
    assert list(Roadmap()) == []


def test_needs_without_a_circle_have_none() -> None:
    assert find_circle({"a": ["b", "c"], "b": ["c"], "c": []}) == []


def test_a_circle_is_told_in_the_order_in_which_its_topics_need_one_another() -> None:
    needs = {"start": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}
    circle = find_circle(needs)
    assert circle[0] == circle[-1]
    assert set(circle) == {"a", "b", "c"}
    assert all(needed in needs[topic] for topic, needed in pairwise(circle))


def test_a_topic_that_needs_itself_is_a_circle() -> None:
    assert find_circle({"a": ["a"]}) == ["a", "a"]


def test_a_chain_of_any_length_is_followed() -> None:
    chain = {f"topic-{number}": [f"topic-{number + 1}"] for number in range(5000)}
    assert find_circle(chain) == []
    assert len(find_circle({**chain, "topic-5000": ["topic-0"]})) == 5002


def test_topics_in_a_file_follow_the_new_names_of_their_lessons() -> None:
    data = roadmap_data({"web": {"http": [], "json": ["http"]}, "empty": {}})
    renamed = rename_topics(data, {"http": "hypertext", "unknown": "other"})
    assert [topic["slug"] for topic in renamed["stages"][0]["topics"]] == ["hypertext", "json"]
    assert renamed["stages"][0]["topics"][1]["needs"] == ["hypertext"]
    assert data["stages"][0]["topics"][0]["slug"] == "http"


def test_a_name_that_the_file_lists_itself_is_left_to_that_topic() -> None:
    data = roadmap_data({"web": {"http": [], "hypertext": ["http"]}})
    assert rename_topics(data, {"http": "hypertext"}) == data


def test_a_stage_without_topics_has_nothing_to_rename() -> None:
    data = {"stages": [{"slug": "later", "title": "Later"}]}
    assert rename_topics(data, {"a": "b"})["stages"][0]["topics"] == []
