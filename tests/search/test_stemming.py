import re
from pathlib import Path

import psycopg
import pytest

from portal.search.stemming import APART, stem

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "words",
    [
        "hash hashes hashed hashing",
        "query queries querying",
        "cache caches cached caching",
        "index indexes indexing indexed",
        "transaction transactions transactional",
        "authenticate authenticated authentication",
        "file files filing",
        "deploy deployed deploying deploys",
        "lie lies lying",
    ],
)
def test_the_forms_of_a_word_have_one_stem(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("news", "new"), ("process", "proceed"), ("ease", "easel")])
def test_words_that_only_look_alike_have_stems_of_their_own(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["k8s", "429", "go", "c++", "naïve", "ключ", ""])
def test_what_is_no_english_word_stays_as_it_is(word: str) -> None:
    assert stem(word) == word


def test_words_of_the_field_are_kept_from_strangers() -> None:
    assert stem("authorization") == stem("authorize") != stem("author")
    assert stem("production") != stem("product")
    assert stem("indices") == stem("index")


def test_stems_are_those_of_the_database(postgres_server: str) -> None:
    """PostgreSQL's own implementation of the algorithm is the measure."""
    words = {"bengali", "controlling", "pedagogy", "apologies", "earring", "generously", "yearly"}
    for file in [*(ROOT / "content").rglob("*.md"), *(ROOT / "portal").rglob("*.py")]:
        words.update(re.findall("[a-z]{3,20}", file.read_text(encoding="utf-8").lower()))
    with psycopg.connect(f"{postgres_server}/postgres") as connection:
        connection.execute("CREATE TEXT SEARCH DICTIONARY bare (TEMPLATE = snowball, LANGUAGE = english)")
        rows = connection.execute(
            "SELECT word, (ts_lexize('bare', word))[1] FROM unnest(%s::text[]) AS word", (sorted(words),)
        ).fetchall()
    assert len(rows) > 2000
    assert [(word, theirs, stem(word)) for word, theirs in rows if stem(word) != theirs and word not in APART] == []
