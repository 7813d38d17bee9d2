"""What CONTRIBUTING.md asks of front matter and lists beyond what an import needs: keys, numbers, order."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from portal.library.domain import Kind, Problem, kind_of
from portal.library.files import Place, Source

SUMMARY_LENGTH = 160
TAGS = (2, 5)
SOURCES = 3
QUESTIONS = 4
CHOICES = 2
TAG = re.compile(r"[a-z0-9][a-z0-9+#./-]*(?: [a-z0-9+#./-]+)?")
DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
YEARS = range(1940, 2101)
RESOURCE_KINDS = ("book", "specification", "documentation", "paper", "guide")

Keys = tuple[Collection[str], Collection[str]]
"""Those that must be there, and those that may."""

EVERYWHERE = ("id", "moved_from", "retired")
FRONT_MATTER: dict[Kind, Keys] = {
    Kind.LESSON: (
        ("title", "summary", "level", "needs", "tags", "questions", "sources"),
        ("minutes", *EVERYWHERE),
    ),
    Kind.PAGE: (("title", "summary"), EVERYWHERE),
    Kind.CHALLENGE: (("title", "summary", "topics", "tags"), EVERYWHERE),
}
QUESTION_WITH_CHOICES: Keys = (("prompt", "choices"), ())
QUESTION: Keys = (("prompt", "answer", "why"), ())
CHOICE: Keys = (("text", "why"), ("right",))
SOURCE: Keys = (("title", "url", "why"), ())
TOPIC: Keys = (("slug", "title", "level", "needs", "covers", "practice"), ())
LISTS: dict[str, dict[str, Keys]] = {
    "roadmap": {"stages": (("slug", "title"), ("summary", "topics"))},
    "glossary": {"terms": (("term", "slug", "definition", "topic"), ("expansion", "aliases", "everyday"))},
    "tools": {
        "languages": (("slug", "title"), ()),
        "purposes": (("slug", "title"), ()),
        "tools": (("name", "slug", "purpose", "languages", "use", "avoid", "url", "topic"), ()),
    },
    "links": {"links": (("url", "entered"), ())},
    "wordings": {"wordings": (("phrase", "said"), ())},
    "asked": {"asked": (("document", "wordings"), ())},
    "synonyms": {"synonyms": (("words",), ()), "narrower": (("word", "means"), ())},
    "resources": {
        "resources": (("title", "slug", "kind", "author", "year", "url", "topics", "why", "entered"), ()),
    },
}


def breaches_of(source: Source) -> Iterator[Problem]:
    """Name what a file without flaws has that it should not have, or lacks."""
    if source.path.endswith(".yml"):
        yield from _check_list(source)
        return
    kind = kind_of(source.path)
    if kind is None or source.meta.get("retired"):
        return
    yield from _check_keys(source, (), source.meta, FRONT_MATTER[kind])
    if len(source.meta["summary"]) > SUMMARY_LENGTH:
        yield source.problem(("summary",), f"the summary has more than {SUMMARY_LENGTH} characters")
    if kind is Kind.LESSON:
        yield from _check_tags(source)
        yield from _check_sources(source)
        yield from _check_questions(source)


def _check_keys(source: Source, place: Place, values: Mapping[str, Any], keys: Keys) -> Iterator[Problem]:
    required, optional = keys
    for name in required:
        if name not in values:
            yield source.problem(place, f"the key `{name}` is missing")
    for name in values:
        if name not in required and name not in optional:
            yield source.problem((*place, name), f"`{name}` is not one of the keys wanted here")


def _check_tags(source: Source) -> Iterator[Problem]:
    tags = source.meta.get("tags", ())
    fewest, most = TAGS
    if "tags" in source.meta and not fewest <= len(tags) <= most:
        yield source.problem(("tags",), f"there are {len(tags)} tags; {fewest} to {most} are wanted")
    for tag in tags:
        if not TAG.fullmatch(tag):
            yield source.problem(("tags",), f"the tag `{tag}` should be a lower-case word or two")


def _check_sources(source: Source) -> Iterator[Problem]:
    sources = source.meta.get("sources", ())
    if "sources" in source.meta and len(sources) < SOURCES:
        yield source.problem(("sources",), f"there are {len(sources)} sources; at least {SOURCES} are wanted")
    for position, entry in enumerate(sources):
        yield from _check_keys(source, ("sources", position), entry, SOURCE)


def _check_questions(source: Source) -> Iterator[Problem]:
    questions = source.meta.get("questions", ())
    if "questions" in source.meta and len(questions) < QUESTIONS:
        yield source.problem(("questions",), f"there are {len(questions)} questions; at least {QUESTIONS} are wanted")
    for position, question in enumerate(questions):
        place = ("questions", position)
        keys = QUESTION_WITH_CHOICES if "choices" in question else QUESTION
        yield from _check_keys(source, place, question, keys)
        if "choices" in question:
            yield from _check_choices(source, (*place, "choices"), question["choices"])


def _check_choices(source: Source, place: Place, choices: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    if len(choices) < CHOICES:
        yield source.problem(place, f"there are {len(choices)} choices; at least {CHOICES} are wanted")
    for position, choice in enumerate(choices):
        yield from _check_keys(source, (*place, position), choice, CHOICE)
    if not any(choice.get("right") for choice in choices):
        yield source.problem(place, "none of the choices is the right one")


def _check_list(source: Source) -> Iterator[Problem]:
    name = PurePosixPath(source.path).stem
    if name not in LISTS:
        yield source.problem((), f"there is no list of the name `{name}`; the lists are {', '.join(LISTS)}")
        return
    lists = LISTS[name]
    yield from _check_keys(source, (), source.meta, (lists, ()))
    for key, keys in lists.items():
        for position, entry in enumerate(source.meta.get(key) or ()):
            yield from _check_keys(source, (key, position), entry, keys)
    if name == "roadmap":
        yield from _check_topics(source)
    if name == "glossary":
        yield from _check_terms(source)
    if name == "resources":
        yield from _check_resources(source)
    if name == "links":
        yield from _check_dates(source, "links")


def _check_topics(source: Source) -> Iterator[Problem]:
    for stage_position, stage in enumerate(source.meta["stages"]):
        for position, topic in enumerate(stage.get("topics") or ()):
            yield from _check_keys(source, ("stages", stage_position, "topics", position), topic, TOPIC)


def _check_terms(source: Source) -> Iterator[Problem]:
    """Check that terms stand in alphabetical order, and that no word is explained twice."""
    before = ""
    seen: set[str] = set()
    for position, entry in enumerate(source.meta["terms"]):
        place = ("terms", position)
        term = entry["term"].casefold()
        if term < before:
            yield source.problem(place, f"`{entry['term']}` is not in its alphabetical place")
        before = term
        for word in dict.fromkeys((term, *map(str.casefold, entry.get("aliases", ())))):
            if word in seen:
                yield source.problem(place, f"`{word}` is explained by another entry as well")
            seen.add(word)


def _check_resources(source: Source) -> Iterator[Problem]:
    for position, entry in enumerate(source.meta["resources"]):
        place = ("resources", position)
        if entry["kind"] not in RESOURCE_KINDS:
            yield source.problem((*place, "kind"), f"the kind should be one of {', '.join(RESOURCE_KINDS)}")
        if "year" in entry and entry["year"] not in YEARS:
            yield source.problem((*place, "year"), "`year` should be the year of the edition, such as 2026")
    yield from _check_dates(source, "resources")


def _check_dates(source: Source, key: str) -> Iterator[Problem]:
    for position, entry in enumerate(source.meta[key]):
        if "entered" in entry and not DATE.fullmatch(str(entry["entered"])):
            place = (key, position, "entered")
            yield source.problem(place, "`entered` should be a date, such as 2026-11-21")
