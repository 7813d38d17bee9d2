"""The lines of the map: from stages to topics, within a stage, and from stage to stage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.roadmap.domain import Roadmap
from portal.web.roadmap.lines import Lanes, Point, Stretch, draw_line, share_lanes
from portal.web.roadmap.parts import APART, BRANCHING, CLOSE, COLUMN, LANE, MARKER, ROW, Edge, Node, Station
from portal.web.roadmap.placing import Placing


def lead_within(station: Station, placing: Placing) -> Iterator[Edge]:
    """Lead from a station to its topics, and from each of them to those of the stage which need it."""
    yield from _branches(station, placing)
    yield from _inside(station, placing)


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
    if target.column == source.column + 1:
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


def lead_across(roadmap: Roadmap, stations: Sequence[Station]) -> Iterator[Edge]:
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
