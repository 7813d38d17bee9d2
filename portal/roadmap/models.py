"""Tables of the roadmap."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, choice
from portal.roadmap.domain import Level


class Stage(Base):
    """A stretch of the roadmap."""

    __tablename__ = "stages"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    is_retired: Mapped[bool] = mapped_column(default=False)


class Topic(Base):
    """Something to learn. Progress hangs on the row, which therefore outlives every rename and is never deleted."""

    __tablename__ = "topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """The permanent id, shared with the topic's lesson."""
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    level: Mapped[Level] = mapped_column(choice(Level))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    position: Mapped[int]
    covers: Mapped[list[Any]] = mapped_column(default=list)
    practice: Mapped[str] = mapped_column(default="")
    is_retired: Mapped[bool] = mapped_column(default=False)


class Need(Base):
    """An edge of the roadmap: `topic_id` is to be read after `needed_id`."""

    __tablename__ = "needs"
    __table_args__ = (CheckConstraint("topic_id <> needed_id", name="not_itself"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    needed_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True, index=True)
