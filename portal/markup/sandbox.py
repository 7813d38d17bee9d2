"""Rendering in a process of its own, which can be killed: for texts that anybody may send.

Limits on the text keep the cost of all known kinds of hostile Markdown low; the process is for the kinds not known yet.
It gets an empty environment, so that there is nothing in it to steal.

The two talk in lines of JSON: the text with its surroundings goes in, the targets of its links come out, their
addresses go in, the result comes out.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from portal.errors import Invalid
from portal.markup.conversion import Rendered
from portal.markup.options import Options
from portal.markup.reading import Heading

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "portal.markup.child")
CPU_SECONDS = 2
MEMORY = 256 * 1024 * 1024  # bytes of address space
WALL_SECONDS = 10.0  # a busy machine may need that long to give the process its two seconds
TOO_HARD = "This text is too complicated to show. Shorten it, or use fewer brackets, lists and quotations within one another."


def convert_apart(markdown: str, options: Options) -> Rendered:
    """Render a text in a child process. Raises Invalid where it takes too long or too much memory."""
    order = {
        "markdown": markdown,
        "abbreviations": dict(options.abbreviations),
        "figures": dict(options.figures),
        "id_prefix": options.id_prefix,
        "is_contributed": options.is_contributed,
    }
    with _child() as (questions, answers):
        try:
            _say(answers, order)
            _say(answers, dict(options.find_addresses(_hear(questions))))
            result = _hear(questions)
        except (EOFError, BrokenPipeError):
            raise Invalid(TOO_HARD, field="body") from None
    headings = tuple(Heading(**heading) for heading in result.pop("headings"))
    return Rendered(headings=headings, **result)


@contextmanager
def _child() -> Iterator[tuple[IO[str], IO[str]]]:
    """Run the child; yield what it says and what it hears. It is gone when the block ends, however that comes."""
    process = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    killer = threading.Timer(WALL_SECONDS, process.kill)
    killer.start()
    ...


def _say(stream: IO[str], message: Any) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def _hear(stream: IO[str]) -> Any:
    line = stream.readline()
    if not line.endswith("\n"):
        raise EOFError
    return json.loads(line)
