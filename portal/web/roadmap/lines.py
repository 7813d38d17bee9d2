"""Lines of the map: level and upright, with rounded bends, each in a lane of its own where several run side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

CORNER = 9  # radius of a bend, in pixels


@dataclass(frozen=True)
class Stretch:
    """A part of a line that runs along a track; parts of one `owner` on a track run on one another."""

    track: float
    owner: str
    start: float
    end: float


Lanes = Mapping[tuple[float, str], int]
"""The lane, from 0, of each owner on each track."""


def share_lanes(stretches: Iterable[Stretch]) -> Lanes:
    """Put the owners on each track in as few lanes as will do for none to touch another one."""
    extents: dict[tuple[float, str], tuple[float, float]] = {}
    for stretch in stretches:
        key = (stretch.track, stretch.owner)
        reach = (*extents.get(key, ()), stretch.start, stretch.end)
        extents[key] = (min(reach), max(reach))
    ends_on: dict[float, list[float]] = defaultdict(list)
    lanes = {}
    for (track, owner), (low, high) in sorted(extents.items(), key=lambda item: (*item[1], item[0])):
        ends = ends_on[track]
        lane = next((number for number, end in enumerate(ends) if end < low), len(ends))
        ends[lane : lane + 1] = [high]
        lanes[track, owner] = lane
    return lanes


def draw_line(points: Sequence[Point]) -> str:
    """Return the SVG path along points, with rounded bends. Each step between two points is level or upright."""
    way = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
    path = f"M{_show(way[0])}"
    for before, corner, after in zip(way, way[1:], way[2:], strict=False):
        radius = min(CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        start, end = _toward(corner, before, radius), _toward(corner, after, radius)
        path += f"L{_show(start)}Q{_show(corner)} {_show(end)}"
    return f"{path}L{_show(way[-1])}"


def _length(start: Point, end: Point) -> float:
    return abs(end[0] - start[0]) + abs(end[1] - start[1])


def _toward(start: Point, end: Point, distance: float) -> Point:
    share = distance / _length(start, end)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _show(point: Point) -> str:
    return f"{point[0]:.4g} {point[1]:.5g}"
