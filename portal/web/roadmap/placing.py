"""Where the topics of a stage stand: in columns by how many others they build on, in rows as few as will do."""

from collections.abc import Sequence

from portal.roadmap.domain import TopicEntry


class Placing:
    """The topics of one stage in columns and rows, both counted from 0.

    A topic stands right of the one it builds on, its parent: in the same row when it is the first to do so, and below
    otherwise. Where it needs several topics of its stage, one just left of it is the parent, and the others do not move
    it. Between two columns, the lines from two parents never share a row.
    """

    def __init__(self, topics: Sequence[TopicEntry]) -> None:
        self._topics = {topic.slug: topic for topic in topics}
        self.column_of: dict[str, int] = {}
        for slug in self._topics:
            self._find_column(slug)
        self.parent_of = {slug: self._find_parent(slug) for slug in self._topics}
        self.row_of: dict[str, int] = {}
        self._taken: set[tuple[int, int]] = set()
        self._next_line: dict[int, int] = {}
        for slug, parent in self.parent_of.items():
            if parent is None:
                self._place(slug, 0)

    @property
    def rows(self) -> int:
        return max(self.row_of.values(), default=-1) + 1

    def needs(self, slug: str) -> list[str]:
        """Return what a topic needs of its own stage."""
        return [needed for needed in self._topics[slug].needs if needed in self._topics]

    def _find_column(self, slug: str) -> int:
        if slug not in self.column_of:
            self.column_of[slug] = max((self._find_column(needed) + 1 for needed in self.needs(slug)), default=0)
        return self.column_of[slug]

    def _find_parent(self, slug: str) -> str | None:
        column = self.column_of[slug] - 1
        return next((needed for needed in self.needs(slug) if self.column_of[needed] == column), None)

    def _children(self, slug: str) -> list[str]:
        return [child for child, parent in self.parent_of.items() if parent == slug]

    def _place(self, slug: str, row: int) -> int:
        """Place a topic at a row or below it, and then all that builds on it; return its row."""
        while not self._fits(slug, row):
            row += 1
        column = self.column_of[slug]
        self.row_of[slug] = row
        self._taken.add((column, row))
        if children := self._children(slug):
            self._next_line[column] = 1 + max([self._place(child, row) for child in children])
        return row

    def _fits(self, slug: str, row: int) -> bool:
        column = self.column_of[slug]
        if (column, row) in self._taken:
            return False
        children = self._children(slug)
        return not children or (row >= self._next_line.get(column, 0) and self._fits(children[0], row))
