import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.domain import MAX_QUERY, MAX_TERMS
from portal.search.parsing import read_operators, read_query, tidy
from portal.search.synonyms import gather_synonyms


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


def test_a_minus_keeps_out_a_word_or_a_phrase() -> None:
    query = read_query('lock -dead -"two words" -read-only')
    assert [clause.stems for clause in query.clauses] == [("lock",)]
    assert [clause.stems for clause in query.excluded] == [("dead",), ("two", "word"), ("read", "onli")]


@pytest.mark.parametrize(
    "typed", ["docker run -d", "git push --force", "read-only", "a - b", "x -- y", "3-4", "lock -"]
)
def test_a_minus_in_code_or_between_words_is_no_operator(typed: str) -> None:
    assert read_query(typed).excluded == ()


def test_who_excludes_everything_looks_for_it() -> None:
    query = read_query("-lock")
    assert [clause.stems for clause in query.clauses] == [("lock",)]
    assert query.excluded == ()


def test_filters_are_read_apart_from_the_text() -> None:
    assert read_operators('deadlock stage:databases Level:Core kind:lesson tag:"Read Only" now') == (
        "deadlock now",
        {"stage": "databases", "level": "core", "kind": "lesson", "tag": "read only"},
    )


@pytest.mark.parametrize("typed", ["stage:", "title:lock", "http://stage:80", "status:x AND NOT (", "a::b", 'kind:""'])
def test_what_is_no_filter_is_plain_text(typed: str) -> None:
    text, filters = read_operators(typed)
    assert filters == {}
    assert text in (typed, "")


def test_the_last_of_several_values_counts() -> None:
    assert read_operators("level:core x level:advanced") == ("x", {"level": "advanced"})


def test_words_with_synonyms_know_them() -> None:
    synonyms = gather_synonyms([["Kubernetes", "k8s"], ["two-phase commit", "2PC"]], [("auth", ["authorization"])])
    (clause,) = read_query("k8s", synonyms).clauses
    assert [other.stems for other in clause.alternatives] == [("kubernet",)]
    one, other = read_query("why two phase commit blocks", synonyms).clauses
    assert one.stems == ("two", "phase", "commit")
    assert one.is_loose
    assert [alternative.stems for alternative in one.alternatives] == [("2pc",)]
    assert other.alternatives == ()
    (clause,) = read_query("2pc", synonyms).clauses
    assert clause.alternatives[0].stems == ("two", "phase", "commit")
    assert clause.alternatives[0].forms == ()
    assert read_query("auth", synonyms).clauses[0].alternatives[0].stems == read_query("authorisation").stems
    assert read_query("authorization", synonyms).clauses[0].alternatives == ()


def test_an_article_within_a_wording_does_not_change_it() -> None:
    synonyms = gather_synonyms([], [("save password", ["password hashing"]), ("works on my machine", ["parity"])])
    for typed in ("save my password", "how to save the password"):
        (clause,) = read_query(typed, synonyms).clauses
        assert clause.alternatives[0].stems == ("password", "hash")
    assert read_query("works on my machine", synonyms).clauses[0].alternatives
    assert not read_query("save my own password", synonyms).clauses[0].alternatives


def test_a_phrase_is_wanted_as_it_is() -> None:
    synonyms = gather_synonyms([["read replica", "secondary"]])
    assert read_query('"read replica"', synonyms).clauses[0].alternatives == ()


def test_a_quotation_mark_without_a_partner_is_no_phrase() -> None:
    assert [clause.is_quoted for clause in read_query('"read committed').clauses] == [False, False]


def test_a_joined_word_is_one_clause_that_knows_how_it_is_written() -> None:
    (clause,) = read_query("Cache-Control").clauses
    assert clause.stems == ("cach", "control")
    assert clause.forms == ("cache-control", "cachecontrol")


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
