"""Table of progress."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, choice
from portal.progress.domain import Status


class TopicProgress(Base):
    """A learner's status for one topic; no row means not started."""

    __tablename__ = "topic_progress"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True, index=True)
    status: Mapped[Status] = mapped_column(choice(Status))
    updated_at: Mapped[datetime]
