"""Where the reader of this request stands on the roadmap."""

from collections.abc import Mapping

from portal.db import current_session
from portal.progress.domain import Status, next_topic
from portal.progress.queries import recent_steps, statuses_of
from portal.roadmap.domain import Roadmap, TopicEntry
from portal.web.identity import current_user


def own_statuses() -> dict[str, Status]:
    """Return one's own status by the permanent id of the topic; none for who is not signed in."""
    if not current_user.is_authenticated:
        return {}
    return statuses_of(current_session(), current_user.id)


def own_next_topic(roadmap: Roadmap, statuses: Mapping[str, Status]) -> TopicEntry | None:
    """Return the topic to go on with; for who is not signed in, the one to begin with."""
    if not statuses:
        return next_topic(roadmap, statuses)
    return next_topic(roadmap, statuses, [step.topic_key for step in recent_steps(current_session(), current_user.id)])
