import itertools

from portal.search.domain import Heading, SearchDocument
from portal.search.entries import GAP, Card, Page, Section, make_entry, make_page, name_term, stand_in_a_row, title_term
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
    order = sorted(filter(str.isalpha, postings), key=lambda term: -postings[term].weight)
    assert order[:2] == ["titl", "alia"]
    assert order[-1] == "bodi"


def test_title_and_names_can_be_looked_up() -> None:
    postings = make_entry(make_document("Soft deletes", aliases=("logical deletion",), body="text")).postings
    assert {title_term("soft"), title_term("delet")} <= postings.keys()
    assert title_term("logic") not in postings
    assert name_term(("soft", "delet")) in postings
    assert name_term(("logic", "delet")) in postings
    assert name_term(("delet",)) not in postings


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
    assert make_entry(make_document(body="one\x00  two \r\n\n\v three\t\n ")).page.body == "one two\nthree"


def test_sections_know_where_they_begin_and_where_their_text_does() -> None:
    headings = ("First part", "Second")
    page = make_page(make_document(headings=headings, body="Before.\fFirst part\nOne.\n\fSecond\n"))
    assert page.body == "Before.\nFirst part\nOne.\nSecond"
    assert page.sections == (Section(8, 19, "First part", "first-part"), Section(24, 30, "Second", "second"))
    assert page.body[19:23] == "One."


def test_a_text_with_fewer_headings_than_sections_is_kept_whole() -> None:
    assert make_page(make_document(body="One.\fTwo.\fThree.")).body == "One.\nTwo.\nThree."


def test_a_section_may_come_first() -> None:
    page = make_page(make_document(headings=("Top",), body="\fTop\nText."))
    assert page.sections == (Section(0, 4, "Top", "top"),)


def test_headings_that_all_texts_have_say_nothing() -> None:
    document = SearchDocument(
        key="lesson:1", kind="lesson", document_id=1, slug="a", title="Locks",
        headings=(Heading("Example", "example", is_usual=True), Heading("Deadlocks", "deadlocks")),
        body="\fExample\nText.\fDeadlocks\nText.",
    )  # fmt: skip
    entry = make_entry(document)
    assert entry.postings["exampl"].weight < entry.postings["deadlock"].weight
    assert [name.text for name in entry.card.names] == ["Locks", "Deadlocks"]


def test_what_others_say_is_searched_and_not_shown() -> None:
    entry = make_entry(make_document(body="own words", context="foreign words"))
    assert "foreign" in entry.postings
    assert "foreign" not in entry.page.body


def test_terms_stand_in_a_row_where_their_places_follow_one_another() -> None:
    assert stand_in_a_row([[1, 7], [3, 8], [9]])
    assert not stand_in_a_row([[1, 7], [3, 9]])


def test_a_card_and_a_page_can_be_written_down_and_read_again() -> None:
    document = make_document(
        "Naïve “caching”", aliases=("a.k.a. 💥",), stage="data", tags=("Über",), headings=("Wie",), body="x\fWie\ny"
    )
    entry = make_entry(document)
    assert Card.from_json(entry.card.to_json()) == entry.card
    assert Page.from_json(entry.page.to_json()) == entry.page
    assert entry.card.facets == ("data", "", "lesson")
    assert entry.card.tags == ("uber",)
