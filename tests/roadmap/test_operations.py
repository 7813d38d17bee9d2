"""What becomes of stages and topics when the roadmap file changes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.roadmap.models import Need, Stage, Topic
from portal.roadmap.operations import import_roadmap
from portal.roadmap.queries import load_roadmap
from tests.support.roadmaps import Needs, roadmap_data, roadmap_file

FIRST: Needs = {"web": {"http": [], "json": ["http"]}, "speed": {"caching": ["http"]}}


def ids(session: Session) -> dict[str, int]:
    return dict(session.execute(select(Topic.key, Topic.id)).all())


def slugs(session: Session) -> dict[str, list[str]]:
    return {stage.slug: [topic.slug for topic in stage.topics] for stage in load_roadmap(session).stages}


def test_the_first_import_makes_all_stages_topics_and_needs(session: Session) -> None:
    assert import_roadmap(session, roadmap_data(FIRST), keys={}) == []
    assert slugs(session) == {"web": ["http", "json"], "speed": ["caching"]}
    roadmap = load_roadmap(session)
    assert roadmap.by_slug["json"].needs == ("http",)
    assert roadmap.by_slug["http"].leads_to == ("json", "caching")


def test_the_curated_roadmap_is_imported_without_a_complaint(session: Session) -> None:
    data = roadmap_file()
    assert import_roadmap(session, data, keys={}) == []
    roadmap = load_roadmap(session)
    assert [stage.title for stage in roadmap.stages] == [stage["title"] for stage in data["stages"]]
    assert len(roadmap.topics) == sum(len(stage["topics"]) for stage in data["stages"])
    listed = {topic["slug"]: topic for stage in data["stages"] for topic in stage["topics"]}
    for topic in roadmap:
        assert set(topic.needs) == set(listed[topic.slug]["needs"])
        assert list(topic.covers) == listed[topic.slug]["covers"]
        assert topic.practice == listed[topic.slug]["practice"]


def test_importing_the_same_file_twice_changes_nothing(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before, roadmap = ids(session), load_roadmap(session)
    assert import_roadmap(session, roadmap_data(FIRST), keys={}) == []
    assert ids(session) == before
    assert load_roadmap(session) == roadmap


def test_a_topic_that_moves_to_another_stage_stays_the_same_topic(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before = ids(session)
    import_roadmap(session, roadmap_data({"web": {"http": []}, "speed": {"json": [], "caching": []}}), keys={})
    assert ids(session) == before
    assert slugs(session) == {"web": ["http"], "speed": ["json", "caching"]}


def test_a_renamed_topic_stays_the_same_topic(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before = ids(session)
    renamed: Needs = {"web": {"hypertext": [], "json": ["hypertext"]}, "speed": {"caching": ["hypertext"]}}
    assert import_roadmap(session, roadmap_data(renamed), keys={"hypertext": "http", "http": "http"}) == []
    assert ids(session) == before
    assert load_roadmap(session).by_key["http"].slug == "hypertext"


def test_two_topics_may_swap_their_slugs(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before = ids(session)
    assert import_roadmap(session, roadmap_data(FIRST), keys={"http": "json", "json": "http"}) == []
    assert ids(session) == before
    roadmap = load_roadmap(session)
    assert roadmap.by_key["http"].slug == "json"
    assert roadmap.by_key["json"].slug == "http"


def test_three_topics_may_pass_their_slugs_around(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    assert (
        import_roadmap(session, roadmap_data(FIRST), keys={"http": "json", "json": "caching", "caching": "http"}) == []
    )
    assert {key: topic.slug for key, topic in load_roadmap(session).by_key.items()} == {
        "json": "http",
        "caching": "json",
        "http": "caching",
    }


def test_a_topic_that_vanishes_is_refused_and_stays(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    refused = import_roadmap(session, roadmap_data({"web": {"http": []}, "speed": {"caching": ["http"]}}), keys={})
    assert len(refused) == 1
    assert "json" in refused[0]
    assert "retired: true" in refused[0]
    assert slugs(session) == {"web": ["http", "json"], "speed": ["caching"]}


def test_a_vanished_topic_in_a_vanished_stage_breaks_nothing(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    refused = import_roadmap(session, roadmap_data({"speed": {"caching": []}}), keys={})
    assert len(refused) == 2
    assert slugs(session) == {"speed": ["caching"]}
    assert load_roadmap(session).by_slug["caching"].needs == ()


def test_a_topic_whose_lesson_is_retired_leaves_the_roadmap_but_not_the_database(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before = ids(session)
    shorter: Needs = {"web": {"http": []}, "speed": {"caching": ["http"]}}
    assert import_roadmap(session, roadmap_data(shorter), keys={}, retired={"json"}) == []
    assert slugs(session) == {"web": ["http"], "speed": ["caching"]}
    assert load_roadmap(session).by_slug["http"].leads_to == ("caching",)
    assert ids(session) == before


def test_a_retired_topic_comes_back_as_itself(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before = ids(session)
    import_roadmap(session, roadmap_data({"web": {"http": []}}), keys={}, retired={"json", "caching"})
    assert import_roadmap(session, roadmap_data(FIRST), keys={}) == []
    assert slugs(session) == {"web": ["http", "json"], "speed": ["caching"]}
    assert ids(session) == before


def test_a_retired_topic_is_not_missed_again(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    shorter = roadmap_data({"web": {"http": []}, "speed": {"caching": []}})
    import_roadmap(session, shorter, keys={}, retired={"json"})
    assert import_roadmap(session, shorter, keys={}) == []


def test_the_slug_of_a_retired_topic_is_free_for_another_one(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    data = roadmap_data({"web": {"http": [], "json": []}})
    assert import_roadmap(session, data, keys={"json": "json-anew"}, retired={"json", "caching"}) == []
    roadmap = load_roadmap(session)
    assert roadmap.by_slug["json"].key == "json-anew"
    assert "json" not in roadmap.by_key


def test_nothing_is_changed_where_another_topic_takes_the_slug_of_one_that_vanished(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before = load_roadmap(session)
    refused = import_roadmap(session, roadmap_data({"web": {"json": []}}), keys={"json": "http"})
    assert any("takes its slug json" in sentence for sentence in refused)
    assert load_roadmap(session) == before


def test_nothing_is_changed_where_two_topics_claim_one_lesson(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before = load_roadmap(session)
    data = roadmap_data({**FIRST, "more": {"hypertext": []}})
    refused = import_roadmap(session, data, keys={"hypertext": "http"})
    assert refused == ["the topics http and hypertext are both the lesson with the id http"]
    assert load_roadmap(session) == before


def test_nothing_is_changed_where_topics_need_one_another_in_a_circle(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    before = load_roadmap(session)
    refused = import_roadmap(session, roadmap_data({"web": {"http": ["caching"], "caching": ["http"]}}), keys={})
    assert len(refused) == 1
    assert "circle" in refused[0]
    assert "http → caching" in refused[0] or "caching → http" in refused[0]
    assert load_roadmap(session) == before


def test_needs_follow_the_file(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    import_roadmap(session, roadmap_data({"web": {"http": [], "json": []}, "speed": {"caching": ["json"]}}), keys={})
    found = {(need.topic_id, need.needed_id) for need in session.scalars(select(Need))}
    topics = ids(session)
    assert found == {(topics["caching"], topics["json"])}


def test_titles_levels_and_covers_follow_the_file(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    changed = {"title": "Hypertext", "level": "advanced", "covers": ["methods", 404], "practice": "serve a file"}
    import_roadmap(session, roadmap_data(FIRST, http=changed), keys={})
    topic = load_roadmap(session).by_slug["http"]
    assert (topic.title, topic.level.value, topic.covers, topic.practice) == (
        "Hypertext",
        "advanced",
        ("methods", "404"),
        "serve a file",
    )


def test_stages_follow_the_order_of_the_file_and_come_back(session: Session) -> None:
    import_roadmap(session, roadmap_data(FIRST), keys={})
    stages = {stage.slug: stage.id for stage in session.scalars(select(Stage))}
    import_roadmap(session, roadmap_data({"speed": {"caching": [], "http": [], "json": []}}), keys={})
    assert slugs(session) == {"speed": ["caching", "http", "json"]}
    import_roadmap(session, roadmap_data({"speed": {"caching": []}, "web": {"http": [], "json": []}}), keys={})
    assert [(stage.slug, stage.number) for stage in load_roadmap(session).stages] == [("speed", 1), ("web", 2)]
    assert {stage.slug: stage.id for stage in session.scalars(select(Stage))} == stages


def test_a_stage_may_have_no_topics(session: Session) -> None:
    data = {"stages": [{"slug": "web", "title": "Web"}, {"slug": "later", "title": "Later", "topics": None}]}
    assert import_roadmap(session, data, keys={}) == []
    assert slugs(session) == {"web": [], "later": []}
