"""The small judges of texts: prose, covering, originality, readability, spelling, links out."""

from datetime import date
from pathlib import Path

import pytest

from portal.library.covering import find_uncovered, passages_of
from portal.library.files import Source, read_source
from portal.library.originality import find_shared_passages
from portal.library.outside import blame_host, links_out, update_entered_links
from portal.library.prose import prose_of
from portal.library.readability import count_syllables, reading_grade
from portal.library.spelling import find_american_forms

TEXT = b"""\
---
title: On `codes`
sources:
  - title: A Behavioral Notion
    url: https://example.org/paper
    why: >-
      Says it first,
      in 1994.
questions:
  - prompt: See [the RFC](https://example.org/rfc).
---

One `two` three.

```python
four = 4
```

See [five](https://example.org/six), <https://example.org/seven>.
"""


@pytest.fixture
def source() -> Source:
    return read_source("pages/text.md", TEXT)


def test_prose_is_what_is_left_without_code_and_addresses(source: Source) -> None:
    words = [(number, " ".join(line.split())) for number, line in prose_of(source) if line.strip()]
    assert words == [
        (2, "On"),
        (6, "Says it first, in 1994."),
        (10, "See [the RFC ."),
        (13, "One three."),
        (19, "See [five , ."),
    ]


def test_links_out_are_found_everywhere_with_their_lines(source: Source) -> None:
    assert list(links_out(source)) == [
        ("https://example.org/paper", 5),
        ("https://example.org/rfc", 10),
        ("https://example.org/six", 19),
        ("https://example.org/seven", 19),
    ]


@pytest.mark.parametrize(
    ("link", "blame"),
    [
        ("https://www.rfc-editor.org/rfc/rfc9110", ""),
        ("https://medium.example.org/", ""),
        ("https://someone.medium.com/post", "primary source"),
        ("https://t.co/abc", "hides where it leads"),
    ],
)
def test_some_hosts_are_not_linked_to(link: str, blame: str) -> None:
    assert blame in blame_host(link) if blame else blame_host(link) == ""


def test_links_are_entered_once_with_the_day_and_leave_when_unused(tmp_path: Path) -> None:
    page = tmp_path / "pages/a.md"
    page.parent.mkdir()
    page.write_text("---\ntitle: A\nsummary: B\n---\n\n[a](https://a.example/) [b](https://b.example/)\n")

    assert update_entered_links(tmp_path, today=date(2026, 11, 21)) == (2, 0)
    page.write_text("---\ntitle: A\nsummary: B\n---\n\n[c](https://c.example/) [b](https://b.example/)\n")
    assert update_entered_links(tmp_path, today=date(2026, 12, 1)) == (1, 1)

    entries = read_source("links.yml", (tmp_path / "links.yml").read_bytes()).meta["links"]
    assert entries == [
        {"url": "https://b.example/", "entered": "2026-11-21"},
        {"url": "https://c.example/", "entered": "2026-12-01"},
    ]


def test_a_phrase_is_covered_where_one_part_says_all_of_it_in_any_form() -> None:
    passages = passages_of("Locks.\n\n### Reading\n\nThe writers' queue.\n\n### Writing\n\nA lock is a queue.\n")

    assert find_uncovered(["lock queues", "writer versus queue"], passages, {}) == {}
    assert find_uncovered(["writers and locks"], passages, {}) == {"writers and locks": ["writers and locks"]}


def test_other_wordings_stand_for_a_phrase_and_all_of_them_are_wanted() -> None:
    passages = passages_of("One reader waits.\n")

    assert find_uncovered(["blocking"], passages, {"blocking": ["waiting"]}) == {}
    assert find_uncovered(["blocking"], passages, {"blocking": ["waiting", "writer"]}) == {"blocking": ["writer"]}


def test_a_shared_passage_has_twelve_words_and_lies_within_a_paragraph() -> None:
    eleven = "one two three four five six seven eight nine ten eleven"
    texts = {
        "a.md": [(1, f"Start, {eleven},"), (2, "twelve and more.")],
        "b.md": [(7, f"“{eleven.title()}"), (8, "Twelve” they said.")],
        "c.md": [(1, eleven), (2, ""), (3, "twelve and more")],
    }

    (shared,) = find_shared_passages(texts)

    assert (shared.path, shared.line, shared.other_path, shared.other_line) == ("b.md", 7, "a.md", 1)
    assert shared.words == f"{eleven} twelve"


@pytest.mark.parametrize(
    ("word", "count"),
    [("the", 1), ("cache", 1), ("cached", 1), ("started", 2), ("table", 2), ("idempotent", 4), ("reads", 1), ("a", 1)],
)
def test_syllables_are_counted_by_groups_of_vowels(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_long_words_in_long_sentences_are_harder_to_read() -> None:
    easy = [(1, "The cat sat. It had a hat.")]
    hard = [(1, "Idempotent operations, regardless of intermittent connectivity, facilitate deterministic recovery.")]

    assert reading_grade(easy) < 2
    assert reading_grade(hard) > 20
    assert reading_grade([(1, "# Heading"), (2, "| a | table |"), (3, "")]) == 0


def test_american_forms_are_named_but_for_terms_and_names_in_capitals() -> None:
    lines = [(3, "They optimize a serializer, AUTHORIZATION, the behavior and a SERIALIZABLE level; analyzed.")]

    assert list(find_american_forms(lines)) == [
        (3, "optimize", "optimise"),
        (3, "behavior", "behaviour"),
        (3, "analyzed", "analysed"),
    ]
