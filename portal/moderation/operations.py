"""Decisions about contributions, and the audit log of what people with power did."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.contributions.domain import ContributionKind, Decision, State, WantedState, check_decision
from portal.contributions.models import Contribution
from portal.contributions.operations import close_wanted, note_move, reopen_wanted
from portal.contributions.queries import lock_contribution
from portal.errors import Conflict, NotAllowed
from portal.library.models import Document
from portal.library.publishing import accept_import, decline_import, hold_publishing, publish_change, publish_note
from portal.moderation.models import AuditEntry


def decide(
    session: Session,
    *,
    contribution_id: int,
    moderator_id: int,
    decision: Decision,
    comment: str,
    version: int,
    now: datetime,
) -> Contribution:
    """Decide on a contribution as the moderator saw it; approving publishes it.

    Raises NotAllowed for people without the role and for the author, whoever they are; Conflict when the contribution
    is no longer at `version` or no longer waits, or when the text it changes has moved on; Invalid where a comment is
    missing.
    """
    hold_publishing(session)  # before anything is read, so that what is newest now is newest when it is published
    contribution = lock_contribution(session, contribution_id)
    _check_role(session, moderator_id)
    if contribution.author_id == moderator_id:
        raise NotAllowed("Nobody decides on their own contribution; another moderator will.")
    if contribution.version != version or contribution.state is not State.SUBMITTED:
        raise Conflict(f"This contribution has changed since you opened it; it is now {contribution.state.value}.")
    check_decision(decision, comment)
    if decision is Decision.APPROVE:
        _publish(session, contribution, moderator_id, now)
    elif decision is Decision.REJECT and contribution.kind is ContributionKind.IMPORT:
        decline_import(session, _document_of(session, contribution), digest=contribution.digest)
    contribution.state = decision.leads_to
    contribution.version += 1
    contribution.decided_at = now
    contribution.decider_id = moderator_id
    contribution.updated_at = now
    note_move(session, contribution, actor_id=moderator_id, comment=comment, now=now)
    record(
        session,
        actor_id=moderator_id,
        action=f"contribution {contribution.state.value}",
        subject=f"contribution {contribution.id}",
        detail={"title": contribution.title, "version": version, "comment": comment},
        now=now,
    )
    return contribution


def settle_wanted(session: Session, *, wanted_id: int, moderator_id: int, state: WantedState, now: datetime) -> None:
    """Take a wanted note off the list, as answered or dismissed, or put it back; doing it twice is once.

    Raises NotAllowed for people without the role, and Conflict when another moderator closed it in the other way. The
    log does not repeat the wording: no line of it shall hold a name beside what was asked for.
    """
    _check_role(session, moderator_id)
    if state is WantedState.OPEN:
        has_changed, done = reopen_wanted(session, wanted_id=wanted_id), "reopened"
    else:
        has_changed, done = close_wanted(session, wanted_id=wanted_id, state=state), state.value
    if has_changed:
        action, subject = f"wanted note {done}", f"wanted note {wanted_id}"
        record(session, actor_id=moderator_id, action=action, subject=subject, detail={}, now=now)


def record(
    session: Session, *, actor_id: int | None, action: str, subject: str, detail: dict[str, Any], now: datetime
) -> None:
    """Write a line into the audit log; an actor of None is somebody at the command line."""
    session.add(AuditEntry(at=now, actor_id=actor_id, action=action, subject=subject, detail=detail))


def _check_role(session: Session, moderator_id: int) -> None:
    moderator = session.get(User, moderator_id)
    if moderator is None or not moderator.role.may_moderate:
        raise NotAllowed("Only moderators decide here.")


def _publish(session: Session, contribution: Contribution, moderator_id: int, now: datetime) -> None:
    if contribution.kind is ContributionKind.NOTE:
        assert contribution.topic_key is not None  # noqa: S101 (guarded by a CHECK constraint)
        note = publish_note(
            session,
            topic_key=contribution.topic_key,
            title=contribution.title,
            summary=contribution.summary,
            body=contribution.body,
            author_id=contribution.author_id,
            approver_id=moderator_id,
            now=now,
        )
        contribution.document_id = note.id
        contribution.published_revision_id = note.revision_id
        return
    document = _document_of(session, contribution)
    if document.revision_id != contribution.base_revision_id:
        raise Conflict("The text has changed since this was written. Ask the author to start from the newest text.")
    if contribution.kind is ContributionKind.CHANGE:
        revision = publish_change(
            session,
            document,
            body=contribution.body,
            comment=contribution.summary,
            author_id=contribution.author_id,
            approver_id=moderator_id,
            now=now,
        )
    else:
        revision = accept_import(
            session,
            document,
            head=contribution.head,
            body=contribution.body,
            path=contribution.path or "",
            approver_id=moderator_id,
            now=now,
        )
    contribution.published_revision_id = revision.id


def _document_of(session: Session, contribution: Contribution) -> Document:
    return session.get_one(Document, contribution.document_id)
