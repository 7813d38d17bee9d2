"""The code examples of the curated content: where they stand, what is done with each, and the table of it all.

As a pytest plugin it prints, after a run of `tests/content`, how many examples of each language ran, were parsed or
were only read.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path

import pytest

from portal.markup import CodeBlock, find_code_blocks
from tests.support.parsers import PARSERS, Parser

CONTENT = Path(__file__).parents[2] / "content"
SECONDS = 20  # twice what an author may use, since the tests run side by side
ITEM = re.compile(r"tests/content/test_examples\.py::[^\[]+\[(?P<name>.+)\]$")


class Treatment(StrEnum):
    """What the tests do with an example."""

    RUN = "ran"
    PARSE = "parsed"
    READ = "only read"


@dataclass(frozen=True)
class Example:
    """A block of code in the content; `name` is its file and line, `output` what a script must print."""

    name: str
    language: str
    flags: tuple[str, ...]
    code: str
    treatment: Treatment
    output: str


def parser_of(block: CodeBlock | Example) -> Parser | None:
    """Return what reads a block: the parser of its dialect, or of its language, or none."""
    dialect = " ".join((block.language, *block.flags[:1]))
    return PARSERS.get(dialect, PARSERS.get(block.language))


def parse(example: Example) -> None:
    """Let the parser of an example read it; raises what the parser raises."""
    parser = parser_of(example)
    if parser is not None:
        parser(example.code)


def find_examples(text: str, name: str) -> Iterator[Example]:
    """Find the examples of a Markdown text; the output of a script belongs to its script."""
    lines = text.split("\n")
    blocks = find_code_blocks(text)
    script: CodeBlock | None = None
    for block, following in zip_longest(blocks, blocks[1:]):
        if block.language == "output" and script:
            script = None
            continue
        treatment = treatment_of(block)
        script = block if treatment is Treatment.RUN and _prints(block, following, lines) else None
        output = following.code if script else ""
        yield Example(f"{name}:{block.line}", block.language or "(none)", block.flags, block.code, treatment, output)


def _prints(block: CodeBlock, following: CodeBlock | None, lines: list[str]) -> bool:
    """Tell whether a block of output follows with nothing but empty lines between."""
    if following is None or following.language != "output":
        return False
    return not any(line.strip("> \t") for line in lines[block.end : following.line - 1])


def treatment_of(block: CodeBlock) -> Treatment:
    """Run Python, parse what has a parser at hand, read the rest."""
    if block.language == "python" and "no-run" not in block.flags:
        return Treatment.RUN
    return Treatment.PARSE if parser_of(block) else Treatment.READ


def content_examples(folder: Path = CONTENT) -> list[Example]:
    """Find the examples of all Markdown files of a folder."""
    files = sorted(folder.rglob("*.md"))
    return [
        example
        for file in files
        for example in find_examples(file.read_text(encoding="utf-8"), file.relative_to(folder).as_posix())
    ]


def run_script(code: str, folder: Path, servers: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script in an empty folder, with warnings as errors; its environment is clean but for `servers`."""
    file, working, home = folder / "script" / "example.py", folder / "working", folder / "home"
    for place in (file.parent, working, home):
        place.mkdir()
    file.write_text(code, encoding="utf-8")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(home), **servers}
    return subprocess.run(
        [sys.executable, "-W", "error", file],
        cwd=working,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def tabulate(examples: Iterable[Example], passed: set[str]) -> list[str]:
    """Return the lines of a table by language; an example that ran or was parsed counts once its test has passed."""
    counts: Counter[tuple[str, str]] = Counter()
    for example in examples:
        is_done = example.treatment is Treatment.READ or example.name in passed
        counts[example.language, example.treatment if is_done else "not passed"] += 1
    columns = [*Treatment, "not passed"]
    languages = sorted({language for language, _ in counts})
    rows = [(language, [counts[language, column] for column in columns]) for language in languages]
    rows.append(("all", [sum(row[place] for _, row in rows) for place in range(len(columns))]))
    head = f"{'language':<14}" + "".join(f"{column:>12}" for column in columns)
    return [head, *(f"{language:<14}" + "".join(f"{count:>12}" for count in row) for language, row in rows)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table after examples were tested; pytest-xdist calls this in its controller, which has all reports."""
    reports = [report for group in ("passed", "failed") for report in terminalreporter.stats.get(group, [])]
    tested = [(match["name"], report.passed) for report in reports if (match := ITEM.match(report.nodeid))]
    if not tested:
        return
    terminalreporter.section("examples of the content")
    for line in tabulate(content_examples(), {name for name, is_passed in tested if is_passed}):
        terminalreporter.write_line(line)
