import pytest

from portal.search.analysis import stems_of, term_of
from portal.search.entries import Page
from portal.search.highlighting import mark_summary
from portal.search.variants import common_spelling
from tests.search.documents import written

BOTH = [
    ("serialise", "serialize"),
    ("authorisation", "authorization"),
    ("behaviours", "behaviors"),
    ("colour", "color"),
    ("neighbouring", "neighboring"),
    ("catalogue", "catalog"),
    ("analysing", "analyzing"),
    ("cancelled", "canceled"),
    ("labelling", "labeling"),
    ("centre", "center"),
    ("licence", "license"),
    ("defence", "defense"),
    ("artefacts", "artifacts"),
    ("acknowledgement", "acknowledgment"),
    ("lost", "losing"),
    ("broken", "break"),
    ("wrote", "written"),
    ("sent", "sends"),
    ("hid", "hiding"),
]


@pytest.mark.parametrize(("one", "other"), BOTH)
def test_both_are_one_word(one: str, other: str) -> None:
    assert term_of(one) == term_of(other)


@pytest.mark.parametrize(("one", "other"), BOTH)
def test_both_are_marked_in_a_text(one: str, other: str) -> None:
    text = f"({one}) and ({other})"
    assert written(mark_summary(Page.from_text(text, ""), [term_of(one)])) == f"([{one}]) and ([{other}])"


@pytest.mark.parametrize("word", ["promise", "raised", "otherwise", "precise", "exercises", "hour", "your", "league"])
def test_words_that_are_spelt_alike_everywhere_stay_as_they_are(word: str) -> None:
    assert common_spelling(word) == word


def test_forms_of_a_word_stay_together() -> None:
    assert len(set(stems_of("precise precisely precision"))) == 1
    assert len(set(stems_of("serialise serialised serialising serialisation serializer"))) == 1
