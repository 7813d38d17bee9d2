"""Notes that readers want: counted once a wish, in order, and without a word of who asked."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import throttling
from portal.accounts.throttling import DatabaseFailures, FailureStore, RedisFailures
from portal.contributions import operations
from portal.contributions.domain import WantedState
from portal.contributions.models import WantedNote
from portal.contributions.queries import list_closed, list_wanted
from portal.db import db, transaction
from portal.errors import Conflict, Invalid, Missing, TooMany
from tests.support.servers import wait_until

NOW = datetime(2026, 5, 1, 12, 34, 56, tzinfo=UTC)


def ask(*wordings: str, now: datetime = NOW) -> None:
    for wording in wordings:
        with transaction() as session:
            operations.ask_for_note(session, wording=wording, now=now)


def close(wanted_id: int, state: WantedState) -> bool:
    with transaction() as session:
        return operations.close_wanted(session, wanted_id=wanted_id, state=state)


def reopen(wanted_id: int) -> bool:
    with transaction() as session:
        return operations.reopen_wanted(session, wanted_id=wanted_id)


def counts(session: Session) -> list[tuple[str, int]]:
    session.expire_all()
    return [(wanted.wording, wanted.count) for wanted in list_wanted(session, limit=10)]


def ids(session: Session) -> Sequence[int]:
    return session.scalars(sa.select(WantedNote.id).order_by(WantedNote.id)).all()


def test_who_asks_for_the_same_adds_to_its_count(session: Session) -> None:
    ask("  Cursor\tpagination ", "cursor PAGINATION?", "cúrsor-pagination")
    assert counts(session) == [("Cursor pagination", 3)]


def test_what_is_asked_for_most_comes_first_then_the_newest(session: Session) -> None:
    ask("Sagas", "Outbox", "Bloom filters", "Sagas")
    ask("Outbox", now=NOW + timedelta(days=1))
    assert counts(session) == [("Outbox", 2), ("Sagas", 2), ("Bloom filters", 1)]
    assert [wanted.wording for wanted in list_wanted(session, limit=1)] == ["Outbox"]


def test_times_are_kept_to_the_day(session: Session) -> None:
    ask("Sagas")
    ask("Sagas", now=NOW + timedelta(days=3))
    (wanted,) = list_wanted(session, limit=10)
    assert wanted.first_asked_at == datetime(2026, 5, 1, tzinfo=UTC)
    assert wanted.last_asked_at == datetime(2026, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize("wording", ["", " \t\n ", "\0", "???", "+ #", "\N{HEAVY BLACK HEART}\ufe0f", "x" * 121])
def test_a_useless_wording_is_refused_beside_its_field(app: Flask, session: Session, wording: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(wording)
    assert refused.value.field == "wording"
    assert not counts(session)


@pytest.mark.parametrize(
    "wording",
    ["x" * 120, "null\0byte", "half \ud800 a pair", "\ufdfa" * 120, "\uac01" * 120, "\U0001f4a5 and \U00020000" * 7],
)
def test_whatever_has_words_in_it_can_be_stored(session: Session, wording: str) -> None:
    ask(wording, wording)
    ((_kept, count),) = counts(session)
    assert count == 2


def test_many_who_ask_at_once_are_all_counted(app: Flask, session: Session) -> None:
    start = threading.Barrier(6)

    def ask_at_once() -> None:
        with app.app_context():
            start.wait()
            ask("Sagas")
            db.session.remove()

    threads = [threading.Thread(target=ask_at_once) for _person in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts(session) == [("Sagas", 6)]


def test_who_asks_first_at_the_same_moment_as_another_is_counted(app: Flask, session: Session) -> None:
    def ask_too() -> None:
        with app.app_context():
            ask("sagas")
            db.session.remove()

    other = threading.Thread(target=ask_too)
    with transaction() as writing:
        operations.ask_for_note(writing, wording="Sagas", now=NOW)
        other.start()
        if db.engine.dialect.name == "postgresql":  # on SQLite the other waits before it looks
            wait_until(somebody_waits, seconds=20, what="The other one")
    other.join()
    assert counts(session) == [("Sagas", 2)]


def somebody_waits() -> bool:
    """Tell whether a transaction of this database waits for another one."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with db.engine.connect() as connection:
        return bool(connection.scalar(sa.text(waiting)))


def test_what_is_closed_leaves_the_list_for_good(session: Session) -> None:
    ask("Sagas", "Outbox", "Bloom filters")
    sagas, outbox, _filters = ids(session)
    assert close(sagas, WantedState.ANSWERED)
    assert close(outbox, WantedState.DISMISSED)
    ask("Sagas", "Outbox")
    assert counts(session) == [("Bloom filters", 1)]
    assert session.get_one(WantedNote, sagas).count == 2


def test_closing_twice_is_once_and_not_in_the_other_way(session: Session) -> None:
    ask("Sagas")
    (sagas,) = ids(session)
    assert close(sagas, WantedState.ANSWERED)
    assert not close(sagas, WantedState.ANSWERED)
    with pytest.raises(Conflict, match="answered already"):
        close(sagas, WantedState.DISMISSED)


def test_what_was_closed_can_be_reopened_and_reopening_twice_is_once(session: Session) -> None:
    ask("Sagas", "Outbox")
    sagas, outbox = ids(session)
    assert not reopen(sagas)
    close(sagas, WantedState.DISMISSED)
    close(outbox, WantedState.ANSWERED)
    ask("Sagas")
    assert [wanted.wording for wanted in list_closed(session, limit=10)] == ["Sagas", "Outbox"]
    assert [wanted.wording for wanted in list_closed(session, limit=1)] == ["Sagas"]
    assert reopen(sagas)
    assert not reopen(sagas)
    assert counts(session) == [("Sagas", 2)]
    assert close(sagas, WantedState.ANSWERED)


@pytest.mark.parametrize("number", [1, 2**31, 10**30])
def test_what_nobody_asked_for_cannot_be_closed_or_reopened(app: Flask, number: int) -> None:
    with pytest.raises(Missing):
        close(number, WantedState.ANSWERED)
    with pytest.raises(Missing):
        reopen(number)


@pytest.mark.parametrize("broken", [{"count": 0}, {"state": "forgotten"}, {"key": "outbox"}])
def test_the_database_itself_refuses_impossible_rows(session: Session, broken: dict[str, object]) -> None:
    ask("Sagas", "Outbox")
    table = sa.table("wanted_notes", *map(sa.column, ("key", "count", "state")))
    with pytest.raises(IntegrityError), transaction() as writing:
        writing.execute(sa.update(table).where(table.c.key == "sagas").values(broken))


def test_the_table_has_no_place_for_who_asked() -> None:
    columns = {"id", "wording", "key", "count", "first_asked_at", "last_asked_at", "state"}
    assert set(WantedNote.__table__.columns.keys()) == columns
    assert not WantedNote.__table__.foreign_keys


@pytest.mark.parametrize("kind", ["database", "redis"])
def test_one_place_asks_for_ten_notes_and_waits(session: Session, redis_server: str, kind: str) -> None:
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
        store: FailureStore = DatabaseFailures(session) if kind == "database" else RedisFailures(client)
        for _wish in range(throttling.FAILURES):
            operations.limit_asking(store, asker="here", now=NOW)
        with pytest.raises(TooMany, match=r"many notes in a short time\. Try again in \d minutes?\.") as refused:
            operations.limit_asking(store, asker="here", now=NOW)
        assert 0 < refused.value.retry_after <= 301
        operations.limit_asking(store, asker="there", now=NOW)
