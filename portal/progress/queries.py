"""Questions about a learner's progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.progress.domain import Status
from portal.progress.models import TopicProgress
from portal.roadmap.models import Topic


@dataclass(frozen=True)
class Step:
    """A topic that a learner has touched."""

    topic_key: str
    status: Status
    updated_at: datetime


STATUSES = select(Topic.key, TopicProgress.status).join(Topic).where(TopicProgress.user_id == bindparam("user_id"))


def statuses_of(session: Session, user_id: int) -> dict[str, Status]:
    """Return a learner's status by the permanent id of the topic; topics not started are left out."""
    return dict(session.connection().execute(STATUSES, {"user_id": user_id}).all())


def recent_steps(session: Session, user_id: int, *, limit: int = 10) -> Sequence[Step]:
    """Return what a learner touched last, the newest first."""
    rows = session.execute(
        select(Topic.key, TopicProgress.status, TopicProgress.updated_at)
        .join(Topic)
        .where(TopicProgress.user_id == user_id, ~Topic.is_retired)
        .order_by(TopicProgress.updated_at.desc(), Topic.id)
        .limit(limit)
    )
    return [Step(key, status, at) for key, status, at in rows]
