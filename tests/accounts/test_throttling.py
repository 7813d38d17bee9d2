from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import redis
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import throttling
from portal.accounts.models import SignInFailure
from portal.accounts.throttling import (
    DatabaseFailures,
    FailureStore,
    FirstThatAnswers,
    RedisFailures,
    connect,
    refuse_after_failures,
)
from portal.errors import TooMany
from tests.support.servers import free_port

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(params=["database", "redis"])
def store(request: pytest.FixtureRequest, session: Session, redis_server: str) -> Iterator[FailureStore]:
    """Each store in turn; what follows holds for all of them."""
    if request.param == "database":
        yield DatabaseFailures(session)
        return
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
        yield RedisFailures(client)


def test_without_failures_everybody_may_try(store: FailureStore) -> None:
    refuse_after_failures(store, "ada", HERE, NOW)


def test_ten_failures_from_one_address_must_wait_and_the_owner_elsewhere_need_not(store: FailureStore) -> None:
    for _attempt in range(throttling.FAILURES):
        refuse_after_failures(store, "ada", HERE, NOW)
        store.add("ada", HERE, NOW)
    with pytest.raises(TooMany, match=r"Try again in \d minutes?\.") as refused:
        refuse_after_failures(store, "ada", HERE, NOW)
    assert 0 < refused.value.retry_after <= 301
    refuse_after_failures(store, "ada", THERE, NOW)
    refuse_after_failures(store, "bea", HERE, NOW)


def test_failures_from_many_addresses_count_together(store: FailureStore) -> None:
    for number in range(throttling.FAILURES_OF_ACCOUNT):
        store.add("ada", f"2001:db8::{number}", NOW)
    with pytest.raises(TooMany):
        refuse_after_failures(store, "ada", HERE, NOW)


def test_in_the_database_failures_are_forgotten_after_the_window(app: Flask, session: Session) -> None:
    store = DatabaseFailures(session)
    for _attempt in range(throttling.FAILURES):
        store.add("ada", HERE, NOW)
    later = NOW + throttling.WINDOW + timedelta(seconds=1)
    refuse_after_failures(store, "ada", HERE, later)
    store.add("ada", HERE, later)
    session.flush()
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1


def test_redis_forgets_after_the_window_by_itself(redis_server: str) -> None:
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
        store = RedisFailures(client)
        store.add("ada", HERE, NOW)
        store.add("ada", HERE, NOW)
        assert 0 < client.ttl(f"sign-in:ada:{HERE}") <= 300


def test_with_redis_lost_the_database_counts_on(app: Flask, session: Session) -> None:
    with connect(f"redis://127.0.0.1:{free_port()}") as nobody:
        store = FirstThatAnswers((RedisFailures(nobody), DatabaseFailures(session)))
        for _attempt in range(throttling.FAILURES):
            store.add("ada", HERE, NOW)
        with pytest.raises(TooMany):
            refuse_after_failures(store, "ada", HERE, NOW)


def test_with_redis_there_the_database_is_left_alone(app: Flask, session: Session, redis_server: str) -> None:
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
        store = FirstThatAnswers((RedisFailures(client), DatabaseFailures(session)))
        store.add("ada", HERE, NOW)
        assert store.tally("ada", HERE, NOW).here == 1
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0
