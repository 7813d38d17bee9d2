import pytest

from portal.search.spelling import choose_correction, find_similar, slips_in, split_points

KNOWN = {"isolation": 5, "isolated": 9, "transaction": 7, "hash": 3, "hush": 1, "cash": 4, "gone": 0}


def correction(word: str) -> str | None:
    candidates = find_similar(word, list(KNOWN), slips_in(word))
    return choose_correction(word, ((candidate, KNOWN[candidate]) for candidate in candidates))


@pytest.mark.parametrize("typed", ["hash", "hush", "hsah", "hashs", "has"])
def test_a_slip_is_a_letter_left_out_added_mistaken_or_swapped(typed: str) -> None:
    assert "hash" in find_similar(typed, list(KNOWN), 1)


def test_words_with_more_slips_are_not_similar() -> None:
    assert find_similar("abstraction", list(KNOWN), 1) == []


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


def test_a_word_may_be_two_that_were_run_together() -> None:
    assert ("status", "code") in split_points("statuscode")
    assert all(len(half) >= 3 for pair in split_points("statuscode") for half in pair)
    assert split_points("cache") == split_points("http2only") == []
