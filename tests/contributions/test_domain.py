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
    check_wording,
    find_flaws,
    tidy_wording,
    wanted_key,
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


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("  two \t words\n", "two words"),
        ("null\0byte", "nullbyte"),
        ("\u202eright to left\u202c", "right to left"),
        ("soft\u00adhyphen", "softhyphen"),
        ("half \ud800 a pair", "half a pair"),
        ("O(n²) — why?", "O(n²) — why?"),
    ],
)
def test_a_wording_is_kept_on_one_line_and_without_what_nobody_sees(typed: str, tidy: str) -> None:
    assert tidy_wording(typed) == tidy


@pytest.mark.parametrize(
    ("wording", "key"),
    [
        ("Cache-aside: what is it?", "cache aside what is it"),
        ("CAFÉ Straße", "cafe strasse"),
        ("don’t", "don t"),
        ("C", "c"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("#hashtag + N+1", "hashtag n+1"),
        ("snake_case & kebab-case", "snake case kebab case"),
        ("किताब", "किताब"),
        ("?!", ""),
        ("++ #", ""),
        ("\ufe0f", ""),
    ],
)
def test_wordings_are_compared_by_their_words(wording: str, key: str) -> None:
    assert wanted_key(wording) == key


@pytest.mark.parametrize(("one", "other"), [("की", "का"), ("C++", "C#"), ("กิน", "กัน")])
def test_words_that_differ_stay_different(one: str, other: str) -> None:
    assert wanted_key(one) != wanted_key(other)


def test_a_wording_has_up_to_120_characters() -> None:
    check_wording("x" * 120)
    for useless in ("", "x" * 121, "…"):
        with pytest.raises(Invalid) as refused:
            check_wording(useless)
        assert refused.value.field == "wording"
