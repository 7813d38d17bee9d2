"""The roadmap as a map: where each stage and topic stands, and the lines between them.

A road runs down the left side, with a numbered station for each stage. Right of it lie the stage's topics, in columns
by how many others of the stage they build on, so that lines within a stage run from left to right. Lines between stages
run left of the columns and along the borders of stages, where there is no text to cross. Lengths are pixels of a
drawing that is shown about as wide as it is drawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from portal.progress.domain import Figures, Status, count_figures
from portal.roadmap.domain import Roadmap, StageEntry, TopicEntry
from portal.web.roadmap.lettering import text_width, wrap_text
from portal.web.roadmap.lines import Lanes, Point, Stretch, draw_line, share_lanes
from portal.web.roadmap.placing import Placing

ROAD = 26  # from the left edge to the middle of the road
TITLE = 56  # from the left edge to the titles of stages
TITLE_WIDTH = 196
TITLE_SIZE = 17
TITLE_STRETCH = 1.07  # how much wider the text face of titles is than the interface face
TITLE_LEADING = 20
FIRST_COLUMN = 332  # from the left edge to the markers of the first column
COLUMN = 238  # from one column to the next
COLUMNS = 4  # at least
ROW = 34  # from one row to the next
ROWS = 2  # of a stage, at least, since its title may have two lines and stands over its figures
PADDING = 13  # above the first row of a stage and below its last
MARKER = 8  # radius of a topic's marker
LABEL = 17  # from the middle of a marker to its label
LABEL_WIDTH = 168
LABEL_SIZE = 14
LABEL_LEADING = 15
BRANCHING = 30  # from the lane in which lines part to the column they lead to
LANE = 7  # between lines that run side by side
CLOSE = 3.5  # between lines from stage to stage that run side by side
APART = 5  # from the middle of a marker to lines that do not run into it


@dataclass(frozen=True)
class Node:
    """A topic on the map; `x` and `y` are the middle of its marker."""

    topic: TopicEntry
    x: float
    y: float
    lines: tuple[str, ...]
    status: Status = Status.NOT_STARTED

    @property
    def left(self) -> float:
        return self.x - MARKER - 5

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def width(self) -> float:
        return self.end - self.left

    @property
    def height(self) -> float:
        return ROW - 2

    @property
    def end(self) -> float:
        """Where the label ends, with a little room."""
        return self.x + LABEL + max(text_width(line, LABEL_SIZE) for line in self.lines) + 7

    @property
    def label(self) -> list[tuple[float, str]]:
        """The lines of the label, each with the height of its baseline."""
        first = self.y + 5 - LABEL_LEADING * (len(self.lines) - 1) / 2
        return [(first + LABEL_LEADING * number, line) for number, line in enumerate(self.lines)]

    @property
    def label_x(self) -> float:
        return self.x + LABEL


@dataclass(frozen=True)
class Station:
    """A stage on the road; `x` and `y` are the middle of its mark, `top` and `height` those of its band."""

    stage: StageEntry
    x: float
    y: float
    top: float
    height: float
    lines: tuple[str, ...]
    nodes: tuple[Node, ...]
    figures: Figures = Figures(total=0)

    @property
    def end(self) -> float:
        """Where the first line of the title ends, with a little room."""
        return TITLE + text_width(self.lines[0], TITLE_SIZE * TITLE_STRETCH) + 9

    @property
    def title(self) -> list[tuple[float, str]]:
        """The lines of the title, each with the height of its baseline."""
        return [(self.y + 6 + TITLE_LEADING * number, line) for number, line in enumerate(self.lines)]

    @property
    def title_x(self) -> float:
        return TITLE

    @property
    def figures_y(self) -> float:
        """The height of the baseline of the figures, below the title."""
        return self.y + 4 + TITLE_LEADING * len(self.lines)


@dataclass(frozen=True)
class Edge:
    """A line from what is needed to what needs it; a branch leads from a stage to a topic that needs none beside it."""

    source: str
    target: str
    kind: str
    """`branch`, `inside` or `across` stages."""
    path: str
    is_travelled: bool = False


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
    columns = max([COLUMNS, *(_column(node) + 1 for station in stations for node in station.nodes)])
    width = FIRST_COLUMN - MARKER + columns * COLUMN
    return Drawing(width, height, tuple(stations), (*_across(roadmap, stations), *edges))


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
            Node(
                topic=topic,
                x=FIRST_COLUMN + COLUMN * placing.column_of[topic.slug],
                y=first_row + ROW * placing.row_of[topic.slug],
                lines=wrap_text(topic.title, LABEL_WIDTH, LABEL_SIZE),
            )
            for topic in stage.topics
        ),
    )
    return station, [*_branches(station, placing), *_inside(station, placing)]


def _column(node: Node) -> int:
    return round((node.x - FIRST_COLUMN) / COLUMN)


def _branches(station: Station, placing: Placing) -> Iterator[Edge]:
    """Lead from a station to the topics that need none of their stage, and from each topic on to its children."""
    by_slug = {node.topic.slug: node for node in station.nodes}
    for node in station.nodes:
        parent = placing.parent_of[node.topic.slug]
        start = by_slug[parent] if parent else station
        lane = node.x - BRANCHING
        path = draw_line([(start.end, start.y), (lane, start.y), (lane, node.y), (node.x - MARKER, node.y)])
        yield Edge(parent or station.stage.slug, node.topic.slug, "inside" if parent else "branch", path)


def _inside(station: Station, placing: Placing) -> Iterator[Edge]:
    """Lead to each topic from what it needs of its stage beside its parent."""
    by_slug = {node.topic.slug: node for node in station.nodes}
    pairs = [
        (by_slug[needed], node)
        for node in station.nodes
        for needed in placing.needs(node.topic.slug)
        if needed != placing.parent_of[node.topic.slug]
    ]
    lanes = share_lanes(Stretch(source.x, source.topic.slug, source.y, target.y) for source, target in pairs)
    for source, target in pairs:
        lane = source.x + COLUMN - BRANCHING + LANE * (1 + lanes[source.x, source.topic.slug])
        yield Edge(source.topic.slug, target.topic.slug, "inside", draw_line(_detour(source, target, lane)))


def _detour(source: Node, target: Node, lane: float) -> list[Point]:
    """Return a way that runs beside the lines to children; it passes a column between two rows."""
    side = APART if target.y > source.y else -APART
    start, end = source.y + side, target.y - side
    stop = target.x - MARKER + 1
    if _column(target) == _column(source) + 1:
        return [(source.end, start), (lane, start), (lane, end), (stop, end)]
    between = target.y - ROW / 2 if target.y > source.y else target.y + ROW / 2
    if target.y == source.y:
        between, end = source.y - ROW / 2, target.y - APART
    arrival = target.x - BRANCHING + LANE
    return [(source.end, start), (lane, start), (lane, between), (arrival, between), (arrival, end), (stop, end)]


@dataclass(frozen=True)
class _Crossing:
    """A line between two stages; where its ends stand in different columns, it changes over at a border of stages."""

    source: Node
    target: Node
    border: float

    @property
    def owner(self) -> str:
        return self.source.topic.slug

    @property
    def changes_over(self) -> bool:
        return self.source.x != self.target.x

    @property
    def upright(self) -> Iterator[Stretch]:
        """The stretches left of columns."""
        turn = self.border if self.changes_over else self.target.y
        yield Stretch(self.source.x, self.owner, self.source.y, turn)
        yield Stretch(self.target.x, self.owner, turn, self.target.y)

    @property
    def level(self) -> Iterator[Stretch]:
        """The stretch along a border."""
        if self.changes_over:
            yield Stretch(self.border, self.owner, self.source.x, self.target.x)


def _across(roadmap: Roadmap, stations: Sequence[Station]) -> Iterator[Edge]:
    """Lead from stage to stage, left of the columns and along the borders of stages."""
    nodes = {node.topic.slug: (station, node) for station in stations for node in station.nodes}
    crossings = []
    for topic in roadmap:
        station, target = nodes[topic.slug]
        for needed in topic.needs:
            source = nodes[needed][1]
            if source.topic.stage != topic.stage:
                border = station.top if source.y < target.y else station.top + station.height
                crossings.append(_Crossing(source, target, border))
    lanes = share_lanes(stretch for crossing in crossings for stretch in crossing.upright)
    borders = share_lanes(stretch for crossing in crossings for stretch in crossing.level)
    for crossing in crossings:
        path = draw_line(_route(crossing, lanes, borders))
        yield Edge(crossing.owner, crossing.target.topic.slug, "across", path)


def _route(crossing: _Crossing, lanes: Lanes, borders: Lanes) -> list[Point]:
    source, target, owner = crossing.source, crossing.target, crossing.owner
    side = APART if target.y > source.y else -APART
    start, end = (source.x - MARKER + 1, source.y + side), (target.x - MARKER + 1, target.y - side)
    leave = source.x - BRANCHING - LANE - CLOSE * lanes[source.x, owner]
    if not crossing.changes_over:
        return [start, (leave, start[1]), (leave, end[1]), end]
    arrive = target.x - BRANCHING - LANE - CLOSE * lanes[target.x, owner]
    along = crossing.border + CLOSE * (borders[crossing.border, owner] - 2)
    return [start, (leave, start[1]), (leave, along), (arrive, along), (arrive, end[1]), end]
