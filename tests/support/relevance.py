"""How well a search answers judged queries, and the table of it.

As a pytest plugin it prints, after a run of `tests/search/test_relevance.py`, what was measured on each engine.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

LISTS = Path(__file__).parents[1] / "search"
JUDGED = LISTS / "judged.yaml"
HELD_OUT = LISTS / "held_out.yaml"
DEPTH = 10
"""Hits that are looked at: those of the first page."""
GOOD = 2
"""Grade of a document that is an answer, if not the best one."""
MEASURED = "relevance"


@dataclass(frozen=True)
class Judged:
    """What somebody asks, of which sort that is, and the grade of each document that is of use, from 1 to 3."""

    query: str
    sort: str
    graded: Mapping[str, int]


@dataclass(frozen=True)
class Outcome:
    """What a search made of one query."""

    judged: Judged
    found: Sequence[str]

    @property
    def gain(self) -> float:
        """The normalised discounted cumulative gain of the first page, from 0 to 1, with gains of 2^grade - 1.

        Burges et al., "Learning to Rank using Gradient Descent", 2005.
        """
        grades = [self.judged.graded.get(document, 0) for document in self.found[:DEPTH]]
        best = sorted(self.judged.graded.values(), reverse=True)[:DEPTH]
        return _discounted(grades) / _discounted(best)

    @property
    def is_answered_first(self) -> bool:
        """Whether the first hit is an answer."""
        return bool(self.found) and self.judged.graded.get(self.found[0], 0) >= GOOD


@dataclass(frozen=True)
class Figures:
    """Averages over some queries."""

    queries: int
    gain: float
    answered_first: float
    nothing_found: float


def _discounted(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def load_judged(file: Path) -> list[Judged]:
    """Return the judged queries of a list."""
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))["queries"]
    return [Judged(entry["query"], entry["sort"], entry["graded"]) for entry in entries]


def measure(judged: Iterable[Judged], search: Callable[[str], Sequence[str]]) -> list[Outcome]:
    """Return what a search, which returns documents as `<kind>/<slug>`, makes of each query."""
    return [Outcome(entry, search(entry.query)) for entry in judged]


def average(outcomes: Sequence[Outcome]) -> Figures:
    """Return the averages over some outcomes."""
    count = len(outcomes)
    return Figures(
        queries=count,
        gain=sum(outcome.gain for outcome in outcomes) / count,
        answered_first=sum(outcome.is_answered_first for outcome in outcomes) / count,
        nothing_found=sum(not outcome.found for outcome in outcomes) / count,
    )


def tabulate(outcomes: Sequence[Outcome]) -> list[list[Any]]:
    """Return the figures of each sort of query, and of all."""
    sorts = dict.fromkeys(outcome.judged.sort for outcome in outcomes)
    groups = {sort: [outcome for outcome in outcomes if outcome.judged.sort == sort] for sort in sorts}
    rows = []
    for name, group in {**groups, "all": list(outcomes)}.items():
        figures = average(group)
        rows.append([name, figures.queries, figures.gain, figures.answered_first, figures.nothing_found])
    return rows


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests recorded; pytest-xdist calls this in its controller, which has all reports."""
    reports = [report for group in ("passed", "failed") for report in terminalreporter.stats.get(group, [])]
    tables = [(name, value) for report in reports for name, value in report.user_properties if name == MEASURED]
    if not tables:
        return
    terminalreporter.section("judged queries")
    head = f"{'engine':<22}{'sort':<14}{'queries':>8}{'nDCG@10':>9}{'success@1':>11}{'nothing':>9}"
    terminalreporter.write_line(head)
    for _, (engine, rows) in tables:
        for sort, queries, gain, first, nothing in rows:
            terminalreporter.write_line(f"{engine:<22}{sort:<14}{queries:>8}{gain:>9.3f}{first:>11.3f}{nothing:>9.3f}")
