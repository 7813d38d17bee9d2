"""What happens to an index in PostgreSQL when processes compete, die, or find its tables spoilt."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise, product
from typing import Any

import pytest
import sqlalchemy as sa

from portal.search import answering
from portal.search.analysis import ANALYSIS
from portal.search.domain import Busy, Results, SearchDocument, State, Superseded, Unavailable
from portal.search.engines.memory import MemoryEngine
from portal.search.engines.postgresql import FEW, PostgresEngine, Recent
from portal.search.filling import BREAK, OVERLAP, PIECE, as_lexeme
from portal.search.tables import FORM, METADATA, is_newer
from tests.search.competing import (
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
from tests.search.documents import fill, make_document, marked, search, titles


def run(database: sa.Engine, *statements: str) -> None:
    """Do something to the database that the engine does not know of."""
    with database.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def cut_connections(database: sa.Engine) -> None:
    """End all other connections to the database, as a restart of the server does."""
    run(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


# Competing and dying processes


def test_several_processes_write_and_rebuild_while_others_search(
    postgres: PostgresEngine, search_database: str
) -> None:
    last = 40
    readers = [start(keep_searching, search_database) for _ in range(2)]
    for _, pipe in readers:
        assert pipe.recv() == "ready"
    writers = [start(take_in, search_database) for _ in range(3)]
    for _, pipe in writers:
        pipe.send(last)
    patient = PostgresEngine(sa.create_engine(search_database, poolclass=sa.NullPool), wait=60)
    patient.rebuild(map(revision, range(1, last + 1)), up_to=last)
    patient.rebuild(map(revision, range(1, last + 1)), up_to=last)
    finish(writers, readers, last=last)
    assert_whole(postgres, last=last)


def test_a_writer_killed_at_any_moment_loses_nothing_that_it_had_confirmed(
    postgres: PostgresEngine, database: sa.Engine, search_database: str
) -> None:
    patient = PostgresEngine(database, wait=20)
    for confirmed in (1, 2, 5, 9):
        before = postgres.seen()
        process, pipe = start(write_until_killed, search_database)
        said = [pipe.recv() for _ in range(confirmed)]
        kill(process)
        said.extend(drain(pipe))
        assert said == list(range(before + 1, before + len(said) + 1))
        assert patient.update((), (), since=0, up_to=0)  # waits until the server has noticed
        assert postgres.seen() in (said[-1], said[-1] + 1)
        assert_whole(postgres, last=postgres.seen())


def test_a_rebuild_that_is_killed_leaves_the_old_index(
    postgres: PostgresEngine, database: sa.Engine, search_database: str
) -> None:
    advance(postgres, step=3, last=3)
    process, pipe = start(rebuild_until_killed, search_database)
    while pipe.recv() < 120:  # some of it has been sent to the database
        assert_whole(postgres, last=3)
    kill(process)
    assert_whole(postgres, last=3)
    PostgresEngine(database, wait=20).rebuild(map(revision, range(1, 6)), up_to=5)
    assert_whole(postgres, last=5)


def test_while_one_writes_others_read_and_other_writers_wait_for_a_while(
    postgres: PostgresEngine, database: sa.Engine
) -> None:
    advance(postgres, step=2, last=2)
    other = PostgresEngine(database, wait=0.05)

    def documents() -> Iterator[SearchDocument]:
        yield revision(1)
        assert_whole(other, last=2)
        with pytest.raises(Busy):
            advance(other, step=1, last=3)
        with pytest.raises(Busy):
            other.rebuild((), up_to=0)

    assert postgres.rebuild(documents(), up_to=1)
    assert_whole(other, last=1)
    advance(other, step=1, last=2)
    assert_whole(postgres, last=2)


def test_what_one_process_remembers_does_not_outlive_a_rebuild_by_another(
    postgres: PostgresEngine, database: sa.Engine
) -> None:
    other = PostgresEngine(database)
    fill(postgres, make_document("Old", key="a", body="the same word", summary="Before."))
    assert titles(other, "same word") == ["Old"]
    assert search(other, "wrod").did_you_mean == "word"
    postgres.rebuild([make_document("New", key="b", body="the same ward", summary="After.")], up_to=2)
    (hit,) = search(other, "same ward").hits
    assert (hit.title, hit.summary) == ("New", "After.")
    assert search(other, "wrad").did_you_mean == "ward"
    assert other.seen() == 2


def test_a_document_that_changed_is_not_taken_for_what_it_was(postgres: PostgresEngine, database: sa.Engine) -> None:
    other = PostgresEngine(database)
    for number in range(3):
        fill(postgres, make_document(f"Version {number}", key="a", body="lock"))
        assert titles(other, "lock") == [f"Version {number}"]


def test_documents_that_cannot_be_had_leave_the_index_as_it_was(postgres: PostgresEngine) -> None:
    def documents() -> Iterator[SearchDocument]:
        yield revision(1)
        raise ConnectionError

    advance(postgres, step=2, last=2)
    with pytest.raises(ConnectionError):
        postgres.rebuild(documents(), up_to=12)
    assert_whole(postgres, last=2)


def test_a_mistake_of_ours_is_not_taken_for_a_damaged_index(
    postgres: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_arguments: object) -> Results:
        raise ZeroDivisionError

    advance(postgres, step=2, last=2)
    with monkeypatch.context() as patch:
        patch.setattr(answering, "answer", stumble)
        with pytest.raises(ZeroDivisionError):
            search(postgres, "everywhere")
    with monkeypatch.context() as patch:
        patch.setattr("portal.search.engines.postgresql.THE_STATE", sa.text("SELECT 1 / 0"))
        with pytest.raises(sa.exc.DataError):
            search(postgres, "everywhere")
    assert_whole(postgres, last=2)


# Spoilt tables


def drop_everything(database: sa.Engine) -> None:
    METADATA.drop_all(database)


def drop_the_weights(database: sa.Engine) -> None:
    run(database, "DROP TABLE search_weights")


def empty_everything(database: sa.Engine) -> None:
    run(database, *(f"TRUNCATE {table.name}" for table in METADATA.sorted_tables))


def empty_the_state(database: sa.Engine) -> None:
    run(database, "TRUNCATE search_state")


def empty_the_weights(database: sa.Engine) -> None:
    run(database, "TRUNCATE search_weights")


def empty_the_pieces(database: sa.Engine) -> None:
    run(database, "TRUNCATE search_pieces")


def empty_the_words(database: sa.Engine) -> None:
    run(database, "TRUNCATE search_words, search_names")


def take_a_foreign_form(database: sa.Engine) -> None:
    run(database, "UPDATE search_state SET form = 'tables 0'")


SPOILERS = [
    drop_everything,
    drop_the_weights,
    empty_everything,
    empty_the_state,
    empty_the_weights,
    empty_the_pieces,
    empty_the_words,
    take_a_foreign_form,
]


@pytest.fixture
def filled(postgres: PostgresEngine) -> PostgresEngine:
    """An index of twelve revisions."""
    for _ in range(3):
        advance(postgres, step=4, last=12)
    return postgres


def assert_heals(engine: PostgresEngine) -> None:
    for read in (lambda: search(engine, "everywhere"), engine.seen, lambda: engine.suggest("revision", 5)):
        with pytest.raises(Unavailable):
            read()
    with pytest.raises(Unavailable):
        engine.update([revision(13)], (), since=12, up_to=13)
    assert engine.status().state is not State.READY
    assert engine.status().detail.endswith(".")
    assert engine.rebuild(map(revision, range(1, 13)), up_to=12, only_if_broken=True)
    assert_whole(engine, last=12)
    assert not engine.rebuild((), up_to=12, only_if_broken=True)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_spoilt_tables_are_noticed_and_heal(
    filled: PostgresEngine, database: sa.Engine, spoil: Callable[[sa.Engine], None]
) -> None:
    search(filled, "everywhere")
    spoil(database)
    assert_heals(filled)


def test_documents_that_are_missing_are_noticed_by_the_search_that_meets_them(
    filled: PostgresEngine, database: sa.Engine
) -> None:
    run(database, "DELETE FROM search_documents WHERE number > 6")
    with pytest.raises(Unavailable):
        search(filled, "everywhere")
    assert_heals(filled)


def test_rows_that_are_missing_are_noticed_by_a_look_at_everything(filled: PostgresEngine, database: sa.Engine) -> None:
    run(database, "DELETE FROM search_words WHERE word = 'filler'")
    assert filled.status().state is State.DAMAGED
    assert_heals(filled)


def test_tables_of_another_shape_are_not_taken_for_ours_and_stay_as_they_are(
    filled: PostgresEngine, database: sa.Engine
) -> None:
    run(database, "ALTER TABLE search_names RENAME COLUMN rank TO place")
    with pytest.raises(Unavailable):
        filled.suggest("revision", 5)
    with pytest.raises(Unavailable):
        filled.rebuild(map(revision, range(1, 13)), up_to=12)
    run(database, "ALTER TABLE search_names RENAME COLUMN place TO rank")
    assert_whole(filled, last=12)


@contextmanager
def next_version() -> Iterator[None]:
    """Act as the next version of the portal does, of which another process may run already."""
    newer = f"tables 1 analysis {int(ANALYSIS) + 1} entries 1"
    with pytest.MonkeyPatch.context() as patch:
        for module in ("engines.postgresql", "filling"):
            patch.setattr(f"portal.search.{module}.FORM", newer)
        yield


def test_of_two_versions_only_the_newer_makes_the_index_its_own(filled: PostgresEngine, database: sa.Engine) -> None:
    newer = PostgresEngine(database, wait=0.2)
    revisions = [revision(number) for number in range(1, 13)]
    with next_version():
        with pytest.raises(Unavailable, match="another version"):
            newer.seen()
        assert newer.rebuild(revisions, up_to=12, only_if_broken=True)
    for _meeting in range(3):
        for use in (
            filled.seen,
            lambda: search(filled, "everywhere"),
            lambda: filled.suggest("revision", 5),
            lambda: filled.update([revision(13)], (), since=12, up_to=13),
            lambda: filled.rebuild(revisions, up_to=12, only_if_broken=True),
        ):
            with pytest.raises(Superseded):
                use()
        assert filled.status().detail == "The index was made by a newer version of the portal."
        with next_version():
            assert not newer.rebuild((), up_to=12, only_if_broken=True)
            assert_whole(newer, last=12)


def test_an_older_version_takes_the_index_back_when_told_to(filled: PostgresEngine, database: sa.Engine) -> None:
    newer = PostgresEngine(database, wait=0.2)
    with next_version():
        newer.rebuild((), up_to=1)
    assert filled.rebuild(map(revision, range(1, 13)), up_to=12)
    assert_whole(filled, last=12)
    with next_version(), pytest.raises(Unavailable, match="another version"):
        newer.seen()


@pytest.mark.parametrize(
    ("form", "than"),
    [
        ("tables 2 analysis 1 entries 1", "tables 1 analysis 9 entries 9"),
        ("tables 1 analysis 10 entries 1", "tables 1 analysis 9 entries 4"),
        ("tables 1 analysis 5 entries 10", "tables 1 analysis 5 entries 9"),
        (FORM, "tables 0"),
        (FORM, "something else"),
    ],
)
def test_of_two_forms_one_is_the_newer(form: str, than: str) -> None:
    assert is_newer(form, than)
    assert not is_newer(than, form)
    assert not is_newer(form, form)


def test_who_waited_for_a_rebuild_does_not_do_it_again(filled: PostgresEngine, database: sa.Engine) -> None:
    other = PostgresEngine(database)
    run(database, "DELETE FROM search_documents WHERE number > 6")
    for engine in (filled, other):
        with pytest.raises(Unavailable):
            search(engine, "everywhere")
    assert filled.rebuild(map(revision, range(1, 13)), up_to=12, only_if_broken=True)
    assert not other.rebuild((), up_to=12, only_if_broken=True)
    assert_whole(other, last=12)


# Lost connections


def test_connections_that_were_cut_between_two_searches_are_made_anew(
    filled: PostgresEngine, database: sa.Engine
) -> None:
    assert_whole(filled, last=12)
    cut_connections(database)
    assert_whole(filled, last=12)


def test_a_connection_that_is_cut_in_the_middle_makes_the_index_unavailable_for_once(
    filled: PostgresEngine, search_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = answering.answer
    other = sa.create_engine(search_database, poolclass=sa.NullPool)

    def cut(*arguments: Any) -> Results:
        cut_connections(other)
        return answer(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(answering, "answer", cut)
        with pytest.raises(Unavailable):
            search(filled, "everywhere")
    assert_whole(filled, last=12)


def test_a_writer_that_is_cut_off_changes_nothing(filled: PostgresEngine, search_database: str) -> None:
    other = sa.create_engine(search_database, poolclass=sa.NullPool)

    def documents() -> Iterator[SearchDocument]:
        yield from map(revision, range(1, 60))
        cut_connections(other)
        yield revision(60)

    with pytest.raises(Unavailable):
        filled.rebuild(documents(), up_to=60)
    assert_whole(filled, last=12)


def test_without_a_server_the_index_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        engine = PostgresEngine(sa.create_engine(f"postgresql+psycopg://a:secret@127.0.0.1:{taken.getsockname()[1]}/b"))
        with pytest.raises(Unavailable):
            search(engine, "anything")
        with pytest.raises(Unavailable):
            engine.update((), (), since=0, up_to=1)
        status = engine.status()
    assert status.state is State.MISSING
    assert "secret" not in status.place + status.detail


def test_where_no_connection_is_left_the_index_is_unavailable(filled: PostgresEngine, search_database: str) -> None:
    narrow = sa.create_engine(search_database, pool_size=1, max_overflow=0, pool_timeout=0.05)
    engine = PostgresEngine(narrow)
    with narrow.connect(), pytest.raises(Unavailable):
        search(engine, "everywhere")
    assert_whole(engine, last=12)
    narrow.dispose()


# Texts of any kind

HOSTILE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff half a character",
    "%",
    "_",
    "\\",
    "'; DROP TABLE search_documents; --",
    "\"quoted\" 'twice' $$ $1 :name %s %(name)s {0}",
    "<script>alert(1)</script> &amp; <b",
    "a & b | !c <-> d:*",
    "zz zzzz zzjkjijp",
    "\u202e\u2028\ufeff\U0010ffff",
    "naïve façade ﬁne Straße İstanbul",
    "検索 поиск جستجو 🔎",
    "a" * 3_000,
    "x-" * 3_000,
    "\f\f\f",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_can_be_kept_and_looked_for(postgres: PostgresEngine, text: str) -> None:
    document = make_document(
        f"{text} title", key=f"lesson:{text}", summary=text, headings=(text,), body=f"needle {text}\f{text}\nrest",
        tags=(text,), aliases=(text,), slug=text, topic=text, stage=text, level=text,
    )  # fmt: skip
    fill(postgres, document)
    (hit,) = search(postgres, "needle").hits
    assert "[needle]" in marked(search(postgres, "needle"))[0]
    assert hit.title.encode(errors="replace").replace(b"\x00", b"") == document.title.encode(errors="replace").replace(
        b"\x00", b""
    )
    for typed in (text, f'"{text}"', f"-{text}", f"{text} needle"):
        assert search(postgres, typed).total <= 1
        assert len(postgres.suggest(typed, 5)) <= 5
    fill(postgres, make_document("Another", key=f"lesson:{text}"))
    assert search(postgres, "needle").total == 0
    assert postgres.status().documents == 1


def test_passages_show_code_as_it_stands(postgres: PostgresEngine) -> None:
    fill(postgres, make_document(body='Write <b class="x">select_related</b> & never \\1 or %s.'))
    assert marked(search(postgres, "select_related")) == ['Write <b class="x">[select_related]</b> & never \\1 or %s.']


def test_every_term_is_one_word_to_postgresql(database: sa.Engine) -> None:
    terms = [
        "transact",
        "429",
        "n+1",
        "select_related",
        "c++",
        "é",
        "検索",
        "a/b",
        "or",
        "not",
        "zz",
        "zza",
        "1e5",
        "-",
    ]
    spelt = [as_lexeme(term) for term in terms]
    assert len({as_lexeme(BREAK), *spelt}) == len(terms) + 1
    with database.connect() as connection:
        vector = connection.scalar(sa.text("SELECT to_tsvector('simple', :text)"), {"text": " ".join(spelt)})
        assert vector == " ".join(
            f"'{lexeme}':{place}" for lexeme, place in sorted((s, p) for p, s in enumerate(spelt, 1))
        )
        query = connection.scalar(
            sa.text("SELECT websearch_to_tsquery('simple', :text)"), {"text": f'"{" ".join(spelt)}"'}
        )
        assert query == " <-> ".join(f"'{lexeme}'" for lexeme in spelt)


def test_a_phrase_is_found_wherever_it_stands_in_a_long_text(postgres: PostgresEngine) -> None:
    words = ["the"] * (3 * PIECE)
    phrase = [f"{letter}ord" for letter in "abcdefghijklmno"]
    for place in range(PIECE - OVERLAP - 1, PIECE + 2):
        fill(postgres, make_document(key="long", body=" ".join([*words[:place], *phrase, *words[place:]])))
        assert search(postgres, f'"{" ".join(phrase)}"').total == 1
    assert search(postgres, '"the the the"').total == 1
    assert search(postgres, '"oord aord"').total == 0


def test_a_phrase_reaches_from_no_text_into_the_next(postgres: PostgresEngine) -> None:
    fill(
        postgres,
        make_document(
            "alpha", aliases=("bravo", "charlie"), tags=("delta", "echo"), summary="golf", headings=("foxtrot",),
            body="hotel\ffoxtrot\nindia\fjuliet", context="kilo\nlima",
        ),
    )  # fmt: skip
    said = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "foxtrot"]
    for one, other in [*pairwise(said), *product(said, ("kilo",)), ("kilo", "lima")]:
        assert search(postgres, f'"{one} {other}"').total == 0
    assert search(postgres, '"india juliet"').total == 0
    assert search(postgres, '"foxtrot india"').total == 1


def test_a_phrase_is_found_whether_a_word_of_it_is_written_with_a_hyphen_or_not(postgres: PostgresEngine) -> None:
    memory = MemoryEngine()
    for engine in (memory, postgres):
        fill(
            engine,
            make_document("My back-end", key="a", summary="Ask my e-mail-box.", body="on my back-end service"),
            make_document("One word", key="b", body="on my backend service\fthe back-end\nis a back-end"),
        )
    for text in ("my backend", "on my backend", "my back-end", "back end service", "backend service", "the backend is",
                 "a backend", "my emailbox", "service the", "the back end is"):  # fmt: skip
        assert titles(postgres, f'"{text}"') == titles(memory, f'"{text}"'), text


def test_a_phrase_of_common_words_is_found_among_many_documents(postgres: PostgresEngine) -> None:
    documents = [make_document(f"Number {number}", body="this way") for number in range(FEW + 1)]
    fill(postgres, *documents, make_document("The other", body="way of this kind"))
    assert search(postgres, '"this way"').total == FEW + 1


# What a process remembers


def test_what_is_remembered_is_not_loaded_again_and_the_oldest_makes_room() -> None:
    loaded: list[int] = []

    def load(numbers: list[int]) -> dict[int, str]:
        loaded.extend(numbers)
        return {number: str(number) for number in numbers}

    def taken(*numbers: int) -> list[str]:
        values = recent.take(numbers, load)
        return [values[number] for number in numbers]

    recent = Recent[str](3)
    assert taken(1, 2) == ["1", "2"]
    assert taken(2, 3, 4) == ["2", "3", "4"]
    assert taken(2, 1) == ["2", "1"]
    assert loaded == [1, 2, 3, 4, 1]
    assert taken(*range(10)) == [str(number) for number in range(10)]
