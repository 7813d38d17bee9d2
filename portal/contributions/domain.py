"""Rules of contributions: their kinds, states, the moves between these, and what a text must be."""

import enum
import unicodedata
from dataclasses import dataclass

from portal.errors import Conflict, Invalid

REVIEW_LENGTHS = {"title": (4, 120), "summary": (10, 300), "body": (40, 65_536)}
DRAFT_LENGTHS = {"title": (1, 120), "summary": (0, 300), "body": (0, 65_536)}
COMMENT_LENGTH = 4_000
WORDING_LENGTH = 120
"""Characters in which a note is asked for."""
KEY_LENGTH = 400
"""Characters that are compared of a wording; only signs which stand for many letters make it longer than that."""


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


class WantedState(enum.StrEnum):
    """What became of the wish for a note."""

    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


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


def tidy_wording(typed: str) -> str:
    """Return what somebody asked for on one line, without invisible characters."""
    visible = (character for character in typed if character.isspace() or unicodedata.category(character)[0] != "C")
    return " ".join("".join(visible).split())


def wanted_key(wording: str) -> str:
    """Return a wording as it is compared with others: its words without case and accents, empty where it has none.

    It is stored, so it must not change when the search learns to read words in another way.

    >>> wanted_key("  Caché-aside in C++?")
    'cache aside in c++'
    """
    apart = unicodedata.normalize("NFKD", wording.casefold())
    kept = "".join(
        character if unicodedata.category(character)[0] in "LMN" or character in "+#" else " "
        for character in apart
        if not unicodedata.combining(character)
    )
    words = [word.lstrip("+#") for word in kept.split()]
    return " ".join(word for word in words if any(map(str.isalnum, word)))[:KEY_LENGTH]


def check_wording(wording: str) -> None:
    """Raise Invalid for a tidy wording that does not say what is wanted."""
    if not wording:
        raise Invalid("Say in a few words what the note should be about.", field="wording")
    if len(wording) > WORDING_LENGTH:
        raise Invalid(f"This has {len(wording):,} characters; at most {WORDING_LENGTH} are accepted.", field="wording")
    if not wanted_key(wording):
        raise Invalid("Use at least one word; signs alone do not say what is wanted.", field="wording")


def _judge_length(text: str, bounds: tuple[int, int], field: str, name: str) -> Invalid | None:
    shortest, longest = bounds
    if len(text) < shortest:
        return Invalid(f"{name} needs at least {shortest} characters.", field=field)
    if len(text) > longest:
        return Invalid(f"{name} has {len(text):,} characters; at most {longest:,} are accepted.", field=field)
    return None
