import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import db, transaction
from portal.errors import Missing
from portal.progress.domain import Status
from portal.progress.models import TopicProgress
from portal.progress.operations import set_status
from portal.progress.queries import recent_steps, statuses_of
from portal.roadmap.operations import import_roadmap
from tests.support.people import add_user
from tests.support.roadmaps import Needs, roadmap_data

NEEDS: Needs = {"web": {"http": [], "json": ["http"]}}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def ada(app: Flask) -> int:
    """A learner before a roadmap of two topics."""
    with transaction() as session:
        import_roadmap(session, roadmap_data(NEEDS), keys={})
    return add_user("ada")


def mark(user_id: int, slug: str, status: Status, now: datetime = NOON) -> None:
    with transaction() as session:
        set_status(session, user_id=user_id, topic_slug=slug, status=status, now=now)


def test_a_status_is_kept(ada: int, session: Session) -> None:
    mark(ada, "http", Status.LEARNING)
    assert statuses_of(session, ada) == {"http": Status.LEARNING}


def test_a_later_status_takes_the_place_of_an_earlier_one(ada: int, session: Session) -> None:
    mark(ada, "http", Status.LEARNING)
    mark(ada, "http", Status.DONE, NOON + timedelta(hours=1))
    assert statuses_of(session, ada) == {"http": Status.DONE}
    assert [step.updated_at for step in recent_steps(session, ada)] == [NOON + timedelta(hours=1)]


def test_the_same_status_said_twice_is_once(ada: int, session: Session) -> None:
    mark(ada, "http", Status.DONE)
    mark(ada, "http", Status.DONE)
    assert statuses_of(session, ada) == {"http": Status.DONE}


def test_what_is_set_back_leaves_no_trace(ada: int, session: Session) -> None:
    mark(ada, "http", Status.DONE)
    mark(ada, "http", Status.NOT_STARTED)
    mark(ada, "json", Status.NOT_STARTED)
    assert session.scalars(select(TopicProgress)).all() == []


def test_everybody_has_a_progress_of_their_own(ada: int, session: Session) -> None:
    grace = add_user("grace")
    mark(ada, "http", Status.DONE)
    mark(grace, "json", Status.SKIPPED)
    assert statuses_of(session, ada) == {"http": Status.DONE}
    assert statuses_of(session, grace) == {"json": Status.SKIPPED}


@pytest.mark.parametrize("slug", ["unknown", "", "x" * 10_000])
def test_there_is_no_progress_in_a_topic_that_is_not_there(ada: int, slug: str) -> None:
    with pytest.raises(Missing):
        mark(ada, slug, Status.DONE)


def test_there_is_no_progress_in_a_retired_topic_and_none_is_lost(ada: int, session: Session) -> None:
    mark(ada, "json", Status.DONE)
    with transaction() as writing:
        import_roadmap(writing, roadmap_data({"web": {"http": []}}), keys={}, retired={"json"})
    with pytest.raises(Missing):
        mark(ada, "json", Status.LEARNING)
    assert statuses_of(session, ada) == {"json": Status.DONE}
    assert recent_steps(session, ada) == []


def test_progress_stays_when_a_topic_is_renamed(ada: int, session: Session) -> None:
    mark(ada, "http", Status.DONE)
    with transaction() as writing:
        renamed = roadmap_data({"web": {"hypertext": [], "json": ["hypertext"]}})
        import_roadmap(writing, renamed, keys={"hypertext": "http"})
    assert statuses_of(session, ada) == {"http": Status.DONE}
    mark(ada, "hypertext", Status.LEARNING)
    assert statuses_of(session, ada) == {"http": Status.LEARNING}


def test_what_was_touched_last_comes_first(ada: int, session: Session) -> None:
    mark(ada, "http", Status.DONE, NOON + timedelta(days=1))
    mark(ada, "json", Status.LEARNING, NOON)
    assert [(step.topic_key, step.status) for step in recent_steps(session, ada)] == [
        ("http", Status.DONE),
        ("json", Status.LEARNING),
    ]
    assert [step.topic_key for step in recent_steps(session, ada, limit=1)] == ["http"]


def test_two_tabs_at_once_end_in_one_status(app: Flask, ada: int, session: Session) -> None:
    together = threading.Barrier(6)

    def press(number: int) -> None:
        with app.app_context():
            together.wait(20)
            try:
                mark(ada, "http", Status.DONE if number % 2 else Status.LEARNING, NOON + timedelta(seconds=number))
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as tabs:
        list(tabs.map(press, range(6)))
    assert len(session.scalars(select(TopicProgress)).all()) == 1
