"""Questions about people and their sign-in sessions."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.accounts.domain import Role, email_key, username_key
from portal.accounts.models import SignInSession, User


def token_digest(token: str) -> str:
    """Return the digest under which a token is stored; the token itself has 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class Recognised(NamedTuple):
    """A sign-in session and what every page wants to know of its user."""

    session_id: int
    last_seen_at: datetime
    user_id: int
    username: str
    email: str
    role: Role
    time_zone: str
    created_at: datetime


BY_TOKEN = (
    select(
        SignInSession.id, SignInSession.last_seen_at, User.id, User.username, User.email, User.role, User.time_zone,
        User.created_at,
    )
    .join(User, SignInSession.user_id == User.id)
    .where(SignInSession.token_digest == bindparam("digest"))
)  # fmt: skip


def recognise(session: Session, token: str) -> Recognised | None:
    """Return to whom a token belongs, or None when its sign-in session was ended."""
    row = session.connection().execute(BY_TOKEN, {"digest": token_digest(token)}).first()
    return Recognised(*row) if row else None


def find_user(session: Session, identifier: str) -> User | None:
    """Return the person with this name or e-mail address. Names hold no @, so no one is found by somebody else's."""
    if "@" in identifier:
        return session.scalar(select(User).where(User.email_key == email_key(identifier)))
    return session.scalar(select(User).where(User.username_key == username_key(identifier)))


def sign_in_sessions_of(session: Session, user_id: int) -> Sequence[SignInSession]:
    """Return where a person is signed in, the last used first."""
    mine = select(SignInSession).where(SignInSession.user_id == user_id)
    return session.scalars(mine.order_by(SignInSession.last_seen_at.desc(), SignInSession.id)).all()


def usernames_of(session: Session, user_ids: set[int]) -> dict[int, str]:
    """Return the names behind ids, for lists that speak of people."""
    return dict(session.execute(select(User.id, User.username).where(User.id.in_(user_ids))).all())


def has_admin(session: Session) -> bool:
    """Tell whether anybody is an admin."""
    return session.scalar(select(User.id).where(User.role == Role.ADMIN).limit(1)) is not None
