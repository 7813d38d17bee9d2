"""Rules of progress: the four states and the figures drawn from them."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.roadmap.domain import Roadmap, TopicEntry


class Status(enum.StrEnum):
    """Where a learner stands with a topic."""

    NOT_STARTED = "not-started"
    LEARNING = "learning"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Figures:
    """How far somebody has come with a number of topics. Skipped topics do not count as a whole to be done."""

    total: int
    done: int = 0
    learning: int = 0
    skipped: int = 0

    @property
    def not_started(self) -> int:
        return self.total - self.done - self.learning - self.skipped

    @property
    def percent(self) -> int:
        """Topics done, in per cent of those not skipped, rounded down so that 100 means all."""
        wanted = self.total - self.skipped
        return 100 * self.done // wanted if wanted else (100 if self.total else 0)


def count_figures(keys: Iterable[str], statuses: Mapping[str, Status]) -> Figures:
    """Count the topics with these keys by status."""
    found = [statuses.get(key, Status.NOT_STARTED) for key in keys]
    return Figures(
        total=len(found),
        done=found.count(Status.DONE),
        learning=found.count(Status.LEARNING),
        skipped=found.count(Status.SKIPPED),
    )


def next_topic(roadmap: Roadmap, statuses: Mapping[str, Status], recent: Sequence[str] = ()) -> TopicEntry | None:
    """Return where to go on: the topic under way that was touched last, else the first one that is ready.

    Where nothing is ready, the first one not started will do. `recent` are keys of topics, the last touched first.
    None when all is done.
    """
    for key in (*recent, *roadmap.by_key):
        if statuses.get(key) is Status.LEARNING and key in roadmap.by_key:
            return roadmap.by_key[key]
    ready = ready_topics(roadmap, statuses)
    return ready[0] if ready else next((topic for topic in roadmap if not _is_touched(topic, statuses)), None)


def ready_topics(roadmap: Roadmap, statuses: Mapping[str, Status]) -> list[TopicEntry]:
    """Return the topics that were not started while all they need is done or skipped, those with a lesson first."""
    ready = [
        topic for topic in roadmap if not _is_touched(topic, statuses) and not missing_needs(roadmap, topic, statuses)
    ]
    return sorted(ready, key=lambda topic: not topic.has_lesson)


def missing_needs(roadmap: Roadmap, topic: TopicEntry, statuses: Mapping[str, Status]) -> list[TopicEntry]:
    """Return the topics to read before this one that are neither done nor skipped."""
    needed = [roadmap.by_slug[slug] for slug in topic.needs]
    return [entry for entry in needed if statuses.get(entry.key) not in (Status.DONE, Status.SKIPPED)]


def _is_touched(topic: TopicEntry, statuses: Mapping[str, Status]) -> bool:
    return statuses.get(topic.key, Status.NOT_STARTED) is not Status.NOT_STARTED
