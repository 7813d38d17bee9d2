"""A lock that only one process at a time can hold, and that the system takes back from one that dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.search.domain import Busy

PAUSE = 0.02
"""Seconds between two tries."""


@contextmanager
def hold_lock(file: Path, *, wait: float) -> Iterator[None]:
    """Hold the lock of a file. Raises Busy where it did not come free within `wait` seconds."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, until=time.monotonic() + wait)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing is not enough where a child was forked meanwhile
    finally:
        os.close(descriptor)


def _take(descriptor: int, *, until: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Busy("Another process is writing the search index.") from None
            time.sleep(PAUSE)
        else:
            return
