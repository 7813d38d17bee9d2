"""The roadmap as a map: where each stage and topic stands, and the lines between them.

A road runs down the left side, with a numbered station for each stage. Right of it lie the stage's topics, in columns
by how many others of the stage they build on, so that lines within a stage run from left to right. Lines between stages
run left of the columns and along the borders of stages, where there is no text to cross. Lengths are pixels of a
drawing that is shown about as wide as it is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from portal.progress.domain import Status, count_figures
from portal.roadmap.domain import Roadmap, StageEntry, TopicEntry
from portal.web.roadmap.edges import lead_across, lead_within
from portal.web.roadmap.lettering import text_width, wrap_text
from portal.web.roadmap.parts import (
    COLUMN,
    COLUMNS,
    FIRST_COLUMN,
    LABEL,
    LABEL_SIZE,
    LABEL_WIDTH,
    MARKER,
    PADDING,
    ROAD,
    ROW,
    ROWS,
    TITLE_SIZE,
    TITLE_STRETCH,
    TITLE_WIDTH,
    Edge,
    Node,
    Station,
)
from portal.web.roadmap.placing import Placing


@dataclass(frozen=True)
class Drawing:
    """Everything on the map, in the order of travel."""

    width: float
    height: float
    stations: tuple[Station, ...]
    edges: tuple[Edge, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(node for station in self.stations for node in station.nodes)


def draw_map(roadmap: Roadmap, statuses: Mapping[str, Status]) -> Drawing:
    """Return the map of a roadmap with somebody's progress on it, by the permanent ids of topics."""
    plan = _plan_map(roadmap)
    passed = {topic.slug for topic in roadmap if statuses.get(topic.key) in (Status.DONE, Status.SKIPPED)}

    def travel(edge: Edge) -> bool:
        return edge.target in passed and (edge.kind == "branch" or edge.source in passed)

    return replace(
        plan,
        stations=tuple(_show_progress(station, statuses) for station in plan.stations),
        edges=tuple(replace(edge, is_travelled=travel(edge)) for edge in plan.edges),
    )


def _show_progress(station: Station, statuses: Mapping[str, Status]) -> Station:
    return replace(
        station,
        figures=count_figures((topic.key for topic in station.stage.topics), statuses),
        nodes=tuple(replace(node, status=statuses.get(node.topic.key, Status.NOT_STARTED)) for node in station.nodes),
    )


@lru_cache(maxsize=4)
def _plan_map(roadmap: Roadmap) -> Drawing:
    stations: list[Station] = []
    edges: list[Edge] = []
    height = 0.0
    for stage in roadmap.stages:
        station, stage_edges = _plan_stage(stage, height)
        stations.append(station)
        edges.extend(stage_edges)
        height += station.height
    columns = max([COLUMNS, *(node.column + 1 for station in stations for node in station.nodes)])
    width = FIRST_COLUMN - MARKER + columns * COLUMN
    return Drawing(width, height, tuple(stations), (*lead_across(roadmap, stations), *edges))


def _plan_stage(stage: StageEntry, top: float) -> tuple[Station, list[Edge]]:
    placing = Placing(stage.topics)
    first_row = top + PADDING + ROW / 2
    station = Station(
        stage=stage,
        x=ROAD,
        y=first_row,
        top=top,
        height=2 * PADDING + ROW * max(placing.rows, ROWS),
        lines=wrap_text(stage.title, TITLE_WIDTH, TITLE_SIZE * TITLE_STRETCH),
        nodes=tuple(
            _plan_node(
                topic,
                x=FIRST_COLUMN + COLUMN * placing.column_of[topic.slug],
                y=first_row + ROW * placing.row_of[topic.slug],
            )
            for topic in stage.topics
        ),
    )
    return station, list(lead_within(station, placing))


def _plan_node(topic: TopicEntry, *, x: float, y: float) -> Node:
    lines = wrap_text(topic.title, LABEL_WIDTH, LABEL_SIZE)
    end = x + LABEL + max(text_width(line, LABEL_SIZE) for line in lines) + 7
    return Node(topic, x, y, round(end, 1), lines)
