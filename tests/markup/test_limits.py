"""Limits of contributed texts: what they let through, what they refuse, and what either costs."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.errors import Invalid
from portal.markup import Term, check_limits, limits, render
from portal.markup.sandbox import CPU_SECONDS
from tests.support.examples import CONTENT

SIZE = limits.BYTES - 100
WORDS = "word word word word "


def complaint_about(text: str) -> str:
    """What is said about a text; empty where it is accepted."""
    try:
        check_limits(text)
    except Invalid as refusal:
        return str(refusal)
    return ""


def test_a_refusal_belongs_to_the_field_of_the_text() -> None:
    with pytest.raises(Invalid) as refusal:
        check_limits("[" * 51)
    assert refusal.value.field == "body"


def paragraphs(count: int, text: str = "a") -> str:
    return f"{text}\n\n" * count


def nested(depth: int, step: int = 4) -> str:
    return "\n".join(" " * (step * level) + "- a" for level in range(depth))


@pytest.mark.unmeasured
@pytest.mark.parametrize("file", sorted(CONTENT.rglob("*.md")), ids=lambda file: file.stem)
def test_every_text_of_the_content_keeps_far_within_the_limits(file: Path) -> None:
    body = file.read_text(encoding="utf-8").split("---\n", 2)[2]
    assert complaint_about(body * 3) == ""


@pytest.mark.parametrize(
    ("accepted", "refused", "message"),
    [
        ("é" * 9_999, "é" * 49_000, "has 96 kilobytes; 64 are allowed"),
        ("a\n\n" + "a" * 10_000, "a\n\n" + "a" * 10_001, "Line 3 has more than 10,000 characters"),
        ("a\n\n" * 3_999, "\n" * 10_000, "has more than 10,000 lines"),
        ("> " * 20 + "a", "a\n\n" + "> " * 21 + "a", "Line 3 begins with more than 20 marks"),
        ("- " * 20 + "a", "- " * 21 + "a", "Line 1 begins with more than 20 marks"),
        ("1. " * 20 + "a", "1. " * 21 + "a", "begins with more than 20 marks"),
        (nested(20), nested(21), "nested more than 20 levels deep at “- a”"),
        (nested(20, step=2), nested(21, step=2), "nested more than 20 levels deep"),
        ("[" * 50, "a\n\n" + "[" * 51, "The paragraph at line 3 opens more than 50 brackets"),
        ("[" * 50 + "\n\n" + "[" * 50, "[" * 51 + "]" * 51, "opens more than 50 brackets"),
        ("# a\n\n" * 500, "# a\n\n" * 501, "more than 500 headings"),
        ("a\n=\n\n" * 500, "a\n=\n\n" * 501, "more than 500 headings"),
        ("```\n```\n" * 300, "```\n```\n" * 301, "more than 300 blocks of code"),
        ("a\n" * 500, "a\n" * 501, "More than 500 lines follow line 1 without a blank one"),
        ("`a " * 1_000, "`a " * 1_001, "has more than 1,000 marks"),
        ("*a " * 300, "*a " * 301, "has more than 300 stars and underscores"),
        ("a\n: b\n" * 50, "a\n: b\n" * 51, "More than 50 definitions follow line 1"),
        ("[^1]\n\n" * 200, "[^1]\n\n" * 201, "more than 200 footnotes"),
        (paragraphs(4_000), paragraphs(4_001), "more than 4,000 paragraphs, stars"),
        (paragraphs(1_333, "`a`"), paragraphs(1_334, "`a`"), "more than 4,000 paragraphs, stars"),
        (f"{'`a` ' * 400}{WORDS * 50}", f"{'`a` ' * 400}{WORDS * 200}", "long paragraphs which are full of stars"),
        ("a\tb\x01", "a\x00b", "a character that cannot be stored"),
        ("a\u2028b", "a\ud800b", "a character that cannot be stored"),
    ],
)
def test_each_limit_lets_the_most_through_and_says_what_is_too_much(accepted: str, refused: str, message: str) -> None:
    assert complaint_about(accepted) == ""
    assert message in complaint_about(refused)


@pytest.mark.parametrize("code", ["[" * 500, "- " * 500, "# a\n" * 501, "*a " * 500, "a\n" * 600, " " * 100 + "a"])
def test_what_stands_in_fenced_code_does_not_count(code: str) -> None:
    assert complaint_about(f"Before:\n\n```text\n{code}\n```\n\nAfter.") == ""


def test_separators_that_only_some_programs_see_do_not_hide_a_long_line() -> None:
    assert "Line 1 has more than 10,000 characters" in complaint_about("\u2028".join(["a" * 5_000] * 3))


def run_of(unit: str) -> str:
    return (unit * (SIZE // len(unit) + 1))[:SIZE]


def lines_of(unit: str) -> str:
    return "\n".join([unit] * (SIZE // (len(unit) + 1)))


def blocks_of(unit: str) -> str:
    return paragraphs(SIZE // (len(unit) + 2), unit)


def filled_with(unit: str) -> str:
    """Marks with words between them, in paragraphs as long as they may be."""
    return paragraphs(SIZE // 2_100, (unit + WORDS) * (2_000 // len(unit + WORDS)))


UNITS = [
    *("[", "![", "[]", "[](", "[a](", "[a](b", '[a]("', "[a](<", "[a][", "[[a]", "[^1]", "[^1]: a", "[a]: b", "[[]]"),
    *("*a ", "**a ", "***a **b *c ", "*a _b ", "_a_ ", "`a ", "``a` ", "` `` ", "\\`", "\\*", "\\", "&amp; ", "&#1"),
    *("<a ", "<a@b", "<http://a", "<!--", "- ", "- - - ", "* * *", "1. ", "> ", ">- ", "> 1. ", ": a", "a\n: b"),
    *("|", "a|b", "|a|b|\n|-|-|", "# a", "## ", "a\n=", "---", "***", "```", "~~~~", "```python\na\n```", "!!! note"),
    *("!!! note\n    a", "- a\n\n    b", "- a\n    - b", "1. a\n\n       b", "> - a", "- > # a", "a  ", "a", "- [ ] a"),
    *("(", '"', "''\"", "=", "...", "a@b.c ", "http://a.b/ ", "HTTP ", "\t", "  ", "    a", "é", "\x02code:0\x03"),
]
BOMBS = {
    "a wide table": "|" * 9_000 + "\n" + "|-" * 4_500 + "\n" + "|" * 9_000,
    "a table with few cells and many columns": "a|" * 1_000 + "\n" + "-|" * 1_000 + "\na" * 25_000,
    "a table of code": "a|b\n-|-\n" + "`|``|```|\n" * 6_000,
    "stairs of lists": "\n".join("    " * (number % 20) + "- a" for number in range(1_400)),
    "stairs of callouts": "\n".join("    " * (number % 18) + "!!! note" for number in range(1_400)),
    "notes in notes": "".join(f"[^{number}]: [^{number + 1}] a\n\n" for number in range(2_700)) + "[^0]",
    "one note, called often": "[^1]: a\n\n" + paragraphs(40, "[^1]" * 240),
    "closed brackets in one another": "[" * 2_000 + "]" * 2_000,
    "emphasis in one another": "*a " * 2_000 + " b*" * 2_000,
    "emphasis within the limit": paragraphs(13, "*a " * 150 + "b* " * 150),
    "growing backticks": " ".join("`" * length for length in range(1, 350)),
    "code of dense tokens": ("```c\n" + "a=(b)+c;" * 900 + "\n```\n") * 8,
    "code of empty lines": ("```java\n" + "\n" * 390 + "x\n```\n") * 150,
}
WORST = [
    *("[](", "[a](", "``a` ", "[^1]", "&amp; ", "***a **b *c ", "a", "a|b", "a\n: b", "> - a", "- > # a", "- [ ] a"),
    *("- a\n\n    b", "- a\n    - b", "1. a\n\n       b", "!!! note\n    a", "```python\na\n```", "# a", "a  "),
]
HOSTILE = BOMBS | {f"{shape.__name__} {unit!r}": shape(unit) for shape in (run_of, filled_with) for unit in UNITS}
COSTLY = BOMBS | {f"{shape.__name__} {unit!r}": shape(unit) for shape in (lines_of, blocks_of) for unit in WORST}


def largest_accepted(text: str) -> str:
    """The longest beginning of a text that the limits let through, to about a hundred characters."""
    if not complaint_about(text):
        return text
    accepted, refused = 0, len(text)
    while refused - accepted > 100:
        middle = (accepted + refused) // 2
        accepted, refused = (accepted, middle) if complaint_about(text[:middle]) else (middle, refused)
    return text[:accepted]


def cost_of(call: Callable[[], object]) -> float:
    """How many seconds of the processor a call takes, without those that the measuring of coverage would add."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        begin = time.process_time()
        call()
        return time.process_time() - begin
    finally:
        sys.settrace(tracer)


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_judged_cheaply(name: str) -> None:
    assert cost_of(lambda: complaint_about(HOSTILE[name])) < CPU_SECONDS / 2


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", COSTLY)
def test_the_worst_that_is_let_through_is_rendered_cheaply(name: str) -> None:
    text = largest_accepted(COSTLY[name])

    assert (
        cost_of(lambda: render(text, terms={"HTTP": Term("/glossary#http", "Hypertext Transfer Protocol")}))
        < CPU_SECONDS
    )
