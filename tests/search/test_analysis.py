import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.analysis import LONGEST_TERM, Token, analyse, fold, name_of, stems_of, tokens


def found(text: str) -> list[str]:
    return [term for token in tokens(text) for term, _ in token.terms]


def test_words_are_found_by_their_stems() -> None:
    assert found("Queries are cached.") == ["queri", "are", "cach"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("select_related", ["select", "relat", "select_related"]),
        ("Cache-Control:", ["cach", "control", "cache-control", "cachecontrol"]),
        ("e-mails", ["e", "mail", "e-mails", "email"]),
        ("429", ["429"]),
        ("C++, C# and F#", ["c++", "c#", "and", "f#"]),
        ("N+1", ["n", "1", "n+1"]),
        ("i/o", ["i", "o", "i/o"]),
        ("k8s", ["k8s"]),
        ("__init__", ["init", "__init__"]),
        ("(.env) --force @property /etc", ["env", ".env", "forc", "--force", "properti", "@property", "etc", "/etc"]),
        ("x--y 3.5 e.g. a - b", ["x", "y", "3", "5", "3.5", "e", "g", "e.g", "a", "b"]),
        ("issue#12", ["issu", "12"]),
        ("the server's don’t", ["the", "server", "dont"]),
    ],
)
def test_code_is_found_as_written_and_by_its_parts(text: str, terms: list[str]) -> None:
    assert found(text) == terms


def test_a_path_is_found_whole_by_its_joined_pieces_and_by_its_parts() -> None:
    token = analyse("queryset.select_related")
    assert token == Token(
        words=("queryset", "select", "related"),
        stems=("queryset", "select", "relat"),
        forms=(("queryset.select_related", 0), ("select_related", 1)),
    )
    assert token.surface == ("queryset", "select", "related", "queryset.select_related", "select_related")


def test_a_long_address_is_found_by_its_parts_alone() -> None:
    assert analyse("example.org/a/b/c/d/e/f/g/h").forms == ()


def test_a_digest_does_not_fill_the_index() -> None:
    assert analyse("f" * 500).words == ("f" * LONGEST_TERM,)


def test_case_and_accents_do_not_matter() -> None:
    assert fold("Naïve ÉTAT Straße") == "naive etat strasse"
    assert found("naïve") == found("NAIVE")


def test_a_name_is_compared_by_its_words() -> None:
    assert name_of("The  Cache-Control header, explained") == "the cache control header explained"
    assert stems_of("Hashing passwords") == ("hash", "password")


@given(st.text(max_size=200))
def test_any_text_has_terms_that_can_be_kept(text: str) -> None:
    for token in tokens(text):
        assert len(token.words) == len(token.stems)
        for term, place in token.terms:
            assert 0 < len(term) <= LONGEST_TERM
            assert 0 <= place < len(token.words)
