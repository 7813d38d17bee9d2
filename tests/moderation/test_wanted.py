from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.domain import Role
from portal.contributions.domain import WantedState
from portal.contributions.operations import ask_for_note
from portal.contributions.queries import list_wanted
from portal.db import transaction
from portal.errors import Conflict, NotAllowed
from portal.moderation.operations import settle_wanted
from portal.moderation.queries import audit_log
from tests.support.people import add_user

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def wanted(app: Flask) -> int:
    """The id of a note that somebody wants."""
    with transaction() as session:
        ask_for_note(session, wording="Sagas", now=NOW)
        return list_wanted(session, limit=1)[0].id


def settle(wanted: int, moderator: int, state: WantedState) -> None:
    with transaction() as session:
        settle_wanted(session, wanted_id=wanted, moderator_id=moderator, state=state, now=NOW)


@pytest.mark.parametrize("state", [WantedState.ANSWERED, WantedState.DISMISSED])
def test_what_a_moderator_closes_stands_in_the_log_once_and_without_its_wording(
    wanted: int, session: Session, state: WantedState
) -> None:
    mona = add_user("mona", Role.MODERATOR)
    for _press in range(2):
        settle(wanted, mona, state)
    assert not list_wanted(session, limit=10)
    (line,), total = audit_log(session, page=1, page_size=10)
    assert total == 1
    assert (line.actor, line.action, line.subject, line.detail) == (
        "mona",
        f"wanted note {state.value}",
        f"wanted note {wanted}",
        {},
    )


def test_of_two_moderators_the_second_learns_that_it_is_closed(wanted: int, session: Session) -> None:
    mona, max_ = add_user("mona", Role.MODERATOR), add_user("max", Role.ADMIN)
    settle(wanted, mona, WantedState.ANSWERED)
    with pytest.raises(Conflict, match="answered already"):
        settle(wanted, max_, WantedState.DISMISSED)
    assert audit_log(session, page=1, page_size=10)[1] == 1


def test_reopening_stands_in_the_log_once_and_without_its_wording(wanted: int, session: Session) -> None:
    mona, max_ = add_user("mona", Role.MODERATOR), add_user("max", Role.ADMIN)
    settle(wanted, mona, WantedState.DISMISSED)
    for _press in range(2):
        settle(wanted, max_, WantedState.OPEN)
    assert [note.wording for note in list_wanted(session, limit=10)] == ["Sagas"]
    (line, _closed), total = audit_log(session, page=1, page_size=10)
    assert total == 2
    assert (line.actor, line.action, line.detail) == ("max", "wanted note reopened", {})


def test_only_moderators_close_or_reopen_what_is_wanted(wanted: int, session: Session) -> None:
    for somebody in (add_user("ada"), 77):
        with pytest.raises(NotAllowed):
            settle(wanted, somebody, WantedState.DISMISSED)
        with pytest.raises(NotAllowed):
            settle(wanted, somebody, WantedState.OPEN)
    assert len(list_wanted(session, limit=10)) == 1
