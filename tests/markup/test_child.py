"""Rendering in a process apart: what it answers, and what becomes of it when it dies."""

import io
import json
import os
import resource
import signal
import sys
from pathlib import Path

import pytest

from portal.errors import Invalid
from portal.markup import Rendered, Term, child, render, render_contributed, sandbox
from portal.markup.options import Options
from portal.markup.sandbox import convert_apart

NO_LINKS = Options(dict.fromkeys)
LESSON = """\
# Caching

HTTP caches answer **without** asking[^1], see [ETags](etags.md) and [more](https://example.com).

![A cache](cache.svg)

```python
age = 1
```

[^1]: Mostly.
"""


def children() -> list[int]:
    """Ids of the processes which render for this one; other tests have servers of their own beside them."""
    me = Path(f"/proc/{os.getpid()}/task")
    found = [int(number) for thread in me.iterdir() for number in (thread / "children").read_text().split()]
    return [number for number in found if b"portal.markup.child" in Path(f"/proc/{number}/cmdline").read_bytes()]


def test_a_text_comes_out_as_it_would_in_this_process() -> None:
    addresses = {"etags.md": "/lessons/etags", "cache.svg": "/pictures/cache.svg"}
    terms = {"HTTP": Term("/glossary#http", "Hypertext Transfer Protocol")}
    figures = {"/pictures/cache.svg": (640, 480)}
    apart = render_contributed(LESSON, resolve=addresses.get, terms=terms, figures=figures, id_prefix="note-1-")
    here = render(
        LESSON,
        resolve=addresses.get,
        terms=terms,
        figures=figures,
        id_prefix="note-1-",
        is_contributed=True,
    )
    assert apart == here
    assert apart.headings[0].id == "note-1-caching"
    assert 'href="/lessons/etags"' in apart.html
    assert 'width="640" height="480"' in apart.html
    assert 'rel="external noopener nofollow ugc"' in apart.html


def test_a_text_without_links_asks_for_none() -> None:
    def refuse(target: str) -> str:
        raise AssertionError(target)

    assert render_contributed("Hello *you*", resolve=refuse).html.strip() == "<p>Hello <em>you</em></p>"


def test_an_empty_text_is_empty() -> None:
    assert render_contributed(" \n") == Rendered(html="", headings=(), text="", words=0)


def test_a_text_in_any_script_survives_the_way_there_and_back() -> None:
    assert render_contributed("naïve 日本語 🙂\u2028 ende").text == render("naïve 日本語 🙂\u2028 ende").text


@pytest.mark.parametrize(
    "text", ["a\0b", "x" * 11_000, "word " * 20_000, "> " * 40 + "x", "[" * 200], ids=lambda text: text[:6]
)
def test_a_text_beyond_the_limits_is_refused_for_the_body(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        render_contributed(text)
    assert refusal.value.field == "body"
    assert str(refusal.value)


def test_a_text_that_crashes_the_renderer_is_refused() -> None:
    """Without the limits, nesting without end exhausts the stack of the parser."""
    with pytest.raises(Invalid, match="takes too long to show") as refusal:
        convert_apart("- " * 500 + "x", NO_LINKS)
    assert refusal.value.field == "body"
    assert children() == []


def test_a_text_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    with pytest.raises(Invalid, match="takes too long to show") as refusal:
        convert_apart("Hello", NO_LINKS)
    assert refusal.value.field == "body"
    assert children() == []


def test_a_process_that_is_killed_while_it_waits_for_addresses_is_no_crash() -> None:
    def kill(target: str) -> str:
        (victim,) = children()
        os.kill(victim, signal.SIGKILL)
        os.waitid(os.P_PID, victim, os.WEXITED | os.WNOWAIT)
        return "/lessons/etags"

    with pytest.raises(Invalid, match="takes too long to show") as refusal:
        render_contributed("[x](etags.md)", resolve=kill)
    assert refusal.value.field == "body"
    assert children() == []


def test_a_process_that_cannot_start_its_work_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "COMMAND", (sys.executable, "-c", "import sys; sys.exit(1)"))
    with pytest.raises(Invalid, match="takes too long to show") as refusal:
        convert_apart("word " * 100_000, NO_LINKS)
    assert refusal.value.field == "body"


def test_an_answer_that_breaks_off_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "COMMAND", (sys.executable, "-c", "input(); print('{\"html\": \"<p>', end='')"))
    with pytest.raises(Invalid):
        convert_apart("Hello", NO_LINKS)


def test_a_mistake_of_the_resolver_is_not_hidden_and_leaves_no_process() -> None:
    def fail(target: str) -> str:
        raise LookupError(target)

    with pytest.raises(LookupError):
        render_contributed("[x](etags.md)", resolve=fail)
    assert children() == []


def test_the_process_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    look = (
        "import json, os; input();"
        "print(json.dumps({'html': ' '.join(sorted(os.environ)), 'headings': [], 'text': '', 'words': 0}))"
    )
    monkeypatch.setenv("NEXUS_SECRET_KEY", "secret")
    monkeypatch.setattr(sandbox, "COMMAND", (sys.executable, "-c", look))
    seen = set(convert_apart("Hello", NO_LINKS).html.split())
    assert seen <= {"PYTHONPATH", "LC_CTYPE"}


def test_the_process_limits_itself_before_it_reads_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, tuple[int, int]] = {}
    order = {
        "markdown": "[x](etags.md)",
        "terms": {},
        "figures": {},
        "id_prefix": "",
        "is_contributed": True,
    }
    answers = io.StringIO()
    # The limits are recorded and not set: they would hold for all other tests too.
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(order) + "\n" + '{"etags.md": "/lessons/etags"}\n'))
    monkeypatch.setattr(sys, "stdout", answers)
    child.main()
    asked, rendered = map(json.loads, answers.getvalue().splitlines())
    assert asked == {"targets": ["etags.md"]}
    assert rendered["html"].strip() == '<p><a href="/lessons/etags">x</a></p>'
    assert limits == {
        resource.RLIMIT_CPU: (sandbox.CPU_SECONDS, sandbox.CPU_SECONDS),
        resource.RLIMIT_AS: (sandbox.MEMORY, sandbox.MEMORY),
        resource.RLIMIT_CORE: (0, 0),
    }


def test_a_parent_that_went_away_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with pytest.raises(EOFError):
        child.ask_for_addresses(["etags.md"])
