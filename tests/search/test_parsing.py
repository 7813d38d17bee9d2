import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.domain import MAX_QUERY, MAX_TERMS
from portal.search.parsing import read_query, tidy


def clauses(typed: str) -> list[tuple[str, ...]]:
    return [clause.stems for clause in read_query(typed).clauses]


def test_each_word_is_a_clause() -> None:
    assert clauses("cached queries") == [("cach",), ("queri",)]


def test_words_that_say_little_are_left_out() -> None:
    assert clauses("how do I hash a password") == [("hash",), ("password",)]


def test_words_that_say_little_count_when_there_are_no_others() -> None:
    assert clauses("what is this") == [("what",), ("is",), ("this",)]


def test_a_word_asked_for_twice_counts_once() -> None:
    assert clauses("cache Caches cached") == [("cach",)]


def test_a_quoted_phrase_is_one_clause_with_all_its_words() -> None:
    query = read_query('the "state of the art" “read committed” now')
    assert [(clause.stems, clause.is_quoted) for clause in query.clauses] == [
        (("state", "of", "the", "art"), True),
        (("read", "commit"), True),
        (("now",), False),
    ]


def test_a_quotation_mark_without_a_partner_is_no_phrase() -> None:
    assert [clause.is_quoted for clause in read_query('"read committed').clauses] == [False, False]


def test_a_joined_word_is_one_clause_that_knows_how_it_is_written() -> None:
    (clause,) = read_query("Cache-Control").clauses
    assert clause.stems == ("cach", "control")
    assert clause.forms == ("cache-control",)


def test_control_characters_are_spaces() -> None:
    assert tidy("  a\x00b\t\nc \x7f\u2028 d  ") == "a b c d"


@pytest.mark.parametrize("typed", ["", " ", "\x00", "!!!", '""', "* ? [ ] ~ ( )", "___"])
def test_there_may_be_nothing_to_look_for(typed: str) -> None:
    assert read_query(typed).clauses == ()


def test_a_query_is_read_up_to_a_limit() -> None:
    query = read_query("word " * 200_000)
    assert len(query.text) <= MAX_QUERY
    many = read_query(" ".join(f"w{number}" for number in range(100)))
    assert len(many.clauses) == MAX_TERMS
    assert all(len(clause.stems) <= MAX_TERMS for clause in read_query('"' + "a " * 90 + '" b').clauses)


@given(st.text(max_size=300))
def test_whatever_is_typed_can_be_read(typed: str) -> None:
    query = read_query(typed)
    assert sum(len(clause.stems) for clause in query.clauses) <= MAX_TERMS
    assert all(clause.stems for clause in query.clauses)
    assert "\x00" not in query.text
