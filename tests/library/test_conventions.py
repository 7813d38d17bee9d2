from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from portal.library.conventions import breaches_of
from portal.library.domain import Kind
from portal.library.files import Source, read_source
from portal.library.shapes import find_flaws
from tests.library.test_checking import QUESTION, SOURCE, good_lesson
from tests.support.library import CHALLENGE, GLOSSARY, PAGE, ROADMAP

HTTP = good_lesson("HTTP")
RESOURCES = """\
resources:
  - title: A book
    slug: a-book
    kind: book
    author: Ana
    year: 2026
    url: https://www.example.org/
    topics: [http]
    why: It explains.
    entered: 2026-11-21
"""
TOOLS = """\
languages:
  - {slug: python, title: Python}
purposes:
  - {slug: framework, title: Frameworks}
tools:
  - {name: A, slug: a, purpose: framework, languages: [python], use: B, avoid: C, url: https://a.org, topic: http}
"""


def read(path: str, text: str) -> Source:
    """A file which an import would take as it is."""
    source = read_source(path, text.encode())
    kind = Kind.DATA if path.endswith(".yml") else Kind.LESSON
    assert find_flaws(kind, PurePosixPath(path).stem, source.meta) == []
    return source


def complaints(path: str, text: str) -> Iterator[str]:
    return (f"{problem.line}: {problem.message}" for problem in breaches_of(read(path, text)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("lessons/web/http.md", HTTP),
        ("lessons/web/http.md", HTTP.replace("tags:", "minutes: 9\nid: http\nmoved_from: [web]\ntags:")),
        ("lessons/web/http.md", "---\nretired: true\ntitle: SOAP\nsummary: Gone.\nlevel: core\n---\nOld.\n"),
        ("glossary.yml", GLOSSARY),
        ("roadmap.yml", ROADMAP),
        ("resources.yml", RESOURCES),
        ("tools.yml", TOOLS),
    ],
)
def test_files_that_follow_the_conventions_are_left_in_peace(path: str, text: str) -> None:
    assert list(complaints(path, text)) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("needs: []\n", "", "2: the key `needs` is missing"),
        ("tags: [sample, test]\n", "", "2: the key `tags` is missing"),
        ("title: HTTP\n", "title: HTTP\nsubtitle: Web\n", "3: `subtitle` is not one of the keys wanted here"),
        ("What one should", "What " * 40, "3: the summary has more than 160 characters"),
        ("[sample, test]", "[sample]", "6: there are 1 tags; 2 to 5 are wanted"),
        ("[sample, test]", "[a, b, c, d, e, f]", "6: there are 6 tags; 2 to 5 are wanted"),
        ("[sample, test]", "[Sample, test]", "6: the tag `Sample` should be a lower-case word or two"),
        (SOURCE, "", "there are 2 sources; at least 3 are wanted"),
        (
            "    url: https://www.example.org/\n",
            "    url: https://www.example.org/\n    by: Ana\n",
            "`by` is not one of",
        ),
        (QUESTION, "", "7: there are 3 questions; at least 4 are wanted"),
        ("        right: true\n", "", "10: none of the choices is the right one"),
        ("        right: true\n", "        right: true\n        hint: no\n", "14: `hint` is not one of the keys"),
        ("    answer: >-\n      Yes.\n", "    answer: >-\n      Yes.\n    hint: No\n", "`hint` is not one of the keys"),
    ],
)
def test_breaches_of_a_lesson_are_named_with_their_line(old: str, new: str, message: str) -> None:
    assert old in HTTP
    found = list(complaints("lessons/web/http.md", HTTP.replace(old, new, 1)))
    assert len(found) == 1
    assert message in found[0]


def test_a_question_needs_something_to_choose_from() -> None:
    begin, end = HTTP.index("      - text: >-\n          Nothing"), HTTP.index("  - prompt: >-\n      Why")
    assert list(complaints("lessons/web/http.md", HTTP[:begin] + HTTP[end:])) == [
        "10: there are 1 choices; at least 2 are wanted"
    ]


def test_a_lesson_without_questions_and_sources_lacks_two_keys() -> None:
    begin, end = HTTP.index("questions:"), HTTP.index("---\n\n## In")
    assert list(complaints("lessons/web/http.md", HTTP[:begin] + HTTP[end:])) == [
        "2: the key `questions` is missing",
        "2: the key `sources` is missing",
    ]


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("pages/about.md", PAGE.replace("summary:", "tags: [a, b]\nsummary:"), "`tags` is not one of the keys"),
        ("challenges/slow.md", CHALLENGE.replace("topics: [caching]\n", ""), "the key `topics` is missing"),
    ],
)
def test_pages_and_case_notes_have_keys_of_their_own(path: str, text: str, message: str) -> None:
    found = [problem.message for problem in breaches_of(read_source(path, text.encode()))]
    assert len(found) == 1
    assert message in found[0]


ABC = "terms:\n  - {term: b, slug: b, definition: B, topic: x}\n  - {term: A, slug: a, definition: A, topic: x}\n"


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("lists.yml", "lists: []\n", "1: there is no list of the name `lists`"),
        ("glossary.yml", GLOSSARY + "extra: 1\n", "`extra` is not one of the keys wanted here"),
        ("glossary.yml", ABC, "3: `A` is not in its alphabetical place"),
        (
            "glossary.yml",
            GLOSSARY.replace("slug: etag", "slug: etag\n    aliases: [http]"),
            "8: `http` is explained by another entry as well",
        ),
        ("glossary.yml", GLOSSARY.replace("    topic: http\n", ""), "the key `topic` is missing"),
        ("glossary.yml", GLOSSARY.replace("    topic: http\n", "    topic: http\n    see: a\n"), "`see` is not one"),
        ("roadmap.yml", ROADMAP.replace("        covers: [ETag]\n", ""), "the key `covers` is missing"),
        ("roadmap.yml", ROADMAP.replace("    summary: Not", "    motto: Not"), "`motto` is not one of the keys"),
        ("resources.yml", RESOURCES.replace("kind: book", "kind: film"), "4: the kind should be one of book, "),
        ("resources.yml", RESOURCES.replace("year: 2026", "year: new"), "6: `year` should be the year"),
        ("resources.yml", RESOURCES.replace("2026-11-21", "21 November"), "10: `entered` should be a date"),
        ("tools.yml", TOOLS.replace(", avoid: C", ""), "6: the key `avoid` is missing"),
    ],
)
def test_breaches_of_a_list_are_named_with_their_line(path: str, text: str, message: str) -> None:
    found = list(complaints(path, text))
    assert len(found) == 1
    assert message in found[0]
