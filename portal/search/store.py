"""The folder in which an index lives: a pointer file, and beside it the folder that it points to.

A new index is made in a folder of its own; then the pointer is replaced in one step. Whoever reads finds either the old
index or the new one, and whatever dies on the way leaves a folder that nothing points to.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.search.domain import Unavailable
from portal.search.locks import hold_lock

FOLDER = re.compile("index-[0-9a-f]{16}")


class Store:
    """Where an index of one format lives. Index files may hold pickles, so nobody else may write to the folder."""

    def __init__(self, root: Path, form: str) -> None:
        self.root = root
        self._form = form
        self._pointer = root / "current"
        self._lock = root.with_name(f"{root.name}.lock")
        self._known: tuple[tuple[int, ...], Path] | None = None

    def current(self) -> Path:
        """Return the folder of the index in use. Raises Unavailable where there is none of this format."""
        try:
            found = self._pointer.stat()
            stamp = (found.st_ino, found.st_mtime_ns, found.st_size)  # every switch puts another file there
            if self._known and self._known[0] == stamp:
                return self._known[1]
            form, _, name = self._pointer.read_bytes().decode(errors="replace").strip().partition("\n")
        except OSError:
            raise Unavailable("There is no index.") from None
        if form != self._form or not FOLDER.fullmatch(name):
            raise Unavailable("The index was made by another version of the portal, or by something else.")
        self._known = (stamp, self.root / name)
        return self.root / name

    @contextmanager
    def writing(self, *, wait: float) -> Iterator[None]:
        """Keep all others from writing. Raises Busy where another one does not finish within `wait` seconds."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with hold_lock(self._lock, wait=wait):
            yield

    @contextmanager
    def replacing(self) -> Iterator[Path]:
        """Yield an empty folder for a new index; switch to it at the end, or throw it away on any error.

        Only while writing.
        """
        if self.root.exists() and not self.root.is_dir():
            self.root.unlink()
        self.root.mkdir(mode=0o700, exist_ok=True)
        folder = self.root / f"index-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
            self._switch(folder.name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._sweep(folder.name)

    def _switch(self, name: str) -> None:
        fresh = self.root / "current.new"
        with fresh.open("w", encoding="ascii") as file:
            file.write(f"{self._form}\n{name}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._pointer)

    def _sweep(self, name: str) -> None:
        """Remove what is no longer pointed to; who still reads it keeps the open files."""
        for path in self.root.iterdir():
            if FOLDER.fullmatch(path.name) and path.name != name:
                shutil.rmtree(path, ignore_errors=True)
