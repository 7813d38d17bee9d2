"""The one door to the current time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current time in UTC, with its zone."""
    return datetime.now(UTC)
