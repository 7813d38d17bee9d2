import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.progress.domain import Figures, Status, count_figures, missing_needs, next_topic, ready_topics
from portal.roadmap.domain import Roadmap
from tests.support.roadmaps import make_roadmap

ROADMAP = make_roadmap(
    {"web": {"http": [], "json": ["http"]}, "speed": {"caching": ["http"], "http-caching": ["caching"]}}
)
LEARNING, DONE, SKIPPED, NOT_STARTED = Status.LEARNING, Status.DONE, Status.SKIPPED, Status.NOT_STARTED


def go_on(*recent: str, roadmap: Roadmap = ROADMAP, **statuses: Status) -> str | None:
    """Return the slug of the topic to go on with; a hyphen is written as `_`."""
    by_key = {f"key-{slug.replace('_', '-')}": status for slug, status in statuses.items()}
    topic = next_topic(roadmap, by_key, [f"key-{slug}" for slug in recent])
    return topic.slug if topic else None


@pytest.mark.parametrize(
    ("figures", "percent"),
    [
        (Figures(total=0), 0),
        (Figures(total=4), 0),
        (Figures(total=4, done=1), 25),
        (Figures(total=3, done=2), 66),
        (Figures(total=200, done=199), 99),
        (Figures(total=4, done=4), 100),
        (Figures(total=4, done=3, skipped=1), 100),
        (Figures(total=4, skipped=4), 100),
        (Figures(total=4, done=1, learning=2, skipped=1), 33),
    ],
)
def test_skipped_topics_do_not_count_and_100_per_cent_means_all(figures: Figures, percent: int) -> None:
    assert figures.percent == percent


@given(st.lists(st.sampled_from(Status), max_size=30))
def test_figures_add_up(statuses: list[Status]) -> None:
    keys = [f"topic-{number}" for number in range(len(statuses))]
    figures = count_figures(keys, dict(zip(keys, statuses, strict=True)))
    assert figures.total == len(statuses)
    assert figures.done + figures.learning + figures.skipped + figures.not_started == figures.total
    assert 0 <= figures.percent <= 100
    is_complete = bool(statuses) and all(status in (DONE, SKIPPED) for status in statuses)
    assert (figures.percent == 100) == is_complete


def test_topics_that_are_not_asked_for_do_not_count() -> None:
    assert count_figures(["a"], {"a": DONE, "b": DONE}) == Figures(total=1, done=1)


def test_a_newcomer_begins_with_the_first_topic() -> None:
    assert go_on() == "http"


def test_one_goes_on_with_the_topic_under_way_that_was_touched_last() -> None:
    assert go_on("caching", "http", http=LEARNING, caching=LEARNING) == "caching"


def test_what_was_touched_last_but_is_done_is_left_behind() -> None:
    assert go_on("caching", "http", http=LEARNING, caching=DONE) == "http"


def test_a_topic_under_way_is_found_even_if_it_was_touched_long_ago() -> None:
    assert go_on("http", http=DONE, caching=LEARNING) == "caching"


def test_a_topic_that_left_the_roadmap_is_not_gone_on_with() -> None:
    assert go_on("retired", retired=LEARNING) == "http"


def test_after_what_is_done_comes_the_first_topic_that_is_ready() -> None:
    assert go_on("http", http=DONE) == "json"
    assert go_on("http", http=SKIPPED, json=DONE) == "caching"


def test_a_ready_topic_with_a_lesson_comes_before_one_that_is_planned() -> None:
    roadmap = make_roadmap({"web": {"http": [], "json": ["http"], "xml": ["http"]}}, planned=["json"])
    assert go_on("http", roadmap=roadmap, http=DONE) == "xml"


def test_where_nothing_is_ready_the_first_topic_not_started_will_do() -> None:
    roadmap = make_roadmap({"odd": {"a": ["b"], "b": ["a"]}})
    assert go_on(roadmap=roadmap) == "a"


def test_who_is_through_has_nowhere_to_go_on() -> None:
    assert go_on(http=DONE, json=SKIPPED, caching=DONE, http_caching=DONE) is None


def test_topics_are_ready_when_all_they_need_is_done_or_skipped() -> None:
    statuses = {"key-http": DONE, "key-caching": SKIPPED, "key-json": LEARNING}
    assert [topic.slug for topic in ready_topics(ROADMAP, statuses)] == ["http-caching"]
    assert [topic.slug for topic in ready_topics(ROADMAP, {})] == ["http"]


def test_the_needs_that_are_missing_are_named() -> None:
    topic = ROADMAP.by_slug["http-caching"]
    assert [needed.slug for needed in missing_needs(ROADMAP, topic, {})] == ["caching"]
    assert [needed.slug for needed in missing_needs(ROADMAP, topic, {"key-caching": LEARNING})] == ["caching"]
    assert missing_needs(ROADMAP, topic, {"key-caching": SKIPPED}) == []
