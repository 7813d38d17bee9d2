import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.analysis import WORD, fold, term_of
from portal.search.entries import Page, Section
from portal.search.highlighting import LONGEST_WORD, PASSAGE, find_matches, find_passages, mark_summary
from tests.search.documents import written

ROOT = Path(__file__).resolve().parents[2]
FILLER = "Nothing of interest stands in this sentence at all. " * 12


def passages(text: str, *terms: str) -> list[str]:
    return [written(passage.runs) for passage in find_passages(Page.from_text("", text), terms)[0]]


def test_every_form_of_a_word_is_marked() -> None:
    assert passages("Hash it. Hashes are HASHED by hashing.", "hash") == [
        "[Hash] it. [Hashes] are [HASHED] by [hashing]."
    ]


def test_a_word_that_only_begins_alike_is_not_marked() -> None:
    assert passages("A hashtag is no hash; rehash neither.", "hash") == ["A hashtag is no [hash]; rehash neither."]


def test_parts_of_joined_words_are_marked_together() -> None:
    assert passages("Send Cache-Control: no-cache", "cach", "control") == ["Send [Cache-Control]: no-[cache]"]


def test_languages_are_marked_with_their_signs() -> None:
    assert passages("In C++ or C, or C++11, not C.", "c++") == ["In [C++] or C, or C++11, not C."]


def test_accents_do_not_shift_the_marks() -> None:
    assert passages("Ein naïver „Straßen“-Cache, naïve", "naiv", "cach") == ["Ein naïver „Straßen“-[Cache], [naïve]"]


def test_a_passage_is_cut_between_words_and_says_so() -> None:
    (passage,) = passages(f"{FILLER}A deadlock stops both of them here and for good{FILLER}", "deadlock")
    assert "[deadlock]" in passage
    assert passage.endswith(" …")
    assert len(passage) <= PASSAGE + 20


def test_a_passage_begins_where_a_sentence_does() -> None:
    (passage,) = passages(f"{FILLER.strip()}\nA short line\nwith a deadlock in it. {FILLER}", "deadlock")
    assert passage.startswith("A short line with a [deadlock] in it.")


def test_the_passage_with_most_of_the_terms_is_chosen() -> None:
    text = f"A lock. {FILLER} A lock meets a lock. {FILLER} Lock and key together. {FILLER} A lock."
    assert any("[Lock] and [key] together" in passage for passage in passages(text, "lock", "key"))


def test_the_passage_with_the_phrase_is_chosen_and_its_words_are_marked() -> None:
    apart = f"Dirty read: it was not committed, read. {FILLER}"
    text = f"{apart * 3}Read\ncommitted is the default. {FILLER}"
    phrase = "[Read] [committed] is the default"
    assert any(phrase in passage for passage in passages(text, "read", "commit", "read commit"))
    assert not any(phrase in passage for passage in passages(text, "read", "commit"))
    page = Page.from_text("", text)
    assert [place for place, term in find_matches(page, ["read commit"])] == [text.index("Read\n")]


def test_there_are_at_most_two_passages_in_the_order_of_the_text() -> None:
    text = f"First key. {FILLER} Second lock with a bolt. {FILLER} Third chain. {FILLER} Fourth key."
    first, second = passages(text, "lock", "bolt", "key", "chain")
    assert "First [key]" in first
    assert "Second [lock] with a [bolt]" in second


def test_a_second_passage_shows_what_the_first_lacks() -> None:
    text = f"First lock. {FILLER} Second lock with a lock. {FILLER} Third lock, and key."
    assert len(passages(text, "lock")) == 1
    assert len(passages(f"{text} {FILLER} A key to a lock.", "lock", "key")) == 1


def test_a_text_without_the_terms_has_no_passage() -> None:
    assert find_passages(Page.from_text("", FILLER), ["deadlock"]) == ((), "")
    assert find_passages(Page.from_text("", ""), ["deadlock"]) == ((), "")


SECTIONED = Page.from_text(
    "",
    "Before any lock.\nLocks\nA lock holds.\nDeadlocks\nTwo wait: lock and key.\nEnd",
    (
        Section(17, 23, "Locks", "locks"),
        Section(37, 47, "Deadlocks", "deadlocks"),
        Section(71, 74, "End", "end"),
    ),
)


def test_a_passage_says_under_which_heading_it_stands() -> None:
    found, anchor = find_passages(SECTIONED, ["lock", "key"])
    (passage,) = found
    assert (written(passage.runs), passage.heading) == ("Two wait: [lock] and [key].", "Deadlocks")
    assert passage.anchor == anchor == "deadlocks"


def test_a_passage_does_not_reach_into_the_next_section() -> None:
    page = Page.from_text("", f"A lock.\nNext\nA key.{FILLER * 2}key", (Section(8, 13, "N", "n"),))
    first, second = find_passages(page, ["lock", "key"])[0]
    assert (written(first.runs), first.heading) == ("A [lock].", "")
    assert (first.anchor, second.anchor) == ("", "n")


def test_where_the_heading_matches_its_text_is_shown() -> None:
    (passage,), anchor = find_passages(SECTIONED, ["deadlock"])
    assert written(passage.runs) == "Two wait: lock and key."
    assert anchor == "deadlocks"
    (passage,), _ = find_passages(SECTIONED, ["end"])
    assert written(passage.runs) == "[End]"


def test_a_short_text_is_marked_whole() -> None:
    assert written(mark_summary(Page.from_text("Locks,\n\x00 and keys", ""), ["lock", "key"])) == "[Locks], and [keys]"


def test_what_is_longer_than_a_word_can_be_is_cut() -> None:
    noise = "x" * 5000
    (passage,) = passages(f"{noise} lock-{noise}", "lock")
    assert "[lock]" in passage
    assert len(passage) < PASSAGE + 2 * LONGEST_WORD


def test_a_long_joined_word_is_shown_whole() -> None:
    word = "x" * 70 + "-lock-" + "y" * 70
    (passage,) = passages(f"{FILLER}{word} {FILLER}", "lock")
    assert word.replace("lock", "[lock]") in passage


def test_a_flood_of_matches_is_bounded() -> None:
    assert len(find_matches(Page.from_text("", "a " * 100_000), ["a"])) == 50


@given(st.text())
def test_stems_stand_where_their_words_do(text: str) -> None:
    page = Page.from_text("", text)
    assert len(page.stems) == len(text) + 2
    for place, _ in find_matches(page, ["a"]):
        assert fold(text[place]) == "a"


@pytest.mark.unmeasured
def test_every_word_of_the_content_is_marked_by_its_stem() -> None:
    for file in (ROOT / "content").rglob("*.md"):
        words = set(re.findall(r"[A-Za-z]+", file.read_text(encoding="utf-8")))
        for word in words:
            assert find_matches(Page.from_text("", f"({word})"), [term_of(fold(word))]), word


@given(
    st.lists(
        st.sampled_from(["lock", "locks", "a", "read-only", "Größe", "C++", "\n", ". ", "deadlock_timeout", "x" * 90])
    ),
    st.sampled_from([("lock",), ("read", "onli"), ("c++",), ("gross", "lock"), ("deadlock", "a")]),
)
def test_passages_are_pieces_of_the_text_and_cut_no_word(pieces: list[str], terms: tuple[str, ...]) -> None:
    text = " ".join(pieces)
    plain = re.sub(r"\s+", " ", text)
    for runs, _, _ in find_passages(Page.from_text("", text), terms)[0]:
        whole = "".join(run.text for run in runs).removeprefix("… ").removesuffix(" …")
        assert whole in plain
        assert set(whole.split()) <= set(plain.split())
        assert all(run.text for run in runs)
        assert all(one.is_match != other.is_match for one, other in itertools.pairwise(runs))
        assert all(WORD.search(run.text) for run in runs if run.is_match)
