"""Questions about the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.moderation.models import AuditEntry


@dataclass(frozen=True)
class LogLine:
    """One line of the audit log; an actor of None is somebody at the command line, or an account that is gone."""

    at: datetime
    actor: str | None
    action: str
    subject: str
    detail: dict[str, Any]


def audit_log(session: Session, *, page: int, page_size: int) -> tuple[Sequence[LogLine], int]:
    """Return one page of the log, the newest first, and the number of lines in all."""
    total = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    rows = session.execute(
        select(AuditEntry, User.username)
        .outerjoin(User, AuditEntry.actor_id == User.id)
        .order_by(AuditEntry.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return [LogLine(entry.at, name, entry.action, entry.subject, entry.detail) for entry, name in rows], total
