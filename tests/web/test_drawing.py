"""The map of the roadmap: nothing overlaps, nothing is left out, and the lines lead where they should."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.progress.domain import Status
from portal.roadmap.domain import Roadmap
from portal.web.roadmap.drawing import Drawing, draw_map
from portal.web.roadmap.lettering import text_width, wrap_text
from portal.web.roadmap.lines import Stretch, draw_line, share_lanes
from portal.web.roadmap.parts import (
    COLUMN,
    LABEL_SIZE,
    LABEL_WIDTH,
    MARKER,
    TITLE_SIZE,
    TITLE_STRETCH,
    TITLE_WIDTH,
    Edge,
    Node,
)
from tests.support.roadmaps import Needs, make_roadmap, real_roadmap

Point = tuple[float, float]
NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
WORDS = [
    "HTTP",
    "and",
    "the",
    "request-response",
    "cycle",
    "Konfigurationsverwaltungswerkzeug",
    "a",
    "Web",
    "–",
    "データ",
]


@st.composite
def roadmaps(draw: st.DrawFn) -> Roadmap:
    """Roadmaps of any shape without circles; needs may lead back to earlier stages and on to later ones."""
    sizes = draw(st.lists(st.integers(0, 9), max_size=5))
    names = [f"topic-{number}" for number in range(sum(sizes))]
    order = draw(st.permutations(names))
    titles = {name: " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))) for name in names}
    needs: dict[str, dict[str, list[str]]] = {}
    for number, size in enumerate(sizes):
        needs[f"stage-{number}"] = {}
        for name in names[sum(sizes[:number]) :][:size]:
            earlier = order[: order.index(name)]
            wanted = st.lists(st.sampled_from(earlier), unique=True, max_size=3) if earlier else st.just([])
            needs[f"stage-{number}"][name] = draw(wanted)
    return make_roadmap(needs, titles=titles)


@pytest.fixture(scope="module")
def road() -> Drawing:
    """The map of the curated roadmap."""
    return draw_map(real_roadmap(), {})


def ends(edge: Edge) -> tuple[Point, Point]:
    numbers = [float(number) for number in NUMBERS.findall(edge.path)]
    return (numbers[0], numbers[1]), (numbers[-2], numbers[-1])


def steps(edge: Edge) -> Iterator[tuple[Point, Point]]:
    """Go through the straight parts of a line; a bend counts as the corner that it rounds off."""
    corners = [(float(x), float(y)) for x, y in re.findall(r"[MLQ](\S+) ([^LQ\s]+)", edge.path)]
    yield from pairwise(corners)


def check_places(drawing: Drawing) -> None:
    """Every node lies within the drawing and its band, and none touches another one."""
    for station in drawing.stations:
        for node in station.nodes:
            assert node.left >= 0
            assert node.left + node.width <= drawing.width
            assert node.top >= station.top
            assert node.top + node.height <= station.top + station.height
    for one, other in combinations(drawing.nodes, 2):
        is_beside = one.left + one.width <= other.left or other.left + other.width <= one.left
        is_above = one.top + one.height <= other.top or other.top + other.height <= one.top
        assert is_beside or is_above, f"{one.topic.slug} and {other.topic.slug} overlap"


def check_bands(drawing: Drawing) -> None:
    """The stages follow one another without a gap, and fill the drawing."""
    tops = [station.top for station in drawing.stations]
    bottoms = [station.top + station.height for station in drawing.stations]
    assert tops == [0, *bottoms][: len(tops)]
    assert drawing.height == max(bottoms, default=0)


def check_labels(drawing: Drawing) -> None:
    """Every label has one line or two, no wider than there is room."""
    for node in drawing.nodes:
        assert 1 <= len(node.lines) <= 2
        assert all(text_width(line, LABEL_SIZE) <= LABEL_WIDTH for line in node.lines)
        assert all(node.top < baseline < node.top + node.height for baseline, _ in node.label)
    for station in drawing.stations:
        assert len(station.lines) <= 2
        assert all(text_width(line, TITLE_SIZE * TITLE_STRETCH) <= TITLE_WIDTH for line in station.lines)
        assert station.figures_y < station.top + station.height


def check_lines(drawing: Drawing, roadmap: Roadmap) -> None:
    """There is one line for each need, from what is needed to what needs it, and one from a stage to each root."""
    drawn = [(edge.source, edge.target) for edge in drawing.edges if edge.kind != "branch"]
    assert sorted(drawn) == sorted((needed, topic.slug) for topic in roadmap for needed in topic.needs)
    nodes = {node.topic.slug: node for node in drawing.nodes}
    stations = {station.stage.slug: station for station in drawing.stations}
    for edge in drawing.edges:
        start, end = ends(edge)
        target = nodes[edge.target]
        assert end[0] == pytest.approx(target.x - MARKER, abs=2)
        assert end[1] == pytest.approx(target.y, abs=MARKER)
        source = stations[edge.source] if edge.kind == "branch" else nodes[edge.source]
        assert start[1] == pytest.approx(source.y, abs=MARKER)
        if edge.kind != "across":
            assert start[0] == pytest.approx(source.end, abs=1)
            assert source.x < target.x
    needed_inside = {
        topic.slug for topic in roadmap if any(roadmap.by_slug[needed].stage == topic.stage for needed in topic.needs)
    }
    branches = [edge.target for edge in drawing.edges if edge.kind == "branch"]
    assert sorted(branches) == sorted({topic.slug for topic in roadmap} - needed_inside)


def crosses(start: Point, end: Point, node: Node) -> bool:
    """Tell whether a straight part of a line runs through the text of a label."""
    left, right = node.label_x, node.label_x + max(text_width(line, LABEL_SIZE) for line in node.lines)
    half = 6 if len(node.lines) == 1 else 13
    is_level_with = min(start[1], end[1]) < node.y + half and max(start[1], end[1]) > node.y - half
    return is_level_with and min(start[0], end[0]) < right and max(start[0], end[0]) > left


def test_the_curated_roadmap_is_drawn_whole_and_in_order(road: Drawing) -> None:
    roadmap = real_roadmap()
    assert [node.topic for node in road.nodes] == list(roadmap.topics)
    assert [station.stage for station in road.stations] == list(roadmap.stages)
    check_places(road)
    check_bands(road)
    check_labels(road)
    check_lines(road, roadmap)


def test_no_label_of_the_curated_roadmap_is_cut_short(road: Drawing) -> None:
    for node in road.nodes:
        assert " ".join(node.lines) == node.topic.title
    for station in road.stations:
        assert " ".join(station.lines) == station.stage.title


def test_the_curated_roadmap_fits_a_page_of_paper(road: Drawing) -> None:
    assert road.width <= 1360
    assert road.height / road.width < 1.6


def test_no_line_of_the_curated_roadmap_runs_through_a_label(road: Drawing) -> None:
    crossed = [
        (edge.source, edge.target, node.topic.slug)
        for edge in road.edges
        for start, end in steps(edge)
        for node in road.nodes
        if crosses(start, end, node)
    ]
    assert crossed == []


def test_the_lines_to_the_next_column_from_two_topics_never_run_on_one_another(road: Drawing) -> None:
    reach: dict[tuple[float, float], dict[str, tuple[float, float]]] = {}
    for edge in road.edges:
        if edge.kind == "across":
            continue
        for start, end in steps(edge):
            if start[0] == end[0]:
                ys = (*reach.setdefault((start[0], 0), {}).get(edge.source, ()), start[1], end[1])
                reach[start[0], 0][edge.source] = (min(ys), max(ys))
    for sources in reach.values():
        for (one, first), (other, second) in combinations(sources.items(), 2):
            assert first[1] <= second[0] or second[1] <= first[0], f"{one} and {other} share a line"


@settings(max_examples=60, deadline=None)
@given(roadmaps())
def test_a_roadmap_of_any_shape_is_drawn_whole_and_without_overlaps(roadmap: Roadmap) -> None:
    drawing = draw_map(roadmap, {})
    assert [node.topic for node in drawing.nodes] == list(roadmap.topics)
    check_places(drawing)
    check_bands(drawing)
    check_labels(drawing)
    check_lines(drawing, roadmap)


def test_an_empty_roadmap_is_an_empty_drawing() -> None:
    drawing = draw_map(Roadmap(), {})
    assert (drawing.nodes, drawing.edges, drawing.height) == ((), (), 0)


def test_topics_stand_in_columns_by_how_many_others_they_build_on() -> None:
    needs: Needs = {"web": {"c": ["b", "a"], "a": [], "b": ["a"], "d": []}}
    nodes = {node.topic.slug: node for node in draw_map(make_roadmap(needs), {}).nodes}
    assert nodes["b"].x == nodes["a"].x + COLUMN
    assert nodes["c"].x == nodes["a"].x + 2 * COLUMN
    assert nodes["d"].x == nodes["a"].x
    assert nodes["c"].y == nodes["b"].y == nodes["a"].y != nodes["d"].y


def test_a_deep_stage_widens_the_drawing() -> None:
    chain: Needs = {"deep": {f"topic-{number}": [f"topic-{number - 1}"] if number else [] for number in range(7)}}
    drawing = draw_map(make_roadmap(chain), {})
    check_places(drawing)
    assert drawing.width > draw_map(make_roadmap({"flat": {"a": []}}), {}).width


def test_progress_is_drawn_in() -> None:
    roadmap = make_roadmap({"web": {"a": [], "b": ["a"], "c": ["a"]}, "next": {"d": ["a"]}})
    drawing = draw_map(roadmap, {"key-a": Status.DONE, "key-b": Status.SKIPPED, "key-c": Status.LEARNING})
    assert [node.status for node in drawing.nodes] == [
        Status.DONE,
        Status.SKIPPED,
        Status.LEARNING,
        Status.NOT_STARTED,
    ]
    assert [station.figures.percent for station in drawing.stations] == [50, 0]
    assert {(edge.source, edge.target) for edge in drawing.edges if edge.is_travelled} == {("web", "a"), ("a", "b")}


def test_progress_of_one_reader_does_not_show_on_the_map_of_another() -> None:
    roadmap = make_roadmap({"web": {"a": []}})
    draw_map(roadmap, {"key-a": Status.DONE})
    assert draw_map(roadmap, {}).nodes[0].status is Status.NOT_STARTED


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("HTTP", ("HTTP",)),
        ("Configuration and environment variables", ("Configuration and", "environment variables")),
        ("Antidisestablishmentarianism-in-full", ("Antidisestablishm…",)),
        ("Antidisestablishmentarianism-in-full too", ("Antidisestablishm…", "too")),
        ("", ("",)),
    ],
)
def test_text_is_wrapped_to_two_lines_and_cut_where_it_does_not_fit(text: str, lines: tuple[str, ...]) -> None:
    found = wrap_text(text, 150, 14)
    assert len(found) == len(lines)
    assert [line.endswith("…") for line in found] == [line.endswith("…") for line in lines]
    assert all(text_width(line, 14) <= 150 for line in found)
    assert found == lines or any(line.endswith("…") for line in lines)


@given(st.text(max_size=60))
def test_no_wrapped_line_is_too_wide(text: str) -> None:
    assert all(text_width(line, 14) <= 160 for line in wrap_text(text, 160, 14))


def test_wider_letters_count_for_more() -> None:
    assert text_width("WWW", 10) > text_width("iii", 10)
    assert text_width("abc", 20) == 2 * text_width("abc", 10)


def test_stretches_that_touch_run_in_lanes_of_their_own() -> None:
    lanes = share_lanes(
        [Stretch(0, "a", 0, 10), Stretch(0, "b", 10, 20), Stretch(0, "c", 30, 25), Stretch(7, "d", 0, 9)]
    )
    assert lanes == {(0, "a"): 0, (0, "b"): 1, (0, "c"): 0, (7, "d"): 0}


def test_stretches_of_one_owner_share_a_lane() -> None:
    lanes = share_lanes([Stretch(0, "a", 0, 10), Stretch(0, "a", 50, 40), Stretch(0, "b", 20, 30)])
    assert lanes == {(0, "a"): 0, (0, "b"): 1}


def test_a_line_rounds_its_bends() -> None:
    assert draw_line([(0, 0), (20, 0), (20, 40)]) == "M0 0L11 0Q20 0 20 9L20 40"


def test_a_bend_with_little_room_is_a_small_one() -> None:
    assert draw_line([(0, 0), (4, 0), (4, 40)]) == "M0 0L2 0Q4 0 4 2L4 40"


def test_a_line_does_not_stumble_over_a_point_that_is_there_twice() -> None:
    assert draw_line([(0, 0), (0, 0), (9, 0)]) == "M0 0L9 0"
