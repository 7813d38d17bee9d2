"""Changes of contributions by their authors, and by an import that met an approved change; wishes for notes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.operations import lock_user
from portal.accounts.throttling import FailureStore, refuse_after_failures
from portal.contributions.domain import (
    ContributionKind,
    Proposal,
    State,
    WantedState,
    check_may_change,
    check_proposal,
    check_wording,
    tidy_wording,
    wanted_key,
)
from portal.contributions.models import Contribution, ContributionEvent, WantedNote
from portal.contributions.queries import lock_contribution, lock_wanted
from portal.errors import Conflict, Missing, NotAllowed
from portal.library.domain import ImportConflict, digest_of
from portal.library.models import Document, Revision
from portal.roadmap.models import Topic


def create_note(
    session: Session, *, author_id: int, topic_slug: str, proposal: Proposal, submit: bool, form_id: str, now: datetime
) -> Contribution:
    """Keep a new note as a draft, or queue it for review. A form that was sent before gives what it made then."""
    lock_user(session, author_id)  # a form sent twice queues up here
    if (made := _made_by(session, author_id, form_id)) is not None:
        return made
    topic_key = session.scalar(select(Topic.key).where(Topic.slug == topic_slug, ~Topic.is_retired))
    if topic_key is None:
        raise Missing("There is no such topic on the roadmap.")
    contribution = Contribution(kind=ContributionKind.NOTE, author_id=author_id, form_id=form_id, topic_key=topic_key)
    return _start(session, contribution, proposal, submit=submit, now=now)


def create_change(
    session: Session,
    *,
    author_id: int,
    document: Document,
    base: Revision,
    proposal: Proposal,
    submit: bool,
    form_id: str,
    now: datetime,
) -> Contribution:
    """Keep a proposed change of a document as a draft, or queue it. `base` is the revision its author started from."""
    lock_user(session, author_id)  # a form sent twice queues up here
    if (made := _made_by(session, author_id, form_id)) is not None:
        return made
    contribution = Contribution(
        kind=ContributionKind.CHANGE,
        author_id=author_id,
        form_id=form_id,
        topic_key=document.topic_key,
        document_id=document.id,
        base_revision_id=base.id,
        head=base.head,
        path=base.path,
    )
    return _start(session, contribution, proposal, submit=submit, now=now)


def revise_contribution(
    session: Session,
    *,
    contribution_id: int,
    author_id: int,
    version: int,
    proposal: Proposal,
    submit: bool,
    now: datetime,
) -> Contribution:
    """Change the words of one's own open contribution; with `submit`, queue it (again) for review.

    Raises Conflict when it was decided or changed since the author saw `version`.
    """
    contribution = _own(session, contribution_id, author_id)
    check_may_change(contribution.state)
    if contribution.version != version:
        raise Conflict("You changed this contribution in another window; your words here are kept below, unsaved.")
    check_proposal(proposal, is_draft=not submit)
    _take_words(contribution, proposal, now)
    contribution.version += 1
    if submit:
        _move(session, contribution, State.SUBMITTED, actor_id=author_id, now=now)
    return contribution


def withdraw_contribution(session: Session, *, contribution_id: int, author_id: int, now: datetime) -> Contribution:
    """Take back one's own open contribution. Raises Conflict when it was decided; doing it twice is once."""
    contribution = _own(session, contribution_id, author_id)
    if contribution.state is State.WITHDRAWN:
        return contribution
    check_may_change(contribution.state)
    contribution.version += 1
    _move(session, contribution, State.WITHDRAWN, actor_id=author_id, now=now)
    return contribution


def queue_import_conflicts(session: Session, conflicts: Iterable[ImportConflict], *, now: datetime) -> int:
    """Queue each file that changed beside an approved contribution, once; return how many are new to the queue."""
    new = 0
    for conflict in conflicts:
        waiting = session.scalar(
            select(Contribution).where(
                Contribution.kind == ContributionKind.IMPORT,
                Contribution.document_id == conflict.document_id,
                Contribution.digest == conflict.digest,
            )
        )
        if waiting is not None:
            waiting.base_revision_id = conflict.base_revision_id
            if waiting.state is not State.SUBMITTED:  # the file had this text before, and has it again
                waiting.version += 1
                _move(session, waiting, State.SUBMITTED, actor_id=None, now=now)
                new += 1
            continue
        new += 1
        contribution = Contribution(
            kind=ContributionKind.IMPORT,
            state=State.SUBMITTED,
            version=1,
            document_id=conflict.document_id,
            base_revision_id=conflict.base_revision_id,
            title=conflict.title,
            summary=f"content/{conflict.path} changed in the files, and an approved contribution changed it here.",
            head=conflict.head,
            body=conflict.body,
            path=conflict.path,
            digest=conflict.digest,
            created_at=now,
            updated_at=now,
            submitted_at=now,
        )
        session.add(contribution)
        session.flush()
        note_move(session, contribution, actor_id=None, comment="", now=now)
    return new


def note_move(
    session: Session, contribution: Contribution, *, actor_id: int | None, comment: str, now: datetime
) -> None:
    """Write the state that a contribution has reached into its timeline."""
    session.add(
        ContributionEvent(
            contribution_id=contribution.id,
            actor_id=actor_id,
            at=now,
            state=contribution.state,
            version=contribution.version,
            comment=comment,
        )
    )


def ask_for_note(session: Session, *, wording: str, now: datetime) -> None:
    """Put a note on the list of wanted ones, or count one more wish for it. Raises Invalid for a useless wording.

    What moderators have answered or dismissed stays closed, however often it is asked for, until one reopens it.
    """
    wording = tidy_wording(wording)
    check_wording(wording)
    key = wanted_key(wording)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    count_it = (
        update(WantedNote)
        .where(WantedNote.key == key)
        .values(count=WantedNote.count + 1, last_asked_at=today)
        .returning(WantedNote.id)
    )
    if session.scalar(count_it) is not None:
        return
    first = WantedNote(
        wording=wording, key=key, count=1, first_asked_at=today, last_asked_at=today, state=WantedState.OPEN
    )
    try:
        with session.begin_nested():
            session.add(first)
    except IntegrityError:  # somebody asked for the same at the same moment
        session.scalar(count_it)


def limit_asking(store: FailureStore, *, asker: str, now: datetime) -> None:
    """Count a wish. Raises TooMany after too many of them from one place.

    `asker` names the place for as long as the count lasts, and must not tell which one it is.
    """
    account = f"wanted note {asker}"
    refuse_after_failures(store, account, "", now, complaint="You asked for many notes in a short time.")
    store.add(account, "", now)


def close_wanted(session: Session, *, wanted_id: int, state: WantedState) -> bool:
    """Take a wanted note off the list, as answered or dismissed; tell whether it was still on it.

    Raises Missing where there is none, and Conflict when it was closed in the other way.
    """
    wanted = lock_wanted(session, wanted_id)
    if wanted.state is state:
        return False
    if wanted.state is not WantedState.OPEN:
        raise Conflict(f"Another moderator was faster: this wish is {wanted.state.value} already.")
    wanted.state = state
    return True


def reopen_wanted(session: Session, *, wanted_id: int) -> bool:
    """Put a closed wish back on the list, with all who asked for it meanwhile; tell whether it was off it.

    Raises Missing where there is none.
    """
    wanted = lock_wanted(session, wanted_id)
    if wanted.state is WantedState.OPEN:
        return False
    wanted.state = WantedState.OPEN
    return True


def _made_by(session: Session, author_id: int, form_id: str) -> Contribution | None:
    mine = (Contribution.author_id == author_id, Contribution.form_id == form_id)
    return session.scalar(select(Contribution).where(*mine))


def _start(
    session: Session, contribution: Contribution, proposal: Proposal, *, submit: bool, now: datetime
) -> Contribution:
    check_proposal(proposal, is_draft=not submit)
    contribution.version = 1
    contribution.created_at = now
    _take_words(contribution, proposal, now)
    contribution.state = State.DRAFT
    session.add(contribution)
    session.flush()
    if submit:
        _move(session, contribution, State.SUBMITTED, actor_id=contribution.author_id, now=now)
    else:
        note_move(session, contribution, actor_id=contribution.author_id, comment="", now=now)
    return contribution


def _own(session: Session, contribution_id: int, author_id: int) -> Contribution:
    contribution = lock_contribution(session, contribution_id)
    if contribution.author_id != author_id:
        raise NotAllowed("Only its author may change a contribution.")
    return contribution


def _take_words(contribution: Contribution, proposal: Proposal, now: datetime) -> None:
    contribution.title = proposal.title
    contribution.summary = proposal.summary
    contribution.body = proposal.body
    contribution.digest = digest_of(contribution.path, contribution.head or "", proposal.body)
    contribution.updated_at = now


def _move(session: Session, contribution: Contribution, state: State, *, actor_id: int | None, now: datetime) -> None:
    contribution.state = state
    contribution.decided_at = None
    contribution.decider_id = None
    if state is State.SUBMITTED:
        contribution.submitted_at = now
    note_move(session, contribution, actor_id=actor_id, comment="", now=now)
