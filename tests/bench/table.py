"""The table of `make bench`, and the ways to measure what stands in it."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """A ratio of two things measured in one run, and where there is one, the floor under it."""

    what: str
    ratio: float
    floor: str
    of: str


def print_head() -> None:
    """Print the names of the columns."""
    print(f"{'what':<60}{'ratio':>8}  {'floor':<10}of")


def print_row(row: Row) -> None:
    """Print one row, at once, since the next one may take a while."""
    print(f"{row.what:<60}{row.ratio:>8.2f}  {row.floor:<10}{row.of}", flush=True)


def timed(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def p95(values: Sequence[float]) -> float:
    """Return the value under which 95 of 100 lie."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
