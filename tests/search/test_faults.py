"""What happens to an index when processes compete, die, or find its files spoilt."""

import os
import random
import shutil
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from whoosh import fields, index

from portal.search import answering
from portal.search.domain import Busy, Results, SearchDocument, State, Unavailable
from portal.search.engines.whoosh import WhooshEngine
from portal.search.store import Store
from tests.search.competing import (
    MANY,
    advance,
    assert_whole,
    drain,
    finish,
    keep_searching,
    kill,
    rebuild_until_killed,
    revision,
    start,
    take_in,
    write_until_killed,
)
from tests.search.documents import fill, make_document, search, titles


def hold_writing(place: str, pipe: Connection) -> None:
    """Keep others from writing until told to let go."""
    with Store(Path(place), "any").writing(wait=0):
        pipe.send("held")
        pipe.recv()


# Competing and dying processes


def test_several_processes_write_and_search_at_once(whoosh: WhooshEngine, tmp_path: Path) -> None:
    last = 24
    readers = [start(keep_searching, str(tmp_path / "search")) for _ in range(2)]
    for _, pipe in readers:
        assert pipe.recv() == "ready"
    writers = [start(take_in, str(tmp_path / "search")) for _ in range(3)]
    for _, pipe in writers:
        pipe.send(last)
    patient = WhooshEngine(tmp_path / "search", wait=60)
    for number in range(3):
        patient.rebuild((revision(known) for known in range(1, number)), up_to=max(0, number - 1), only_if_broken=True)
        search(whoosh, "everywhere")
    finish(writers, readers, last=last)
    assert_whole(whoosh, last=last)


def test_a_writer_killed_at_any_moment_loses_nothing_that_it_had_confirmed(
    whoosh: WhooshEngine, tmp_path: Path
) -> None:
    for confirmed in (1, 2, 5, 9):
        before = whoosh.seen()
        process, pipe = start(write_until_killed, str(tmp_path / "search"))
        said = [pipe.recv() for _ in range(confirmed)]
        kill(process)
        said.extend(drain(pipe))
        assert said == list(range(before + 1, before + len(said) + 1))
        assert whoosh.seen() in (said[-1], said[-1] + 1)
        assert_whole(whoosh, last=whoosh.seen())
        advance(whoosh, step=1, last=MANY)


def test_a_rebuild_that_is_killed_leaves_the_old_index(whoosh: WhooshEngine, tmp_path: Path) -> None:
    advance(whoosh, step=3, last=3)
    process, pipe = start(rebuild_until_killed, str(tmp_path / "search"))
    assert pipe.recv() == 1
    assert pipe.recv() == 2
    assert_whole(whoosh, last=3)
    kill(process)
    assert_whole(whoosh, last=3)
    whoosh.rebuild((revision(number) for number in range(1, 6)), up_to=5)
    assert_whole(whoosh, last=5)
    assert len(list((tmp_path / "search").iterdir())) == 2


def test_a_writer_that_waits_too_long_leaves_it_to_the_next(whoosh: WhooshEngine, tmp_path: Path) -> None:
    process, pipe = start(hold_writing, str(tmp_path / "search"))
    assert pipe.recv() == "held"
    with pytest.raises(Busy):
        advance(whoosh, step=1, last=1)
    with pytest.raises(Busy):
        whoosh.rebuild((), up_to=0)
    assert search(whoosh, "everywhere").total == 0
    pipe.send("let go")
    process.join(20)
    advance(whoosh, step=1, last=1)
    assert_whole(whoosh, last=1)


def test_a_rebuild_is_seen_by_who_had_the_old_index_open(whoosh: WhooshEngine, tmp_path: Path) -> None:
    other = WhooshEngine(tmp_path / "search")
    fill(whoosh, make_document("Old"))
    assert titles(other, "old") == ["Old"]
    whoosh.rebuild([make_document("New")], up_to=2)
    assert titles(other, "old new") == ["New"]
    assert other.seen() == 2


def test_a_child_process_opens_the_files_for_itself(whoosh: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    advance(whoosh, step=2, last=2)
    search(whoosh, "everywhere")
    opened = whoosh._opened
    monkeypatch.setattr("portal.search.engines.whoosh.os.getpid", lambda: -1)
    assert search(whoosh, "everywhere").total == 2
    assert whoosh._opened is not opened


# Spoilt files


@pytest.fixture
def root(whoosh: WhooshEngine, tmp_path: Path) -> Path:
    """The folder of an index with several segments."""
    for _ in range(3):
        advance(whoosh, step=4, last=12)
    return tmp_path / "search"


def assert_heals(engine: WhooshEngine) -> None:
    with pytest.raises(Unavailable):
        search(engine, "everywhere")
    with pytest.raises(Unavailable):
        engine.seen()
    with pytest.raises(Unavailable):
        engine.suggest("revision", 5)
    with pytest.raises(Unavailable):
        engine.update([revision(13)], (), since=12, up_to=13)
    assert engine.status().state is not State.READY
    assert engine.rebuild(map(revision, range(1, 13)), up_to=12, only_if_broken=True)
    assert_whole(engine, last=12)


def remove_everything(root: Path) -> None:
    shutil.rmtree(root)


def remove_index(root: Path) -> None:
    for folder in root.glob("index-*"):
        shutil.rmtree(folder)


def remove_pointer(root: Path) -> None:
    (root / "current").unlink()


def remove_segments(root: Path) -> None:
    for file in root.glob("index-*/*.trm"):
        file.unlink()


def empty_index(root: Path) -> None:
    for file in root.glob("index-*/*"):
        file.write_bytes(b"")


def write_nonsense(root: Path) -> None:
    for file in root.glob("index-*/*"):
        file.write_bytes(random.Random(1).randbytes(5000))


def put_a_foreign_index(root: Path) -> None:
    for folder in root.glob("index-*"):
        shutil.rmtree(folder)
        folder.mkdir()
        foreign = index.create_in(folder, fields.Schema(name=fields.ID(stored=True)))
        writer = foreign.writer()
        writer.add_document(name="somebody else's")
        writer.commit()


def put_a_file_in_the_way(root: Path) -> None:
    shutil.rmtree(root)
    root.write_bytes(b"no folder")


def take_an_old_version(root: Path) -> None:
    (root / "current").write_text("whoosh 1.0\nindex-0123456789abcdef\n")


SPOILERS = [
    remove_everything,
    remove_index,
    remove_pointer,
    remove_segments,
    empty_index,
    write_nonsense,
    put_a_foreign_index,
    put_a_file_in_the_way,
    take_an_old_version,
]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_a_spoilt_index_is_noticed_and_heals(root: Path, spoil: Callable[[Path], None]) -> None:
    spoil(root)
    assert_heals(WhooshEngine(root))


@pytest.mark.parametrize("spoil", [remove_everything, remove_index, remove_pointer, put_a_foreign_index])
def test_an_index_that_vanishes_while_it_is_open_heals(
    whoosh: WhooshEngine, root: Path, spoil: Callable[[Path], None]
) -> None:
    assert search(whoosh, "everywhere").total == 12
    spoil(root)
    assert_heals(whoosh)


@pytest.mark.parametrize("share", [0, 0.3, 0.7, 0.99])
@pytest.mark.parametrize("ending", ["toc", "trm", "pst", "_stored.col", "card.col"])
def test_a_file_cut_short_never_leads_to_anything_but_an_answer_or_a_rebuild(
    whoosh: WhooshEngine, root: Path, ending: str, share: float
) -> None:
    search(whoosh, "everywhere")
    for file in root.glob(f"index-*/*{ending}"):
        os.truncate(file, int(file.stat().st_size * share))
    for engine in (whoosh, WhooshEngine(root)):
        try:
            assert search(engine, "word7").total == 1
        except Unavailable:
            continue
    healer = WhooshEngine(root)
    if healer.status().state is not State.READY:
        assert healer.rebuild(map(revision, range(1, 13)), up_to=12, only_if_broken=True)
    assert_whole(healer, last=12)


def test_a_damaged_index_is_not_written_to(root: Path) -> None:
    engine = WhooshEngine(root)
    assert engine.seen() == 12
    for file in root.glob("index-*/*.pst"):
        file.write_bytes(b"")
    with pytest.raises(Unavailable):
        engine.update([revision(number) for number in range(1, 14)], (), since=12, up_to=13)
    assert engine.rebuild(map(revision, range(1, 14)), up_to=13, only_if_broken=True)
    assert_whole(engine, last=13)


def test_who_waited_for_a_rebuild_does_not_do_it_again(root: Path) -> None:
    one, other = WhooshEngine(root), WhooshEngine(root)
    remove_segments(root)
    for engine in (one, other):
        with pytest.raises(Unavailable):
            engine.seen()
    assert one.rebuild(map(revision, range(1, 13)), up_to=12, only_if_broken=True)
    assert not other.rebuild((), up_to=12, only_if_broken=True)
    assert_whole(other, last=12)


def test_a_mistake_of_ours_is_not_taken_for_a_damaged_index(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_arguments: object) -> Results:
        raise ZeroDivisionError

    engine = WhooshEngine(root)
    with monkeypatch.context() as patch:
        patch.setattr(answering, "answer", stumble)
        with pytest.raises(ZeroDivisionError):
            search(engine, "everywhere")
    assert_whole(engine, last=12)


def test_a_reading_is_tried_again_when_the_index_changed_under_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, other = WhooshEngine(root), WhooshEngine(root)
    answer = answering.answer

    def stumble_once(*arguments: object) -> Results:
        if other.seen() == 12:
            advance(other, step=1, last=13)
            raise FileNotFoundError
        return answer(*arguments)  # type: ignore[arg-type]  # they are passed on as they come

    monkeypatch.setattr(answering, "answer", stumble_once)
    assert search(engine, "everywhere").total == 13


def test_documents_that_cannot_be_had_leave_the_index_as_it_was(root: Path) -> None:
    def documents() -> Iterable[SearchDocument]:
        yield revision(1)
        raise ConnectionError

    engine = WhooshEngine(root)
    with pytest.raises(ConnectionError):
        engine.rebuild(documents(), up_to=12)
    assert_whole(engine, last=12)


# What is kept of a segment


def test_documents_taken_out_are_not_found_however_many_they_are(
    whoosh: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.search.engines.whoosh.MOST_GONE", 2)
    whoosh.rebuild(map(revision, range(1, 13)), up_to=12)
    for gone in range(1, 7):
        assert search(whoosh, "everywhere filler").total == 13 - gone
        assert search(whoosh, '"everywhere word9"').total == 1
        assert whoosh.update((), {f"lesson:{gone}"}, since=11 + gone, up_to=12 + gone)
    assert titles(whoosh, "everywhere", page_size=20) == [f"Revision {number}" for number in (10, 11, 12, 7, 8, 9)]


@pytest.mark.parametrize("limit", ["MOST_CHARACTERS", "MOST_POSTINGS", "MOST_PLACES"])
def test_what_is_kept_makes_room(whoosh: WhooshEngine, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    advance(whoosh, step=12, last=12)
    known = [search(whoosh, text) for text in ("everywhere", '"everywhere word7"', "word3")]
    monkeypatch.setattr(f"portal.search.engines.whoosh.{limit}", 1)
    other = WhooshEngine(whoosh._store.root)
    assert [search(other, text) for text in ("everywhere", '"everywhere word7"', "word3")] == known
