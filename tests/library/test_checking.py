from collections.abc import Callable
from pathlib import Path

import pytest

from portal.library.checking import check_content, check_structure, reading_grades
from portal.roadmap.checking import check_roadmap
from tests.support.library import ROADMAP, lesson, write_content


def filler(name: str) -> str:
    """Nine hundred words which no other text has."""
    return "\n".join(" ".join(f"{name}{row}" for _ in range(90)) for row in "abcdefghij")


FILLER = filler("http")
LINKS = """\
links:
  - {url: "https://www.example.org/", entered: 2026-11-21}
  - {url: "https://www.rfc-editor.org/rfc/rfc9110", entered: 2026-11-21}
"""
HTTP = "lessons/web/http.md"
QUESTION = """\
  - prompt: >-
      And another one?
    answer: >-
      Yes.
    why: >-
      Four are wanted.
"""


SOURCE = """\
  - title: Another
    url: https://www.example.org/
    why: >-
      Three are wanted.
"""


def good_lesson(title: str, *, level: str = "foundation", needs: str = "", covers: str = "") -> str:
    """A lesson in which nothing is wrong."""
    text = lesson(title, level=level, needs=needs, words=filler(title.rsplit(maxsplit=1)[-1].lower()))
    text = text.replace("It works with", f"It covers {covers}. It works with")
    text = text.replace("tags: [sample]", "tags: [sample, test]")
    text = text.replace("It shows late.\n", "It shows late.\n- **Forcing it.** Odd.\n- **Fearing it.** Slow.\n")
    text = text.replace("answers 200.\n", "answers 200.\n- [ ] `GET /a` too.\n- [ ] Done.\n\nStretch: more of it.\n")
    text = text.replace("sources:\n", QUESTION + QUESTION.replace("another", "a fourth") + "sources:\n" + SOURCE)
    return text.replace("\n---\n\n## In", f"\n{SOURCE}---\n\n## In")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder in which nothing is wrong."""
    folder = write_content(tmp_path / "content")
    case = folder / "challenges/slow-queries.md"
    case.write_text(case.read_text().replace("By the slow", "word " * 500 + "\n\nBy the slow"))
    lessons = {
        HTTP: good_lesson("HTTP", covers="a status code and a method"),
        "lessons/web/json.md": good_lesson("JSON", needs="http", covers="types"),
        "lessons/speed/caching.md": good_lesson("Caching strategies", level="core", needs="http", covers="cache-aside"),
        "lessons/speed/http-caching.md": good_lesson(
            "HTTP caching", level="core", needs="caching, http", covers="ETag"
        ),
    }
    for path, text in lessons.items():
        (folder / path).write_text(text)
    (folder / "links.yml").write_text(LINKS)
    return folder


def complaints(folder: Path) -> list[str]:
    return [str(problem) for problem in [*check_structure(folder), *check_roadmap(folder)]]


def line_of(folder: Path, path: str, words: str) -> int:
    lines = (folder / path).read_text().split("\n")
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def test_good_content_has_no_breach(content: Path) -> None:
    assert check_content(content) == []
    assert check_roadmap(content) == []


def test_each_text_has_a_reading_level(content: Path) -> None:
    grades = reading_grades(content)
    assert grades["pages/about.md"] > 0
    assert HTTP in grades


Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "marker", "message"),
    [
        (swap("## Example", "## Examples"), "## Examples", "`## Example` should begin, not `## Examples`"),
        (
            swap("## Why it matters\n\nWithout it things break.\n\n", ""),
            "## How it works",
            "`## Why it matters` should",
        ),
        (lambda text: text.split("## Practice")[0], "## Common mistakes", "the section `## Practice` is missing"),
        (lambda text: text + "\n## More\n\nText.\n", "## More", "`## More` is not one of the sections"),
        (swap("### The mechanism", "#### The mechanism"), "#### The", "level 4 cannot follow one of level 2"),
        (swap("### The mechanism", "# The mechanism"), "# The", "the title is in the front matter"),
        (swap("It works with", "[it](nowhere.md) works with"), "nowhere.md", "`nowhere.md` dangles"),
        (swap("It works with", "[it](/lessons/nothing) works"), "/lessons/nothing", "dangles: there is no such page"),
        (swap("It works with", "[it](#nothing) works"), "#nothing", "no heading `#nothing`"),
        (
            swap("It works with", "[it](../speed/caching.md#nothing) works"),
            "caching.md#nothing",
            "no heading `#nothing`",
        ),
        (swap("It works with", "![it](../../figures/no.svg)"), "figures/no.svg", "dangles"),
        (swap('print("hello")', "print(hello"), "print(hello", "this is not Python"),
        (swap("```python", "```"), "```", "does not name its language"),
        (lambda text: text + "\n```text\nopen\n", "```text", "the code block is never closed"),
        (swap("level: foundation", "level: core"), "level: core", "`level` is 'core' here and 'foundation'"),
        (swap("title: HTTP", "title: Http"), "title: Http", "`title` is 'Http' here"),
        (swap("needs: []", "needs: [json]"), "needs: [json]", "`needs` differs from the roadmap"),
        (swap("needs: []", "needs: [nothing]"), "needs: [nothing]", "there is no topic `nothing`"),
        (swap(FILLER, ""), "## In short", "words without code; 900 to 2,000 are wanted"),
        (swap(FILLER, FILLER * 3), "## In short", "words without code; 900 to 2,000 are wanted"),
        (swap("level: foundation", "level: easy"), "level: easy", "should be one of foundation"),
        (swap("tags: [sample, test]", "tags: [sample"), "", "this is not YAML"),
        (swap("- **Forcing", "- Forcing"), "## Common mistakes", "there are 2 mistakes with a bold name; 3 are wanted"),
        (swap("- [ ] Done", "- Done"), "## Practice", "there are 2 criteria `- [ ]`; 3 are wanted"),
        (swap("Stretch: more", "More"), "## Practice", "no line `Stretch:` with a harder goal"),
        (swap('```python\nprint("hello")\n```\n\n```output\nhello\n```', "None."), "## Example", "has no code"),
        (swap("a status code", "a code"), "## In short", "covers `status codes`, but no part of it says so"),
        (swap("https://www.example.org/", "https://bit.ly/x"), "bit.ly", "`https://bit.ly/x` hides where it leads"),
        (swap("https://www.example.org/", "https://www.w3schools.com/"), "w3schools", "a site that retells others"),
        (swap("https://www.example.org/", "https://www.example.net/"), ".net/", "is not entered in links.yml"),
    ],
)
def test_each_breach_of_a_lesson_is_named_by_file_and_line(
    content: Path, change: Change, marker: str, message: str
) -> None:
    (content / HTTP).write_text(change((content / HTTP).read_text()))
    found = complaints(content)
    assert len([line for line in found if message in line]) == 1, found
    complaint = next(line for line in found if message in line)
    if marker:
        assert complaint.startswith(f"content/{HTTP}:{line_of(content, HTTP, marker)}: ")


def test_links_between_files_pages_stages_and_terms_are_good(content: Path) -> None:
    links = (
        "[a](../speed/caching.md#in-short) [b](/roadmap/web) [c](/glossary#etag) [d](/lessons/json) [e](#example) "
        "[f](https://www.example.org/) [g](../../challenges/slow-queries.md) [h](/search?q=etag) "
        "[i](/lessons/caching#go-further)"
    )
    (content / HTTP).write_text(swap("It works with", links)((content / HTTP).read_text()))
    assert complaints(content) == []


def test_old_names_of_a_lesson_still_count(content: Path) -> None:
    old = content / "lessons/speed/http-caching.md"
    text = old.read_text().replace("title:", "id: http-caching\nmoved_from: http-caching\ntitle:", 1)
    old.unlink()
    (content / "lessons/speed/web-caching.md").write_text(text)
    (content / HTTP).write_text(
        swap("It works with", "[a](../speed/http-caching.md) [b](/lessons/http-caching)")((content / HTTP).read_text())
    )
    assert complaints(content) == []


def test_a_lesson_belongs_into_the_folder_of_its_stage(content: Path) -> None:
    (content / HTTP).rename(content / "lessons/speed/http.md")
    assert any("stage `web`, so the file belongs there" in line for line in complaints(content))


def test_a_lesson_belongs_on_the_roadmap(content: Path) -> None:
    (content / "lessons/web/smtp.md").write_text(good_lesson("SMTP"))
    assert any("`smtp` is not on the roadmap" in line for line in complaints(content))


def test_two_files_cannot_be_one_lesson(content: Path) -> None:
    text = (content / "lessons/speed/caching.md").read_text()
    (content / "lessons/speed/caching.md").write_text(text.replace("title:", "id: http\ntitle:", 1))
    assert sum("the id `http` as well" in line for line in complaints(content)) == 2


def test_a_retired_lesson_is_left_in_peace(content: Path) -> None:
    (content / "lessons/web/soap.md").write_text(
        "---\nretired: true\ntitle: SOAP\nsummary: Gone.\nlevel: core\n---\n\nOld.\n"
    )
    assert complaints(content) == []


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        (
            "glossary.yml",
            "terms:\n  - {term: A, slug: a, definition: B, topic: nothing}\n",
            "glossary.yml:2: there is no topic",
        ),
        (
            "resources.yml",
            "resources:\n  - {title: A, slug: a, kind: book, url: 'https://a.org', topics: [x], why: B}\n",
            "no topic `x`",
        ),
        (
            "tools.yml",
            "languages: []\npurposes: []\ntools:\n  - {name: A, slug: a, purpose: x, languages: [y], use: B, url: 'https://a.org'}\n",
            "no purpose `x`",
        ),
        ("challenges/odd.md", "---\ntitle: A\nsummary: B\ntopics: [x]\n---\n\n## Symptom\n", "no topic `x`"),
        ("challenges/odd.md", "---\ntitle: A\nsummary: B\n---\n\n## Symptom\n", "`## How it was found` is missing"),
        ("pages/odd.md", "---\ntitle: A\nsummary: B\n---\n\n[x](y.md)\n", "odd.md:6: the link to `y.md` dangles"),
        ("pages/odd.md", "no front matter", "odd.md:1: "),
        ("Odd name.yml", "a: b\n", "should be a slug"),
        ("roadmap.yml", ROADMAP.replace("needs: []", "needs: [caching]", 1), "need one another: "),
        ("roadmap.yml", ROADMAP.replace("needs: [http]", "needs: [nothing]", 1), "there is no topic `nothing`"),
        ("roadmap.yml", "stages: [", "this is not YAML"),
        ("roadmap.yml", ROADMAP.replace("slug: json", "slug: xml"), "the topic `xml` has no lesson"),
        ("links.yml", LINKS.replace("2026-11-21", "soon", 1), "links.yml:2: `entered` should be a date"),
        ("links.yml", LINKS + "  - {url: 'https://a.org', entered: 2026-11-21}\n", "nothing links to `https://a.org`"),
        ("links.yml", "links: []\n", "`https://www.example.org/` is not entered in links.yml"),
        (
            "wordings.yml",
            "wordings:\n  - {phrase: colours, said: [a]}\n",
            "no topic of the roadmap covers `colours`",
        ),
        (
            "asked.yml",
            "asked:\n  - {document: lesson/http, wordings: [a]}\n  - {document: lesson/gone, wordings: [b]}\n",
            "asked.yml:3: there is no text `lesson/gone`",
        ),
    ],
)
def test_lists_pages_and_the_roadmap_are_checked_too(content: Path, path: str, text: str, message: str) -> None:
    (content / path).write_text(text)
    assert any(message in line for line in complaints(content)), complaints(content)


def test_content_without_a_roadmap_says_so(content: Path) -> None:
    (content / "roadmap.yml").unlink()
    assert "content/roadmap.yml:1: the roadmap is missing" in complaints(content)


def test_a_phrase_may_be_covered_in_other_words(content: Path) -> None:
    text = swap("a status code", "the number of an answer")((content / HTTP).read_text())
    (content / HTTP).write_text(text)
    (content / "wordings.yml").write_text("wordings:\n  - {phrase: status codes, said: [number of answers, method]}\n")
    assert complaints(content) == []
    (content / "wordings.yml").write_text("wordings:\n  - {phrase: status codes, said: [method, digits]}\n")
    assert [line for line in complaints(content) if "no part of it says so as `digits`" in line]


def test_the_writing_is_checked(content: Path) -> None:
    sentence = "A cache answers in two milliseconds what the database would have answered in forty of them."
    for path in (HTTP, "lessons/speed/caching.md"):
        text = (content / path).read_text()
        (content / path).write_text(text.replace("It works with", f"{sentence} It works with"))
    text = (content / HTTP).read_text()
    (content / HTTP).write_text(text.replace("Without it things break.", "Without it teh color `color` breaks."))

    found = [str(problem) for problem in check_content(content)]

    number = line_of(content, HTTP, "Without it")
    assert [line for line in found if line.startswith(f"content/{HTTP}:{number}: ")] == [
        f"content/{HTTP}:{number}: `color` is American; British is `colour`",
        f"content/{HTTP}:{number}: misspelt: teh ==> the",
    ]
    assert len([line for line in found if "as well: “a cache answers in two milliseconds" in line]) == 1
    assert len(found) == 3
