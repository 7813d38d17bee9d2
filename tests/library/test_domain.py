"""Rules about documents and files."""

import hashlib

import pytest

from portal.library.domain import (
    BrokenText,
    Kind,
    Problem,
    Section,
    count_code_lines,
    digest_of,
    find_sections,
    is_slug,
    kind_of,
    make_slug,
    refuse_taken_slugs,
    split_front_matter,
    tidy_body,
)


@pytest.mark.parametrize("text", ["http", "http-2", "3-way-handshake", "a" * 120])
def test_slugs(text: str) -> None:
    assert is_slug(text)


@pytest.mark.parametrize("text", ["", "HTTP", "a--b", "-a", "a-", "a b", "é", "a/b", "..", "a\n", "a" * 121])
def test_no_slugs(text: str) -> None:
    assert not is_slug(text)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("What ETags are for", "what-etags-are-for"),
        ("  C++ & Go!  ", "c-go"),
        ("Crème brûlée à la carte", "creme-brulee-a-la-carte"),
        ("日本", "untitled"),
        ("word " * 40, "word-" * 15 + "word"),
    ],
)
def test_a_title_makes_a_slug(title: str, slug: str) -> None:
    assert make_slug(title) == slug
    assert is_slug(make_slug(title))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("lessons/web/http.md", Kind.LESSON),
        ("pages/about.md", Kind.PAGE),
        ("challenges/slow.md", Kind.CHALLENGE),
        ("glossary.yml", Kind.DATA),
        ("lessons/http.md", None),
        ("lessons/web/more/http.md", None),
        ("pages/about.txt", None),
        ("README.md", None),
        ("notes/http/1-x.md", None),
        ("pages/more/data.yml", None),
    ],
)
def test_the_place_of_a_file_tells_its_kind(path: str, kind: Kind | None) -> None:
    assert kind_of(path) is kind


def test_readers_change_texts_but_not_terms_or_data() -> None:
    assert {kind for kind in Kind if not kind.takes_changes} == {Kind.TERM, Kind.DATA}


def test_a_digest_covers_place_and_text() -> None:
    digest = digest_of("a.md", "head", "body")
    assert digest == hashlib.sha256(b"a.md\0head\0body").hexdigest()
    assert len({digest, digest_of("b.md", "head", "body"), digest_of(None, "head", "body")}) == 3


def test_a_problem_names_path_and_line() -> None:
    assert str(Problem("pages/about.md", 3, "no title")) == "content/pages/about.md:3: no title"


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("---\na: 1\n---\nbody\n", "---\na: 1\n---\n"),
        ("---\na: 1\n---\n\n\nbody\n\n", "---\na: 1\n---\n\n\n"),
        ("---\r\na: 1\r\n---\r\n\r\nbody\r\n", "---\r\na: 1\r\n---\r\n\r\n"),
        ("---\n---", "---\n---"),
        ("---\na: |\n  ---\n---\nbody\u2028---\n", "---\na: |\n  ---\n---\n"),
    ],
)
def test_front_matter_is_split_off_to_the_byte(text: str, head: str) -> None:
    assert split_front_matter(text) == (head, text[len(head) :])


@pytest.mark.parametrize("text", ["", "body", "\n---\na: 1\n---\n", "---\na: 1\n"])
def test_missing_fences_are_named(text: str) -> None:
    with pytest.raises(BrokenText) as caught:
        split_front_matter(text)
    assert caught.value.line == 1


def test_a_body_is_tidied() -> None:
    assert tidy_body("\r\n\r\na\r\nb\rc  \n\n\n") == "a\nb\nc\n"
    assert tidy_body(tidy_body("  code\n")) == "  code\n"


MARKDOWN = """\
## One

```python
## not this
~~~
```

~~~~text
```
## nor this
~~~
~~~~

### Too deep
##Neither
## Two ##
"""


def test_sections_are_found_outside_code() -> None:
    assert find_sections(MARKDOWN) == [Section("One", 1), Section("Two", 16)]


def test_lines_of_code_are_counted() -> None:
    assert count_code_lines(MARKDOWN) == 5


@pytest.mark.parametrize(
    ("wanted", "current", "refused"),
    [
        ({"a": "x"}, {}, {}),
        ({"a": "b", "b": "a"}, {"a": "a", "b": "b"}, {}),
        ({"a": "x", "b": "x"}, {}, {"b": "a"}),
        ({"a": "x"}, {"old": "x"}, {"a": "old"}),
        ({"a": "b", "c": "a"}, {"a": "a", "b": "b", "c": "c"}, {"a": "b", "c": "a"}),
        ({"new": "x", "known": "x"}, {"known": "x"}, {"new": "known"}),
    ],
    ids=["free", "swapped", "asked for twice", "held", "held behind a refused one", "kept by who has it"],
)
def test_taken_slugs_are_refused(wanted: dict[str, str], current: dict[str, str], refused: dict[str, str]) -> None:
    assert refuse_taken_slugs(wanted, current) == refused
