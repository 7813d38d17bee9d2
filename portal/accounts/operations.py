"""Changes about people: registration, signing in and out, passwords and roles."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import passwords
from portal.accounts.domain import (
    Role,
    check_password,
    email_key,
    normalise_email,
    normalise_username,
    username_key,
)
from portal.accounts.models import SignInSession, User
from portal.accounts.queries import find_user, token_digest
from portal.accounts.throttling import FailureStore, refuse_after_failures
from portal.errors import Invalid, Missing

SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last use of a session is known; more exact would write on every request."""


def register_user(
    session: Session, *, username: str, email: str, password: str, now: datetime, role: Role = Role.LEARNER
) -> User:
    """Add a person. Raises Invalid, naming the field, for what is malformed or taken."""
    username = normalise_username(username)
    email = normalise_email(email)
    check_password(password, username=username, email=email)
    user = User(
        username=username,
        username_key=username_key(username),
        email=email,
        email_key=email_key(email),
        password_hash=passwords.hash_password(password),
        role=role,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        taken = session.scalar(select(func.count()).where(User.username_key == user.username_key))
        if taken:
            raise Invalid("This name is taken; choose another one.", field="username") from None
        raise Invalid("This address cannot be used; perhaps you have an account already.", field="email") from None
    return user


def lock_user(session: Session, user_id: int) -> User:
    """Return a person as they stand now, and make others who do the same wait until the transaction ends."""
    return session.get_one(User, user_id, with_for_update=True, populate_existing=True)


def verify_credentials(
    session: Session, *, failures: FailureStore, identifier: str, password: str, address: str, now: datetime
) -> User | None:
    """Return the person whose name or e-mail and password these are, or None.

    The answer takes the same time whether the account exists or not. Raises TooMany after too many failures.
    """
    account = username_key(identifier)[:508]
    refuse_after_failures(failures, account, address, now)
    user = find_user(session, identifier)
    if user is None:
        passwords.pretend_to_verify(password)
    elif passwords.verify_password(user.password_hash, password):
        if passwords.needs_rehash(user.password_hash):
            user.password_hash = passwords.hash_password(password)
        return user
    failures.add(account, address, now)
    return None


def start_session(
    session: Session, *, user: User, user_agent: str, address: str, now: datetime
) -> tuple[SignInSession, str]:
    """Start a sign-in session; return it and the token which the browser keeps. Only the token's digest is stored."""
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        user=user,
        token_digest=token_digest(token),
        created_at=now,
        last_seen_at=now,
        user_agent=user_agent[:300],
        address=address[:64],
    )
    session.add(row)
    session.flush()
    return row, token


def end_session(session: Session, *, user_id: int, session_id: int) -> None:
    """End one of a person's sign-in sessions; ending it twice is no error."""
    session.execute(delete(SignInSession).where(SignInSession.user_id == user_id, SignInSession.id == session_id))


def end_other_sessions(session: Session, *, user_id: int, kept_id: int) -> None:
    """End all of a person's sign-in sessions but one."""
    session.execute(delete(SignInSession).where(SignInSession.user_id == user_id, SignInSession.id != kept_id))


def note_use(session: Session, *, session_id: int, now: datetime) -> None:
    """Remember that a sign-in session was used."""
    row = session.get(SignInSession, session_id)
    if row is not None:
        row.last_seen_at = now


def change_password(session: Session, *, user_id: int, current: str, password: str, kept_session_id: int) -> None:
    """Change a password and end every other sign-in session. Raises Invalid naming the field."""
    user = session.get_one(User, user_id)
    if not passwords.verify_password(user.password_hash, current):
        raise Invalid("This is not your current password.", field="current")
    check_password(password, username=user.username, email=user.email)
    user.password_hash = passwords.hash_password(password)
    end_other_sessions(session, user_id=user_id, kept_id=kept_session_id)


def set_time_zone(session: Session, *, user_id: int, time_zone: str) -> None:
    """Set the zone in which a person reads times; the form has checked that it exists."""
    session.get_one(User, user_id).time_zone = time_zone


def promote_user(session: Session, *, username: str, role: Role) -> User:
    """Give a person a role. Raises Missing when nobody has this name or address."""
    user = find_user(session, username)
    if user is None:
        raise Missing(f"Nobody is called {username}.")
    user.role = role
    return user
