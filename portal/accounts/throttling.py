"""How often somebody may try: counted in the database, or in Redis where several replicas share one.

Made for failures to sign in; whatever else must not be done too often is counted as an account of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal import logs
from portal.accounts.models import SignInFailure
from portal.errors import TooMany

FAILURES = 10
"""Wrong passwords that one address may try on one account within WINDOW."""
FAILURES_OF_ACCOUNT = 100
"""Wrong passwords that all addresses together may try on one account."""
WINDOW = timedelta(minutes=5)
PATIENCE = 0.5
"""Seconds that a sign-in waits for Redis."""

log = logs.get_logger()


@dataclass(frozen=True)
class Tally:
    """Failures on an account within the window: from one address, from all, and until when they count."""

    here: int
    everywhere: int
    wait: timedelta


class FailureStore(Protocol):
    """Counts failures to sign in. Every store passes the same suite of tests."""

    def tally(self, account: str, address: str, now: datetime, /) -> Tally:
        """Return the failures that count now."""
        ...

    def add(self, account: str, address: str, now: datetime, /) -> None:
        """Count one more."""
        ...


def refuse_after_failures(
    store: FailureStore, account: str, address: str, now: datetime, *, complaint: str = "Too many failed attempts."
) -> None:
    """Raise TooMany after too many failures: by account and address, so that a stranger does not lock the owner out."""
    tally = store.tally(account, address, now)
    if tally.here < FAILURES and tally.everywhere < FAILURES_OF_ACCOUNT:
        return
    seconds = max(1, int(tally.wait.total_seconds()) + 1)
    minutes = -(-seconds // 60)
    unit = "minute" if minutes == 1 else "minutes"
    raise TooMany(f"{complaint} Try again in {minutes} {unit}.", retry_after=seconds)


@dataclass(frozen=True)
class DatabaseFailures:
    """Failures as rows; those that no longer count are swept away with each new one."""

    session: Session

    def tally(self, account: str, address: str, now: datetime) -> Tally:
        here, everywhere, oldest = self.session.execute(
            select(
                func.count().filter(SignInFailure.address == address),
                func.count(),
                func.min(SignInFailure.at),
            ).where(SignInFailure.account_key == account, SignInFailure.at >= now - WINDOW)
        ).one()
        return Tally(here, everywhere, (oldest + WINDOW - now) if oldest else timedelta())

    def add(self, account: str, address: str, now: datetime) -> None:
        self.session.add(SignInFailure(account_key=account, address=address, at=now))
        self.session.execute(delete(SignInFailure).where(SignInFailure.at < now - WINDOW))


def connect(address: str) -> redis.Redis:
    """Return a client of Redis that tries once: the library by itself tries for seconds, at each command."""
    return redis.Redis.from_url(
        address, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
    )


@dataclass(frozen=True)
class RedisFailures:
    """Failures as counters which Redis forgets by itself, a window after the first."""

    client: redis.Redis

    def tally(self, account: str, address: str, _now: datetime) -> Tally:
        everywhere, here = _keys(account, address)
        counts = self.client.mget(everywhere, here)
        wait = max(self.client.ttl(everywhere), 0)
        return Tally(int(counts[1] or 0), int(counts[0] or 0), timedelta(seconds=wait))

    def add(self, account: str, address: str, _now: datetime) -> None:
        with self.client.pipeline() as pipeline:
            for key in _keys(account, address):
                pipeline.incr(key)
                pipeline.expire(key, WINDOW, nx=True)
            pipeline.execute()


@dataclass(frozen=True)
class FirstThatAnswers:
    """Asks one store after the other: with Redis lost, the door is neither open nor shut, the database counts on."""

    stores: Sequence[FailureStore]

    def tally(self, account: str, address: str, now: datetime) -> Tally:
        for store in self.stores[:-1]:
            try:
                return store.tally(account, address, now)
            except redis.RedisError as error:
                log.warning("redis does not answer", error=str(error))
        return self.stores[-1].tally(account, address, now)

    def add(self, account: str, address: str, now: datetime) -> None:
        for store in self.stores[:-1]:
            try:
                return store.add(account, address, now)
            except redis.RedisError as error:
                log.warning("redis does not answer", error=str(error))
        return self.stores[-1].add(account, address, now)


def _keys(account: str, address: str) -> tuple[str, str]:
    return f"sign-in:{account}", f"sign-in:{account}:{address}"
