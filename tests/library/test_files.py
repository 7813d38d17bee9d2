"""Reading the files of content/."""

from pathlib import Path

import pytest

from portal.errors import Missing
from portal.library.domain import BrokenText, Problem
from portal.library.files import Source, decode, parse_front_matter, read_folder, read_source, read_yaml

LESSON = """\
---
title: HTTP
questions:
  - prompt: >-
      Why?
    answer: Because.
---

## In short
"""


def test_front_matter_is_read_and_the_text_kept() -> None:
    head, body, meta = parse_front_matter(LESSON)
    assert head + body == LESSON
    assert body == "## In short\n"
    assert meta == {"title": "HTTP", "questions": [{"prompt": "Why?", "answer": "Because."}]}


def test_problems_are_at_the_line_of_their_value() -> None:
    source = read_source("pages/http.md", LESSON.encode())
    assert source.problem(("title",), "m") == Problem("pages/http.md", 2, "m")
    assert source.problem(("questions", 0, "answer"), "m").line == 6
    assert source.problem(("questions", 0, "why"), "m").line == 4
    assert source.problem(("level",), "m").line == 2
    assert source.problem_in_body(1, "m").line == 9


def test_a_problem_without_any_line_is_at_the_first() -> None:
    assert Source("a.yml", "", "", {}).problem(("x",), "m") == Problem("a.yml", 1, "m")


def test_data_are_read() -> None:
    source = read_source("tools.yml", b"tools:\n  - name: curl\n")
    assert (source.head, source.body) == ("", "tools:\n  - name: curl\n")
    assert source.meta == {"tools": [{"name": "curl"}]}
    assert source.lines["tools", 0, "name"] == 2


def test_values_are_those_of_json_without_fractions() -> None:
    values, _ = read_yaml(
        "text: No\nversion: 3.10\nday: 2026-11-21\nnumber: 12\nminus: -3\nzeros: 007\nquoted: '12'\n"
        "yes: true\nno: False\nnothing:\nnull: ~\nhuge: 99999999999999999999\nbinary: !!binary aGk=\nlist: [1, a]\n"
    )
    assert values == {
        "text": "No",
        "version": "3.10",
        "day": "2026-11-21",
        "number": 12,
        "minus": -3,
        "zeros": "007",
        "quoted": "12",
        "yes": True,
        "no": False,
        "nothing": None,
        "null": None,
        "huge": "99999999999999999999",
        "binary": "aGk=",
        "list": [1, "a"],
    }


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: c: d\n", 2, "not YAML"),
        ("a: 'open\n\n", 3, "not YAML"),
        ("a: 1\na: 2\n", 2, "the key `a` stands here twice"),
        ("a: &name x\nb: *name\n", 2, "an alias"),
        ("? [a]\n: b\n", 1, "a key must be a word"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ('a: 1\nb: "\\0"\n', 2, "U+0000"),
        ('"\\u0007": 1\n', 1, "U+0007"),
        ("", 1, "should be a mapping"),
        ("- a\n", 1, "should be a mapping"),
        ("[" * 200_000, 1, "more than 20 levels"),
        ("- " * 100 + "a\n", 1, "more than 20 levels"),
    ],
)
def test_broken_yaml_is_named_by_line(text: str, line: int, message: str) -> None:
    with pytest.raises(BrokenText, match=message.replace("+", r"\+")) as caught:
        read_yaml(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"one\ntwo \xff\n", 2, "not UTF-8"),
        ("caf\u00e9".encode("latin-1"), 1, "not UTF-8"),
        (b"\xef\xbb\xbf---\n", 1, "byte order mark"),
        (b"one\n\ntwo\0\n", 3, "U+0000"),
        (b"one\x1b[0m", 1, "U+001B"),
    ],
)
def test_what_is_not_plain_utf_8_is_named_by_line(data: bytes, line: int, message: str) -> None:
    with pytest.raises(BrokenText, match=message.replace("+", r"\+")) as caught:
        decode(data)
    assert caught.value.line == line


def test_tabs_and_line_ends_are_kept() -> None:
    assert decode(b"a\tb\r\n") == "a\tb\r\n"


def test_a_folder_is_read_in_order_and_what_is_broken_is_named(tmp_path: Path) -> None:
    files = {
        "glossary.yml": b"terms: []\n",
        "broken.yml": b"a: [\n",
        "lessons/web/http.md": LESSON.encode(),
        "lessons/http.md": LESSON.encode(),
        "pages/About Us.md": LESSON.encode(),
        "pages/about.md": LESSON.encode(),
        "challenges/deep/er/x.md": LESSON.encode(),
        "README.md": b"for Git hosts",
        "pages/.#about.md": b"an editor's",
        "figures/a.svg": b"<svg/>",
        "notes/http/1-a.md": b"from an export",
    }
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "pages" / "folder.md").mkdir()
    sources, problems = read_folder(tmp_path)
    assert [source.path for source in sources] == ["glossary.yml", "lessons/web/http.md", "pages/about.md"]
    assert [(problem.path, problem.line) for problem in problems] == [
        ("broken.yml", 2),
        ("challenges/deep/er/x.md", 1),
        ("lessons/http.md", 1),
        ("pages/About Us.md", 1),
        ("pages/folder.md", 1),
    ]
    assert "cannot be read" in problems[-1].message


def test_no_folder_is_no_content(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="There is no folder"):
        read_folder(tmp_path / "nowhere")
