"""Rules of contributions: their kinds, states, the moves between these, and what a text must be."""

import enum
from dataclasses import dataclass

from portal.errors import Conflict, Invalid

TITLE_LENGTH = (4, 120)
SUMMARY_LENGTH = (10, 300)
BODY_LENGTH = (40, 65_536)
COMMENT_LENGTH = 4_000


class ContributionKind(enum.StrEnum):
    """What is proposed: a new note, a change of a document, or a file that changed beside an approved contribution."""

    NOTE = "note"
    CHANGE = "change"
    IMPORT = "import"


class State(enum.StrEnum):
    """Where a contribution stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes-requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether its author may still change or withdraw it."""
        return self in (State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED)


class Decision(enum.StrEnum):
    """What a moderator may decide."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request-changes"
    REJECT = "reject"

    @property
    def leads_to(self) -> State:
        return DECIDED[self]


DECIDED = {
    Decision.APPROVE: State.APPROVED,
    Decision.REQUEST_CHANGES: State.CHANGES_REQUESTED,
    Decision.REJECT: State.REJECTED,
}


@dataclass(frozen=True)
class Proposal:
    """The words of a contribution. For a change, `title` is the document's and `summary` says what changes and why."""

    title: str
    summary: str
    body: str


def check_proposal(proposal: Proposal) -> None:
    """Raise Invalid, naming the field, for a text that is too short or too long to be reviewed."""
    _check_length(proposal.title, TITLE_LENGTH, "title", "The title")
    _check_length(proposal.summary, SUMMARY_LENGTH, "summary", "The summary")
    _check_length(proposal.body, BODY_LENGTH, "body", "The text")


def check_draft(proposal: Proposal) -> None:
    """Raise Invalid for a draft that cannot be kept; a draft may be short, but not nameless or without end."""
    if not proposal.title:
        raise Invalid("Give the draft a title, so that you find it again.", field="title")
    _check_length(proposal.title, (1, TITLE_LENGTH[1]), "title", "The title")
    _check_length(proposal.summary, (0, SUMMARY_LENGTH[1]), "summary", "The summary")
    _check_length(proposal.body, (0, BODY_LENGTH[1]), "body", "The text")


def check_decision(decision: Decision, comment: str) -> None:
    """Raise Invalid where a decision needs words that are missing, or has too many."""
    if decision is not Decision.APPROVE and not comment:
        raise Invalid("Tell the author why, and what would help.", field="comment")
    if len(comment) > COMMENT_LENGTH:
        raise Invalid(f"A comment has at most {COMMENT_LENGTH:,} characters.", field="comment")


def check_may_change(state: State) -> None:
    """Raise Conflict for a contribution that its author may no longer change."""
    if not state.is_open:
        raise Conflict(f"This contribution is {state.value} and can no longer be changed.")


def _check_length(text: str, bounds: tuple[int, int], field: str, name: str) -> None:
    shortest, longest = bounds
    if len(text) < shortest:
        raise Invalid(f"{name} needs at least {shortest} characters.", field=field)
    if len(text) > longest:
        raise Invalid(f"{name} has {len(text):,} characters; at most {longest:,} are accepted.", field=field)
