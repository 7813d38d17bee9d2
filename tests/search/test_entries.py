import itertools

from portal.search.entries import GAP, Card, make_entry
from tests.search.documents import make_document


def test_a_word_weighs_by_the_field_in_which_it_stands() -> None:
    postings = make_entry(
        make_document(
            "title",
            aliases=("alias",),
            tags=("tag",),
            headings=("heading",),
            summary="summary",
            body="body",
        )
    ).postings
    order = sorted(postings, key=lambda term: -postings[term].weight)
    assert order[:3] == ["titl", "alia", "tag"]
    assert order[-1] == "bodi"


def test_a_word_weighs_less_in_a_longer_text() -> None:
    short = make_entry(make_document(body="lock")).postings["lock"].weight
    long = make_entry(make_document(body="lock" + " filler" * 3000)).postings["lock"].weight
    assert short > long > 0


def test_weights_add_up_over_all_occurrences() -> None:
    one = make_entry(make_document("lock", body="other")).postings["lock"].weight
    both = make_entry(make_document("lock", body="lock")).postings["lock"].weight
    assert both > one


def test_no_phrase_reaches_from_one_field_into_the_next() -> None:
    postings = make_entry(make_document("alpha", headings=("beta", "gamma"), body="delta")).postings
    places = [postings[term].positions[0] for term in ("alpha", "beta", "gamma", "delta")]
    assert all(later - earlier > GAP for earlier, later in itertools.pairwise(places))


def test_words_are_kept_as_people_type_them() -> None:
    entry = make_entry(make_document("Caching", body="select_related Queries"))
    assert entry.words >= {"caching", "select", "related", "select_related", "queries"}


def test_the_text_is_kept_with_its_lines_and_without_control_characters() -> None:
    assert make_entry(make_document(body="one\x00  two \r\n\n\f three\t\n ")).body == "one two\nthree"


def test_a_card_can_be_written_down_and_read_again() -> None:
    card = make_entry(make_document("Naïve “caching”", aliases=("a.k.a. 💥",), stage="data")).card
    assert Card.from_json(card.to_json()) == card
    assert card.facets == ("data", "", "lesson")
