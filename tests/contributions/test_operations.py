import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.contributions import operations
from portal.contributions.domain import Proposal, State
from portal.contributions.models import Contribution
from portal.contributions.queries import contributions_of, count_waiting, get_contribution, queue, timeline_of
from portal.db import db, transaction
from portal.errors import Conflict, Invalid, Missing, NotAllowed
from tests.support.people import add_user

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOTE = Proposal("ETags and gzip", "Why a proxy may weaken an ETag.", "A proxy that compresses must weaken the ETag.\n")


@pytest.fixture
def ada(library: Path) -> int:
    return add_user("ada")


def send_note(author: int, *, submit: bool = True, form_id: str = "one", proposal: Proposal = NOTE) -> Contribution:
    with transaction() as session:
        return operations.create_note(
            session,
            author_id=author,
            topic_slug="http-caching",
            proposal=proposal,
            submit=submit,
            form_id=form_id,
            now=NOW,
        )


def revise(contribution: Contribution, author: int, *, version: int, submit: bool = True) -> Contribution:
    with transaction() as session:
        return operations.revise_contribution(
            session,
            contribution_id=contribution.id,
            author_id=author,
            version=version,
            proposal=Proposal("A better title", NOTE.summary, NOTE.body),
            submit=submit,
            now=NOW,
        )


def test_a_submitted_note_waits_in_the_queue(ada: int, session: Session) -> None:
    contribution = send_note(ada)
    assert [item.id for item in queue(session)] == [contribution.id]
    assert sum(count_waiting(session).values()) == 1
    assert [move.state for move in timeline_of(session, contribution.id)] == [State.SUBMITTED]


def test_a_draft_waits_for_nobody(ada: int, session: Session) -> None:
    send_note(ada, submit=False, proposal=Proposal("Begun", "", ""))
    assert not queue(session)
    assert [item.state for item in contributions_of(session, ada)] == [State.DRAFT]


def test_a_form_sent_twice_makes_one_contribution(ada: int, session: Session) -> None:
    assert send_note(ada).id == send_note(ada).id
    assert send_note(ada, form_id="two").id != send_note(ada).id
    assert len(contributions_of(session, ada)) == 2


def test_a_form_sent_twice_at_once_makes_one_contribution(ada: int, app: Flask, session: Session) -> None:
    made: list[int] = []

    def send() -> None:
        with app.app_context():
            made.append(send_note(ada).id)
            db.session.remove()

    threads = [threading.Thread(target=send) for _tab in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


def test_a_note_needs_a_topic_that_exists(ada: int) -> None:
    with pytest.raises(Missing), transaction() as session:
        operations.create_note(
            session, author_id=ada, topic_slug="nothing", proposal=NOTE, submit=True, form_id="x", now=NOW
        )


def test_a_text_that_is_too_short_is_not_queued(ada: int, session: Session) -> None:
    with pytest.raises(Invalid):
        send_note(ada, proposal=Proposal("Title", "A summary of it", "short"))
    assert not contributions_of(session, ada)


def test_new_words_make_a_new_version(ada: int) -> None:
    contribution = send_note(ada, submit=False)
    revised = revise(contribution, ada, version=1)
    assert (revised.title, revised.version, revised.state) == ("A better title", 2, State.SUBMITTED)


def test_words_from_an_old_window_are_refused(ada: int) -> None:
    contribution = send_note(ada, submit=False)
    revise(contribution, ada, version=1, submit=False)
    with pytest.raises(Conflict):
        revise(contribution, ada, version=1)


def test_only_its_author_changes_or_withdraws_a_contribution(ada: int) -> None:
    contribution = send_note(ada)
    bea = add_user("bea")
    with pytest.raises(NotAllowed):
        revise(contribution, bea, version=1)
    with pytest.raises(NotAllowed), transaction() as session:
        operations.withdraw_contribution(session, contribution_id=contribution.id, author_id=bea, now=NOW)


def test_withdrawing_twice_is_once_and_final(ada: int, session: Session) -> None:
    contribution = send_note(ada)
    for _press in range(2):
        with transaction() as writing:
            operations.withdraw_contribution(writing, contribution_id=contribution.id, author_id=ada, now=NOW)
    assert [move.state for move in timeline_of(session, contribution.id)] == [State.SUBMITTED, State.WITHDRAWN]
    with pytest.raises(Conflict):
        revise(contribution, ada, version=2)


@pytest.mark.parametrize("number", [1, 2**31, 10**30])
def test_a_contribution_that_is_not_there_is_missing(app: Flask, session: Session, number: int) -> None:
    with pytest.raises(Missing):
        get_contribution(session, number)
    with pytest.raises(Missing), transaction() as writing:
        operations.withdraw_contribution(writing, contribution_id=number, author_id=1, now=NOW)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": State.APPROVED},
        {"decided_at": NOW},
        {"topic_key": None},
        {"state": State.APPROVED, "decided_at": NOW, "decider": "author"},
    ],
)
def test_the_database_itself_refuses_impossible_states(ada: int, broken: dict[str, object]) -> None:
    contribution = send_note(ada)
    if broken.pop("decider", None):
        broken["decider_id"] = ada
    with pytest.raises(IntegrityError):
        overwrite(contribution.id, broken)


def overwrite(contribution_id: int, values: dict[str, object]) -> None:
    """Write into the row past every rule of the code."""
    with transaction() as session:
        session.execute(update(Contribution).where(Contribution.id == contribution_id).values(values))
