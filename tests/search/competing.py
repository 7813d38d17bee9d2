"""Processes that read and write one index at the same time, and die on the way."""

import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from portal.search.domain import Engine, SearchDocument, State
from portal.search.engines.postgresql import PostgresEngine
from portal.search.engines.whoosh import WhooshEngine
from tests.search.documents import make_document, search, titles

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])  # imported once, and not anew in each process
MANY = 10**6
"""More revisions than any test waits for."""


def revision(number: int) -> SearchDocument:
    """Return the document that a revision of the imagined library publishes."""
    return make_document(
        f"Revision {number}", key=f"lesson:{number}", body=f"everywhere word{number} " + "filler " * 50
    )


def advance(engine: Engine, *, step: int, last: int) -> int:
    """Take in the next revisions, as catching up does; return how far the index has come."""
    seen = engine.seen()
    up_to = min(seen + step, last)
    engine.update([revision(number) for number in range(seen + 1, up_to + 1)], (), since=seen, up_to=up_to)
    return up_to


def assert_whole(engine: Engine, *, last: int) -> None:
    """Check that the index holds every revision once, and nothing else."""
    status = engine.status()
    assert (status.state, status.seen, status.documents) == (State.READY, last, last), status
    assert search(engine, "everywhere").total == last
    assert titles(engine, f"word{last}") == [f"Revision {last}"]


def open_engine(place: str) -> Engine:
    """Open the index in a database or in a folder, as another process does."""
    if place.startswith("postgresql"):
        return PostgresEngine(sa.create_engine(place), wait=60)
    return WhooshEngine(Path(place), wait=60)


# Programs of other processes


def take_in(place: str, pipe: Connection) -> None:
    """Bring the index up to the revision that is sent, in steps of any size."""
    engine = open_engine(place)
    last = pipe.recv()
    while advance(engine, step=random.randint(1, 3), last=last) < last:  # nothing is secret here
        pass


def keep_searching(place: str, pipe: Connection) -> None:
    """Search until told to stop; nothing that was found may be missing later."""
    engine = open_engine(place)
    highest = 0
    pipe.send("ready")
    while not pipe.poll():
        total = search(engine, "everywhere").total
        assert total >= highest, "a document vanished"
        highest = total
        assert len(engine.suggest("revision", 5)) >= min(5, total)
    pipe.send(highest)


def write_until_killed(place: str, pipe: Connection) -> None:
    """Take in one revision after the other, and say each that is in."""
    engine = open_engine(place)
    while True:
        pipe.send(advance(engine, step=1, last=MANY))


def rebuild_until_killed(place: str, pipe: Connection) -> None:
    """Make the index anew of more revisions than there is time for, and say each."""

    def documents() -> Iterator[SearchDocument]:
        for number in range(1, MANY):
            yield revision(number)
            pipe.send(number)

    open_engine(place).rebuild(documents(), up_to=MANY)


def start(program: Callable[[str, Connection], None], place: str) -> tuple[BaseProcess, Connection]:
    """Start a program, and return it with our end of the pipe to it."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=program, args=(place, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def finish(
    writers: list[tuple[BaseProcess, Connection]], readers: list[tuple[BaseProcess, Connection]], *, last: int
) -> None:
    """Wait until all writers are done, then stop the readers; check that none of them failed."""
    for process, _ in writers:
        process.join(60)
        assert process.exitcode == 0
    for process, pipe in readers:
        pipe.send("stop")
        assert 0 <= pipe.recv() <= last
        process.join(20)
        assert process.exitcode == 0


def kill(process: BaseProcess) -> None:
    """Kill a program without warning."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(20)
    assert process.exitcode == -signal.SIGKILL


def drain(pipe: Connection) -> Iterator[int]:
    """Yield what a killed program managed to say."""
    try:
        while pipe.poll():
            yield pipe.recv()
    except (EOFError, OSError):
        return
