import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.spelling import correct, count_slips

KNOWN = {"isolation": 5, "isolated": 9, "transaction": 7, "hash": 3, "hush": 1, "cash": 4, "gone": 0}


def correction(word: str) -> str | None:
    return correct(word, KNOWN, KNOWN.__getitem__)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("hash", "hash", 0),
        ("hash", "hush", 1),
        ("hsah", "hash", 1),
        ("hashs", "hash", 1),
        ("has", "hash", 1),
        ("ab", "ba", 1),
    ],
)
def test_slips_are_letters_left_out_added_mistaken_or_swapped(one: str, other: str, slips: int) -> None:
    assert count_slips(one, other, 2) == slips


def test_counting_stops_when_there_are_too_many_slips() -> None:
    assert count_slips("transaction", "abstraction", 1) > 1
    assert count_slips("a", "abcdef", 2) > 2


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_slips_are_the_same_both_ways(one: str, other: str) -> None:
    assert count_slips(one, other, 9) == count_slips(other, one, 9)
    assert (count_slips(one, other, 9) == 0) is (one == other)
    assert (count_slips(one, other, 2) > 2) is (count_slips(one, other, 9) > 2)


def test_the_nearest_word_is_meant() -> None:
    assert correction("isolatoin") == "isolation"
    assert correction("transaktion") == "transaction"


def test_of_words_equally_near_one_with_the_same_beginning_is_meant_then_the_most_frequent() -> None:
    assert correction("hesh") == "hash"
    assert correction("casj") == "cash"


def test_a_short_word_allows_one_slip_and_a_long_one_two() -> None:
    assert correction("hxxh") is None
    assert correction("isolxtixn") == "isolation"


@pytest.mark.parametrize("word", ["abc", "k8sx", "completely", "gona"])
def test_there_may_be_no_correction(word: str) -> None:
    assert correction(word) is None
