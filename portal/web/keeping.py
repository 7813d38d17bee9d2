"""A place for what was made and may be wanted again."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from portal.library.queries import library_generation

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """Things by name, within a room; those not asked for longest make room for new ones. Threads may share it."""

    def __init__(self, room: int, size: Callable[[Thing], int]) -> None:
        self._room = room
        self._size_of = size
        self._size = 0
        self._things: OrderedDict[str, Thing] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, name: str) -> Thing | None:
        """Return a thing, or None where it is not there."""
        with self._lock:
            thing = self._things.get(name)
            if thing is not None:
                self._things.move_to_end(name)
            return thing

    def put(self, name: str, thing: Thing) -> None:
        """Keep a thing in the place of an older one."""
        with self._lock:
            older = self._things.pop(name, None)
            if older is not None:
                self._size -= self._size_of(older)
            self._things[name] = thing
            self._size += self._size_of(thing)
            while self._size > self._room:
                _name, dropped = self._things.popitem(last=False)
                self._size -= self._size_of(dropped)


class Derived(Generic[Thing]):
    """A thing that is made of the library, and made anew once something was published. Threads may share it."""

    def __init__(self, make: Callable[[Session], Thing]) -> None:
        self._make = make
        self._made: tuple[int, Thing] | None = None
        self._lock = threading.Lock()

    def get(self, session: Session) -> Thing:
        """Return the thing as it stands."""
        generation = library_generation(session)
        with self._lock:
            if self._made is None or self._made[0] != generation:
                self._made = (generation, self._make(session))
            return self._made[1]
