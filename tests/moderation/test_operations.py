import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.domain import Role
from portal.accounts.models import User
from portal.contributions import operations as contributing
from portal.contributions.domain import ContributionKind, Decision, Proposal, State
from portal.contributions.models import Contribution
from portal.contributions.queries import get_contribution, queue, timeline_of
from portal.db import db, transaction
from portal.errors import Conflict, Invalid, NotAllowed
from portal.library.domain import ImportConflict, Kind
from portal.library.importing import import_content
from portal.library.models import Document
from portal.library.queries import find_document, history_of, notes_of_topic
from portal.moderation.operations import decide
from portal.moderation.queries import audit_log
from tests.support.library import lesson
from tests.support.people import add_user

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOTE = Proposal("ETags and gzip", "Why a proxy may weaken an ETag.", "A proxy that compresses must weaken the ETag.\n")


@pytest.fixture
def ada(library: Path) -> int:
    return add_user("ada")


@pytest.fixture
def mona(library: Path) -> int:
    return add_user("mona", Role.MODERATOR)


def send_note(author: int) -> Contribution:
    with transaction() as session:
        return contributing.create_note(
            session, author_id=author, topic_slug="http", proposal=NOTE, submit=True, form_id=f"of-{author}", now=NOW
        )


def send_change(author: int, text: str = "HTTP in other words.", form_id: str = "change") -> Contribution:
    with transaction() as session:
        document = find_document(session, Kind.LESSON, "http")
        assert document is not None
        body = document.revision.body.replace("HTTP in one sentence.", text)
        return contributing.create_change(
            session,
            author_id=author,
            document=document,
            base=document.revision,
            proposal=Proposal("HTTP", "Says it in other words.", body),
            submit=True,
            form_id=form_id,
            now=NOW,
        )


def settle(
    contribution: Contribution, moderator: int, decision: Decision, *, comment: str = "", version: int = 1
) -> Contribution:
    with transaction() as session:
        return decide(
            session,
            contribution_id=contribution.id,
            moderator_id=moderator,
            decision=decision,
            comment=comment,
            version=version,
            now=NOW,
        )


def test_an_approved_note_is_published_with_its_author(ada: int, mona: int, session: Session) -> None:
    settled = settle(send_note(ada), mona, Decision.APPROVE, comment="Thank you.")
    assert settled.state is State.APPROVED
    notes = notes_of_topic(session, "http")
    assert [(note.title, note.author, note.document_id) for note in notes] == [
        ("ETags and gzip", "ada", settled.document_id)
    ]
    moves = timeline_of(session, settled.id)
    assert [(move.state, move.actor, move.comment) for move in moves] == [
        (State.SUBMITTED, "ada", ""),
        (State.APPROVED, "mona", "Thank you."),
    ]


def test_an_approved_change_becomes_the_newest_revision(ada: int, mona: int, session: Session) -> None:
    settle(send_change(ada), mona, Decision.APPROVE)
    newest, first = history_of(session, Kind.LESSON, "http")
    assert (newest.author, newest.approver, newest.comment) == ("ada", "mona", "Says it in other words.")
    assert first.author is None
    document = find_document(session, Kind.LESSON, "http")
    assert document is not None
    assert "HTTP in other words." in document.revision.body
    assert document.revision.head.startswith("---\ntitle: HTTP\n")


def test_what_is_sent_back_can_be_submitted_again(ada: int, mona: int, session: Session) -> None:
    contribution = send_note(ada)
    settle(contribution, mona, Decision.REQUEST_CHANGES, comment="Which proxy?")
    assert not queue(session)
    with transaction() as writing:
        contributing.revise_contribution(
            writing,
            contribution_id=contribution.id,
            author_id=ada,
            version=2,
            proposal=NOTE,
            submit=True,
            now=NOW,
        )
    again = get_contribution(session, contribution.id)
    assert (again.state, again.version, again.decided_at) == (State.SUBMITTED, 3, None)


def test_what_is_rejected_is_not_published(ada: int, mona: int, session: Session) -> None:
    settle(send_note(ada), mona, Decision.REJECT, comment="Off topic.")
    assert not notes_of_topic(session, "http")
    assert not queue(session)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
def test_nobody_decides_on_their_own_text(library: Path, role: Role) -> None:
    author = add_user("mona", role)
    with pytest.raises(NotAllowed, match="own"):
        settle(send_note(author), author, Decision.APPROVE)


def test_a_moderator_who_lost_the_role_decides_nothing(ada: int, mona: int, session: Session) -> None:
    contribution = send_note(ada)
    with transaction() as writing:
        writing.get_one(User, mona).role = Role.LEARNER
    with pytest.raises(NotAllowed):
        settle(contribution, mona, Decision.APPROVE)
    assert get_contribution(session, contribution.id).state is State.SUBMITTED


def test_a_decision_about_an_older_version_is_refused(ada: int, mona: int, session: Session) -> None:
    contribution = send_note(ada)
    with transaction() as writing:
        contributing.revise_contribution(
            writing,
            contribution_id=contribution.id,
            author_id=ada,
            version=1,
            proposal=Proposal("Another title", NOTE.summary, NOTE.body),
            submit=True,
            now=NOW,
        )
    with pytest.raises(Conflict):
        settle(contribution, mona, Decision.APPROVE, version=1)
    assert not notes_of_topic(session, "http")


def test_the_second_decision_is_refused(ada: int, mona: int, session: Session) -> None:
    contribution = send_note(ada)
    settle(contribution, mona, Decision.APPROVE)
    for version in (1, 2):
        with pytest.raises(Conflict, match="approved"):
            settle(contribution, mona, Decision.REJECT, comment="No.", version=version)
    assert len(notes_of_topic(session, "http")) == 1


def test_a_rejection_without_a_reason_is_refused(ada: int, mona: int) -> None:
    with pytest.raises(Invalid) as refused:
        settle(send_note(ada), mona, Decision.REJECT)
    assert refused.value.field == "comment"


def test_a_change_never_overwrites_a_newer_text(ada: int, mona: int, session: Session) -> None:
    first, second = send_change(ada, "First.", "first"), send_change(ada, "Second.", "second")
    settle(first, mona, Decision.APPROVE)
    with pytest.raises(Conflict, match="has changed since"):
        settle(second, mona, Decision.APPROVE)
    document = find_document(session, Kind.LESSON, "http")
    assert document is not None
    assert "First." in document.revision.body
    assert get_contribution(session, second.id).state is State.SUBMITTED


def test_of_two_moderators_at_once_one_wins(ada: int, mona: int, app: Flask, session: Session) -> None:
    contribution = send_note(ada)
    max_ = add_user("max", Role.MODERATOR)
    outcomes: list[str] = []

    def settle_as(moderator: int, decision: Decision) -> None:
        with app.app_context():
            try:
                settle(contribution, moderator, decision, comment="My view.")
                outcomes.append("decided")
            except Conflict:
                outcomes.append("too late")
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=settle_as, args=(moderator, decision))
        for moderator, decision in ((mona, Decision.APPROVE), (max_, Decision.REJECT))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided", "too late"]
    lines, total = audit_log(session, page=1, page_size=10)
    assert total == 1
    assert len(notes_of_topic(session, "http")) == (lines[0].action == "contribution approved")


def test_every_decision_stands_in_the_log(ada: int, mona: int, session: Session) -> None:
    contribution = send_note(ada)
    settle(contribution, mona, Decision.REJECT, comment="Off topic.")
    (line,), total = audit_log(session, page=1, page_size=10)
    assert total == 1
    assert (line.actor, line.action, line.subject) == (
        "mona",
        "contribution rejected",
        f"contribution {contribution.id}",
    )
    assert line.detail == {"title": "ETags and gzip", "version": 1, "comment": "Off topic."}


def conflicts_after_both_changed(library: Path, ada: int, mona: int) -> Sequence[ImportConflict]:
    """Approve a change of a lesson, change its file as well, and import."""
    settle(send_change(ada), mona, Decision.APPROVE)
    (library / "lessons/web/http.md").write_text(lesson("HTTP", words="Changed in the file."), encoding="utf-8")
    with transaction() as session:
        conflicts = import_content(session, library, now=NOW).conflicts
        contributing.queue_import_conflicts(session, conflicts, now=NOW)
    return conflicts


def body_of_http(session: Session) -> str:
    document: Document | None = find_document(session, Kind.LESSON, "http")
    assert document is not None
    return document.revision.body


def test_a_file_that_changed_beside_a_contribution_waits_in_the_queue_once(
    library: Path, ada: int, mona: int, session: Session
) -> None:
    conflicts = conflicts_after_both_changed(library, ada, mona)
    assert "HTTP in other words." in body_of_http(session)
    with transaction() as writing:
        assert contributing.queue_import_conflicts(writing, conflicts, now=NOW) == 0
    assert [item.kind for item in queue(session, kind=ContributionKind.IMPORT)] == [ContributionKind.IMPORT]


def test_an_accepted_file_replaces_the_contribution(library: Path, ada: int, mona: int, session: Session) -> None:
    conflicts_after_both_changed(library, ada, mona)
    settle(queue(session)[0], mona, Decision.APPROVE)
    assert "Changed in the file." in body_of_http(session)
    with transaction() as writing:
        assert not import_content(writing, library, now=NOW).conflicts


def test_a_rejected_file_is_not_offered_again(library: Path, ada: int, mona: int, session: Session) -> None:
    conflicts_after_both_changed(library, ada, mona)
    settle(queue(session)[0], mona, Decision.REJECT, comment="The contribution says it better.")
    assert "HTTP in other words." in body_of_http(session)
    with transaction() as writing:
        assert not import_content(writing, library, now=NOW).conflicts


def test_a_file_that_takes_up_a_rejected_text_again_is_offered_again(
    library: Path, ada: int, mona: int, session: Session
) -> None:
    conflicts = conflicts_after_both_changed(library, ada, mona)
    settle(queue(session)[0], mona, Decision.REJECT, comment="The contribution says it better.")
    with transaction() as writing:
        assert contributing.queue_import_conflicts(writing, conflicts, now=NOW) == 1
    again = queue(session)[0]
    assert (again.kind, again.version, again.decided_at) == (ContributionKind.IMPORT, 3, None)
