"""Rules of the roadmap: levels, and the graph of what needs what."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any


class Level(enum.StrEnum):
    """How deep a topic goes."""

    FOUNDATION = "foundation"
    CORE = "core"
    ADVANCED = "advanced"


@dataclass(frozen=True)
class TopicEntry:
    """A topic as the roadmap shows it; `needs` and `leads_to` are slugs."""

    id: int
    key: str
    slug: str
    title: str
    level: Level
    stage: str
    needs: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    practice: str = ""
    has_lesson: bool = False


@dataclass(frozen=True)
class StageEntry:
    """A stage with its topics in order."""

    slug: str
    title: str
    summary: str
    number: int
    topics: tuple[TopicEntry, ...] = ()


@dataclass(frozen=True)
class Roadmap:
    """All stages in order, and ways to find one's way about them."""

    stages: tuple[StageEntry, ...] = field(default=())

    def __iter__(self) -> Iterator[TopicEntry]:
        """Go through all topics in the order of travel."""
        return iter(self.topics)

    @cached_property
    def topics(self) -> tuple[TopicEntry, ...]:
        return tuple(topic for stage in self.stages for topic in stage.topics)

    @cached_property
    def by_slug(self) -> Mapping[str, TopicEntry]:
        return {topic.slug: topic for topic in self.topics}

    @cached_property
    def by_key(self) -> Mapping[str, TopicEntry]:
        return {topic.key: topic for topic in self.topics}

    @cached_property
    def stage_by_slug(self) -> Mapping[str, StageEntry]:
        return {stage.slug: stage for stage in self.stages}

    def previous_and_next(self, slug: str) -> tuple[TopicEntry | None, TopicEntry | None]:
        """Return the neighbours of a topic in the order of travel, across the borders of stages."""
        order = self.topics
        place = order.index(self.by_slug[slug])
        return (order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None)


def find_circle(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the topics of one circle in a graph of needs, the first repeated at the end; empty where there is none.

    Each topic of the circle needs the one after it.
    """
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def rename_topics(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a roadmap file's data with topics under new names, `names` leading from old to new.

    Where the file lists the new name as well, the old one stays what it is: another topic.
    """
    listed = {topic["slug"] for stage in data["stages"] for topic in stage.get("topics") or ()}
    valid = {old: new for old, new in names.items() if new not in listed}

    def rename(topic: Mapping[str, Any]) -> dict[str, Any]:
        needs = [valid.get(needed, needed) for needed in topic.get("needs") or ()]
        return {**topic, "slug": valid.get(topic["slug"], topic["slug"]), "needs": needs}

    stages = [{**stage, "topics": [*map(rename, stage.get("topics") or ())]} for stage in data["stages"]]
    return {**data, "stages": stages}
