import pytest

from portal.contributions.domain import (
    COMMENT_LENGTH,
    DECIDED,
    Decision,
    Proposal,
    State,
    check_decision,
    check_may_change,
    check_proposal,
    find_flaws,
)
from portal.errors import Conflict, Invalid

TITLE, SUMMARY, BODY = "A title", "A summary of it", "A text of at least forty characters, and so on.\n"


def test_a_proposal_of_good_size_is_accepted() -> None:
    check_proposal(Proposal(TITLE, SUMMARY, BODY))


@pytest.mark.parametrize(
    ("proposal", "field"),
    [
        (Proposal("", SUMMARY, BODY), "title"),
        (Proposal("x" * 121, SUMMARY, BODY), "title"),
        (Proposal(TITLE, "short", BODY), "summary"),
        (Proposal(TITLE, "x" * 301, BODY), "summary"),
        (Proposal(TITLE, SUMMARY, "short"), "body"),
        (Proposal(TITLE, SUMMARY, "x" * 65_537), "body"),
    ],
)
def test_a_text_of_the_wrong_size_is_refused_beside_its_field(proposal: Proposal, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_proposal(proposal)
    assert refused.value.field == field


def test_a_draft_needs_no_more_than_a_title() -> None:
    check_proposal(Proposal("T", "", ""), is_draft=True)
    for proposal in (Proposal("", "", ""), Proposal("x" * 121, "", ""), Proposal("T", "", "x" * 65_537)):
        with pytest.raises(Invalid):
            check_proposal(proposal, is_draft=True)


def test_only_an_approval_may_go_without_words() -> None:
    check_decision(Decision.APPROVE, "")
    check_decision(Decision.REJECT, "Off topic.")
    for decision in (Decision.REJECT, Decision.REQUEST_CHANGES):
        with pytest.raises(Invalid) as refused:
            check_decision(decision, "")
        assert refused.value.field == "comment"
    with pytest.raises(Invalid):
        check_decision(Decision.APPROVE, "x" * (COMMENT_LENGTH + 1))


def test_what_was_decided_or_withdrawn_is_closed_to_its_author() -> None:
    assert {state for state in State if state.is_open} == {State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED}
    with pytest.raises(Conflict, match="approved"):
        check_may_change(State.APPROVED)


def test_every_decision_leads_somewhere() -> None:
    assert set(DECIDED) == set(Decision)


def test_all_flaws_are_named_at_once() -> None:
    assert [flaw.field for flaw in find_flaws(Proposal("", "", ""))] == ["title", "summary", "body"]
