import threading
from pathlib import Path

import pytest

from portal.search.domain import Busy, Unavailable
from portal.search.locks import hold_lock
from portal.search.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "search", "form 1")


def put(store: Store, text: str) -> Path:
    with store.replacing() as folder:
        (folder / "data").write_text(text)
    return folder


def test_there_is_no_index_at_first(store: Store) -> None:
    with pytest.raises(Unavailable, match="no index"):
        store.current()


def test_a_new_index_takes_the_place_of_the_old_one(store: Store) -> None:
    old = put(store, "old")
    assert store.current() == old
    new = put(store, "new")
    assert store.current() == new
    assert not old.exists()


def test_what_fails_on_the_way_changes_nothing(store: Store) -> None:
    old = put(store, "old")
    with pytest.raises(RuntimeError), store.replacing() as folder:
        raise RuntimeError
    assert store.current() == old
    assert not folder.exists()


def test_leftovers_of_the_killed_are_swept_away(store: Store) -> None:
    put(store, "old")
    leftover = store.root / "index-0123456789abcdef"
    leftover.mkdir()
    (store.root / "current.new").write_text("half writ")
    put(store, "new")
    assert sorted(path.name for path in store.root.iterdir()) == ["current", store.current().name]


@pytest.mark.parametrize(
    "pointer",
    [
        b"",
        b"\xff\x00\x80",
        b"form 2\nindex-0123456789abcdef\n",
        b"form 1\n../../etc\n",
        b"form 1",
        b"form 1\nindex-0/..\n",
    ],
)
def test_a_pointer_that_is_not_ours_is_not_followed(store: Store, pointer: bytes) -> None:
    put(store, "old")
    (store.root / "current").write_bytes(pointer)
    with pytest.raises(Unavailable, match="another version"):
        store.current()


def test_a_file_in_the_way_is_removed(store: Store) -> None:
    store.root.write_text("in the way")
    with pytest.raises(Unavailable):
        store.current()
    new = put(store, "new")
    assert store.current() == new


def test_nobody_else_may_read_the_index(store: Store) -> None:
    folder = put(store, "text")
    assert store.root.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_one_writes_at_a_time(store: Store) -> None:
    with store.writing(wait=0), pytest.raises(Busy), store.writing(wait=0.05):
        pass
    with store.writing(wait=0):
        pass


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    order = []
    first_holds, second_tries = threading.Event(), threading.Event()

    def first() -> None:
        with hold_lock(tmp_path / "lock", wait=0):
            first_holds.set()
            second_tries.wait(5)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    first_holds.wait(5)
    second_tries.set()
    with hold_lock(tmp_path / "lock", wait=10):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_the_lock_comes_free_when_its_holder_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), hold_lock(tmp_path / "lock", wait=0):
        raise RuntimeError
    with hold_lock(tmp_path / "lock", wait=0):
        pass
