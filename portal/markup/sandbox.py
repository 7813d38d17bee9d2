"""Rendering in a process of its own, which can be killed: for texts that anybody may send.

The limits on a text keep the cost of all known kinds of hostile Markdown low; the process is there for the kinds that
are not known. Its environment is empty, so that there is nothing in it to steal.

The two talk in lines of JSON: in goes the text with its surroundings, out come the targets of its links where it has
any, in go their addresses, out comes the result.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from portal.errors import Invalid
from portal.markup.conversion import Rendered
from portal.markup.options import Options
from portal.markup.reading import Heading

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "portal.markup.child")
CPU_SECONDS = 2
MEMORY = 256 * 1024 * 1024  # bytes of address space
RECURSION = 500  # calls; half of what is allowed elsewhere, where the text will be rendered again amid a request
WALL_SECONDS = 10.0  # a busy machine may take that long to give the process its two seconds
TOO_HARD = "This text takes too long to show. Shorten it, or nest fewer lists, quotations and brackets."


def convert_apart(markdown: str, options: Options) -> Rendered:
    """Render a text in a child process. Raises Invalid where that takes too much time or memory."""
    order = {
        "markdown": markdown,
        "terms": dict(options.terms),
        "figures": dict(options.figures),
        "id_prefix": options.id_prefix,
        "is_contributed": options.is_contributed,
    }
    with _run_child() as (to_child, from_child):
        try:
            say(to_child, order)
            answer = hear(from_child)
            if "targets" in answer:
                say(to_child, dict(options.find_addresses(answer["targets"])))
                answer = hear(from_child)
        except (BrokenPipeError, EOFError):
            raise Invalid(TOO_HARD, field="body") from None
    return Rendered(**{**answer, "headings": tuple(Heading(**heading) for heading in answer["headings"])})


@contextmanager
def _run_child() -> Iterator[tuple[IO[str], IO[str]]]:
    """Run the child; yield the stream to it and the stream from it. It is gone when the block ends, come what may."""
    with subprocess.Popen(  # noqa: S603  # the command is a constant
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT)},
        encoding="utf-8",
    ) as process:
        to_child, from_child = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        killer = threading.Timer(WALL_SECONDS, process.kill)
        killer.start()
        try:
            yield to_child, from_child
        finally:
            killer.cancel()
            process.kill()
            with suppress(BrokenPipeError):
                to_child.close()


def say(stream: IO[str], message: Any) -> None:
    """Send one message."""
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def hear(stream: IO[str]) -> Any:
    """Wait for one message. Raises EOFError where the other side has gone."""
    line = stream.readline()
    if not line.endswith("\n"):
        raise EOFError
    return json.loads(line)
