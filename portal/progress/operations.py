"""Changes of a learner's progress."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.accounts.operations import lock_user
from portal.errors import Missing
from portal.progress.domain import Status
from portal.progress.models import TopicProgress
from portal.roadmap.models import Topic


def set_status(session: Session, *, user_id: int, topic_slug: str, status: Status, now: datetime) -> None:
    """Set where a learner stands with a topic; the same thing said twice is once. Raises Missing for no such topic."""
    lock_user(session, user_id)  # two tabs at once queue up here
    topic_id = session.scalar(select(Topic.id).where(Topic.slug == topic_slug, ~Topic.is_retired))
    if topic_id is None:
        raise Missing("There is no such topic on the roadmap.")
    if status is Status.NOT_STARTED:
        mine = (TopicProgress.user_id == user_id, TopicProgress.topic_id == topic_id)
        session.execute(delete(TopicProgress).where(*mine))
        return
    session.merge(TopicProgress(user_id=user_id, topic_id=topic_id, status=status, updated_at=now))
