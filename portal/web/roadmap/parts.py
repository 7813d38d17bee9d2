"""The parts of the map, and their sizes in pixels."""

from dataclasses import dataclass

from portal.progress.domain import Figures, Status
from portal.roadmap.domain import StageEntry, TopicEntry
from portal.web.roadmap.lettering import text_width

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
    """A topic on the map; `x` and `y` are the middle of its marker, `end` is where its label ends, with some room."""

    topic: TopicEntry
    x: float
    y: float
    end: float
    lines: tuple[str, ...]
    status: Status = Status.NOT_STARTED

    @property
    def column(self) -> int:
        return round((self.x - FIRST_COLUMN) / COLUMN)

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
