"""What can go wrong in the portal's own terms. HTTP is the business of `portal.web`."""


class PortalError(Exception):
    """A rule of the portal was broken; the message is written for the person who reads it."""


class Missing(PortalError):
    """What was asked for does not exist, or not for this person."""


class NotAllowed(PortalError):
    """The person may not do this."""


class Conflict(PortalError):
    """Somebody else was faster: what was changed is no longer what was seen."""


class TooMany(PortalError):
    """The same thing was tried too often; try again after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Invalid(PortalError):
    """What was given cannot be accepted; `field` names the place, empty for the whole."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
