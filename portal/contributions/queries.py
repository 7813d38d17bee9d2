"""Questions about contributions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.contributions.domain import ContributionKind, State, WantedState
from portal.contributions.models import Contribution, ContributionEvent, WantedNote
from portal.db import LARGEST_ID
from portal.errors import Missing


@dataclass(frozen=True)
class Move:
    """One line of a contribution's timeline."""

    state: State
    at: datetime
    actor: str | None
    comment: str


def get_contribution(session: Session, contribution_id: int) -> Contribution:
    """Return a contribution. Raises Missing where there is none."""
    contribution = session.get(Contribution, contribution_id) if contribution_id <= LARGEST_ID else None
    if contribution is None:
        raise Missing("There is no such contribution.")
    return contribution


def lock_contribution(session: Session, contribution_id: int) -> Contribution:
    """Return a contribution as it stands, and keep others from changing it until the transaction ends."""
    if contribution_id > LARGEST_ID:
        raise Missing("There is no such contribution.")
    contribution = session.get(Contribution, contribution_id, with_for_update=True, populate_existing=True)
    if contribution is None:
        raise Missing("There is no such contribution.")
    return contribution


def contributions_of(session: Session, author_id: int) -> Sequence[Contribution]:
    """Return a person's contributions, the last touched first."""
    mine = select(Contribution).where(Contribution.author_id == author_id)
    return session.scalars(mine.order_by(Contribution.updated_at.desc(), Contribution.id.desc())).all()


def queue(session: Session, *, kind: ContributionKind | None = None) -> Sequence[Contribution]:
    """Return what waits for a decision, the longest waiting first."""
    waiting = select(Contribution).where(Contribution.state == State.SUBMITTED)
    if kind is not None:
        waiting = waiting.where(Contribution.kind == kind)
    return session.scalars(waiting.order_by(Contribution.submitted_at, Contribution.id)).all()


def count_waiting(session: Session) -> dict[ContributionKind, int]:
    """Return how many contributions of each kind wait for a decision."""
    counts = (
        select(Contribution.kind, func.count()).where(Contribution.state == State.SUBMITTED).group_by(Contribution.kind)
    )
    return dict(session.execute(counts).all())


def timeline_of(session: Session, contribution_id: int) -> list[Move]:
    """Return what happened to a contribution, in order."""
    rows = session.execute(
        select(ContributionEvent, User.username)
        .outerjoin(User, ContributionEvent.actor_id == User.id)
        .where(ContributionEvent.contribution_id == contribution_id)
        .order_by(ContributionEvent.id)
    )
    return [Move(event.state, event.at, username, event.comment) for event, username in rows]


def list_wanted(session: Session, *, limit: int) -> Sequence[WantedNote]:
    """Return the notes that readers want, what is asked for most first, then the newest."""
    wanted = select(WantedNote).where(WantedNote.state == WantedState.OPEN)
    order = (WantedNote.count.desc(), WantedNote.last_asked_at.desc(), WantedNote.id.desc())
    return session.scalars(wanted.order_by(*order).limit(limit)).all()


def list_closed(session: Session, *, limit: int) -> Sequence[WantedNote]:
    """Return the wishes that moderators closed, what was asked for last first."""
    closed = select(WantedNote).where(WantedNote.state != WantedState.OPEN)
    order = (WantedNote.last_asked_at.desc(), WantedNote.count.desc(), WantedNote.id.desc())
    return session.scalars(closed.order_by(*order).limit(limit)).all()


def lock_wanted(session: Session, wanted_id: int) -> WantedNote:
    """Return a wanted note as it stands, and keep others from changing it until the transaction ends."""
    wanted = None
    if wanted_id <= LARGEST_ID:
        wanted = session.get(WantedNote, wanted_id, with_for_update=True, populate_existing=True)
    if wanted is None:
        raise Missing("There is no such wanted note.")
    return wanted
