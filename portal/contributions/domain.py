"""Rules of contributions: their kinds, states, the moves between these, and what a text must be."""

import enum
from dataclasses import dataclass

from portal.errors import Conflict, Invalid

REVIEW_LENGTHS = {"title": (4, 120), "summary": (10, 300), "body": (40, 65_536)}
DRAFT_LENGTHS = {"title": (1, 120), "summary": (0, 300), "body": (0, 65_536)}
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


def find_flaws(proposal: Proposal, *, is_draft: bool = False) -> list[Invalid]:
    """Return what keeps a text from being reviewed, or a draft from being kept: that may be short, but needs a name."""
    lengths = DRAFT_LENGTHS if is_draft else REVIEW_LENGTHS
    found = [
        _judge_length(proposal.title, lengths["title"], "title", "The title"),
        _judge_length(proposal.summary, lengths["summary"], "summary", "The summary"),
        _judge_length(proposal.body, lengths["body"], "body", "The text"),
    ]
    return [flaw for flaw in found if flaw is not None]


def check_proposal(proposal: Proposal, *, is_draft: bool = False) -> None:
    """Raise Invalid, naming the field, for the first flaw of a text."""
    for flaw in find_flaws(proposal, is_draft=is_draft):
        raise flaw


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


def _judge_length(text: str, bounds: tuple[int, int], field: str, name: str) -> Invalid | None:
    shortest, longest = bounds
    if len(text) < shortest:
        return Invalid(f"{name} needs at least {shortest} characters.", field=field)
    if len(text) > longest:
        return Invalid(f"{name} has {len(text):,} characters; at most {longest:,} are accepted.", field=field)
    return None
