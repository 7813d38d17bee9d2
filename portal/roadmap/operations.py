"""Changes of the roadmap: they come from content/roadmap.yml and from nowhere else."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.roadmap.domain import Level, find_circle
from portal.roadmap.models import Need, Stage, Topic


def import_roadmap(
    session: Session, data: Mapping[str, Any], *, keys: Mapping[str, str], retired: Collection[str] = ()
) -> list[str]:
    """Bring stages and topics in line with the roadmap file; return a sentence for each thing that was refused.

    `keys` gives the permanent id behind a slug, old slugs included, where it differs from the slug; `retired` are the
    permanent ids of retired lessons. A topic that is no longer in the file is retired when its lesson is, and refused
    otherwise: progress hangs on topics, so none goes by accident and none is ever deleted. A file that contradicts
    itself is refused as a whole.
    """
    stages = {stage.slug: stage for stage in session.scalars(select(Stage))}
    topics = {topic.key: topic for topic in session.scalars(select(Topic))}
    wanted = {topic["slug"]: keys.get(topic["slug"], topic["slug"]) for _, topic in _listed(data)}
    vanished = {key: topic for key, topic in topics.items() if key not in wanted.values() and not topic.is_retired}
    missed = {key: topic for key, topic in vanished.items() if key not in retired}
    if contradictions := list(_find_contradictions(data, wanted, missed)):
        return contradictions
    _free_slugs(session, topics, wanted)
    listed: dict[str, Topic] = {}
    for position, stage_data in enumerate(data["stages"], start=1):
        _put_stage(session, stages, stage_data, position)
    for position, (stage_slug, topic_data) in enumerate(_listed(data), start=1):
        topic = _put_topic(session, topics, wanted[topic_data["slug"]], topic_data)
        topic.stage_id = stages[stage_slug].id
        topic.position = position
        listed[topic.slug] = topic
    named = {stage["slug"] for stage in data["stages"]}
    for slug, stage in stages.items():
        stage.is_retired = slug not in named
    for key, topic in vanished.items():
        topic.is_retired = key in retired
    session.flush()
    _put_needs(session, data, listed)
    return [f"the topic {key} vanished; mark its lesson `retired: true` or bring it back" for key in missed]


def _listed(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Go through the topics of the file in order, each with the slug of its stage."""
    for stage in data["stages"]:
        for topic in stage.get("topics") or ():
            yield stage["slug"], topic


def _find_contradictions(
    data: Mapping[str, Any], wanted: Mapping[str, str], missed: Mapping[str, Topic]
) -> Iterator[str]:
    if circle := find_circle({topic["slug"]: topic.get("needs") or () for _, topic in _listed(data)}):
        yield f"these topics need one another in a circle: {' → '.join(circle)}"
    first: dict[str, str] = {}
    for slug, key in wanted.items():
        if first.setdefault(key, slug) != slug:
            yield f"the topics {first[key]} and {slug} are both the lesson with the id {key}"
    for key, topic in missed.items():
        if topic.slug in wanted:
            yield f"the topic {key} vanished, and another one takes its slug {topic.slug}"


def _free_slugs(session: Session, topics: Mapping[str, Topic], wanted: Mapping[str, str]) -> None:
    """Give each topic that is about to lose its slug a passing one, so that two topics may swap theirs."""
    for key, topic in topics.items():
        if wanted.get(topic.slug, key) != key:
            topic.slug = f"~{topic.id}"
    session.flush()


def _put_stage(session: Session, stages: dict[str, Stage], data: Mapping[str, Any], position: int) -> None:
    stage = stages.setdefault(data["slug"], Stage(slug=data["slug"]))
    stage.title = data["title"]
    stage.summary = data.get("summary") or ""
    stage.position = position
    session.add(stage)
    session.flush()


def _put_topic(session: Session, topics: dict[str, Topic], key: str, data: Mapping[str, Any]) -> Topic:
    topic = topics.setdefault(key, Topic(key=key))
    topic.slug = data["slug"]
    topic.title = data["title"]
    topic.level = Level(data["level"])
    topic.covers = [str(term) for term in data.get("covers") or ()]
    topic.practice = data.get("practice") or ""
    topic.is_retired = False
    session.add(topic)
    return topic


def _put_needs(session: Session, data: Mapping[str, Any], topics: Mapping[str, Topic]) -> None:
    wanted = {
        (topics[topic["slug"]].id, topics[needed].id)
        for _, topic in _listed(data)
        for needed in topic.get("needs") or ()
    }
    present = {(need.topic_id, need.needed_id) for need in session.scalars(select(Need))}
    for topic_id, needed_id in present - wanted:
        session.execute(delete(Need).where(Need.topic_id == topic_id, Need.needed_id == needed_id))
    session.add_all(Need(topic_id=topic_id, needed_id=needed_id) for topic_id, needed_id in sorted(wanted - present))
