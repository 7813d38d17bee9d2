from portal.web.search.nearest import nearest_topics
from tests.support.roadmaps import make_roadmap

ROADMAP = make_roadmap(
    {"web": {"http": [], "caching": [], "jobs": [], "queues": []}, "data": {"sql": [], "cache-tables": []}},
    titles={"caching": "Caching strategies", "cache-tables": "Tables of results"},
    covers={
        "http": ["status codes", "idempotent methods"],
        "jobs": ["retries", "idempotent jobs", "status of a job"],
        "queues": ["status of a queue"],
        "sql": ["how to find what is slow"],
        "cache-tables": ["cached results"],
    },
)


def nearest(text: str, limit: int = 5) -> list[str]:
    return [topic.slug for topic in nearest_topics(text, ROADMAP, limit)]


def test_topics_are_near_that_share_words_in_any_form() -> None:
    assert nearest("idempotency xylophone") == ["http", "jobs"]


def test_titles_come_before_what_is_covered() -> None:
    assert nearest("caches") == ["caching", "cache-tables"]


def test_rare_words_and_several_words_come_first() -> None:
    assert nearest("retry status") == ["jobs", "http", "queues"]


def test_no_more_topics_are_named_than_wanted() -> None:
    assert nearest("status", limit=2) == ["http", "jobs"]


def test_words_that_say_nothing_bring_nobody_near() -> None:
    assert nearest("how to find what is xylophone") == []
    assert nearest("") == nearest("…") == []
    assert nearest_topics("http", make_roadmap({})) == []
