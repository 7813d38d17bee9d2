"""Questions about the roadmap."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.library.domain import Kind
from portal.library.models import Document, Revision
from portal.roadmap.domain import Roadmap, StageEntry, TopicEntry
from portal.roadmap.models import Need, Stage, Topic


def load_roadmap(session: Session) -> Roadmap:
    """Return the roadmap as it stands, without what is retired."""
    stages = session.scalars(select(Stage).where(~Stage.is_retired).order_by(Stage.position)).all()
    topics = session.scalars(select(Topic).where(~Topic.is_retired).order_by(Topic.position)).all()
    shown = {stage.id for stage in stages}
    slugs = {topic.id: topic.slug for topic in topics if topic.stage_id in shown}
    needs: dict[int, list[str]] = defaultdict(list)
    leads_to: dict[int, list[str]] = defaultdict(list)
    for need in session.scalars(select(Need).order_by(Need.topic_id, Need.needed_id)):
        if need.topic_id in slugs and need.needed_id in slugs:
            needs[need.topic_id].append(slugs[need.needed_id])
            leads_to[need.needed_id].append(slugs[need.topic_id])
    written = _keys_with_lesson(session)

    def entry(topic: Topic, stage: Stage) -> TopicEntry:
        return TopicEntry(
            id=topic.id,
            key=topic.key,
            slug=topic.slug,
            title=topic.title,
            level=topic.level,
            stage=stage.slug,
            needs=tuple(needs[topic.id]),
            leads_to=tuple(leads_to[topic.id]),
            covers=tuple(topic.covers),
            practice=topic.practice,
            has_lesson=topic.key in written,
        )

    return Roadmap(
        tuple(
            StageEntry(
                slug=stage.slug,
                title=stage.title,
                summary=stage.summary,
                number=number,
                topics=tuple(entry(topic, stage) for topic in topics if topic.stage_id == stage.id),
            )
            for number, stage in enumerate(stages, start=1)
        )
    )


def _keys_with_lesson(session: Session) -> Collection[str]:
    current = select(Document.key).join(Revision, Document.revision_id == Revision.id)
    return set(session.scalars(current.where(Document.kind == Kind.LESSON, ~Revision.is_retired)))
