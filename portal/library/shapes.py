"""What the values of a content file must look like, so that the portal can work with them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from portal.library.domain import TITLE_LENGTH, Kind, is_slug
from portal.library.files import Place

Flaw = tuple[Place, str]
Check = Callable[[Any], str]
"""Returns what a value should be; empty where it is that."""

LEVELS = ("foundation", "core", "advanced")


def is_text(value: Any) -> bool:
    """Tell whether a value is text with something in it."""
    return isinstance(value, str) and bool(value.strip())


def _text(value: Any) -> str:
    return "" if is_text(value) else "should be text"


def _title(value: Any) -> str:
    if not is_text(value) or "\n" in value:
        return "should be text on one line"
    return "" if len(value) <= TITLE_LENGTH else f"should have at most {TITLE_LENGTH} characters"


def _slug(value: Any) -> str:
    is_right = isinstance(value, str) and is_slug(value)
    return "" if is_right else "should be a slug: lower-case letters and digits, in words joined by hyphens"


def _slugs(value: Any) -> str:
    is_right = isinstance(value, list) and all(isinstance(item, str) and is_slug(item) for item in value)
    return "" if is_right else "should be a list of slugs"


def _slug_or_slugs(value: Any) -> str:
    return _slug(value) and _slugs(value) and "should be a slug or a list of slugs"


def _texts(value: Any) -> str:
    return "" if isinstance(value, list) and all(map(is_text, value)) else "should be a list of texts"


def _truth(value: Any) -> str:
    return "" if isinstance(value, bool) else "should be `true` or `false`"


def _minutes(value: Any) -> str:
    is_right = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1000
    return "" if is_right else "should be a whole number of minutes"


def _level(value: Any) -> str:
    return "" if value in LEVELS else f"should be one of {', '.join(LEVELS)}"


def _link(value: Any) -> str:
    is_right = isinstance(value, str) and value.startswith(("https://", "http://")) and " " not in value.strip()
    return "" if is_right else "should be an address that begins with https://"


def _mappings(value: Any) -> str:
    is_right = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return "" if is_right else "should be a list of mappings"


FILE_KEYS: dict[str, Check] = {
    "title": _title,
    "summary": _text,
    "id": _slug,
    "moved_from": _slug_or_slugs,
    "retired": _truth,
    "level": _level,
    "needs": _slugs,
    "topics": _slugs,
    "minutes": _minutes,
    "tags": _texts,
    "questions": _mappings,
    "sources": _mappings,
}
REQUIRED = {
    Kind.LESSON: ("title", "summary", "level"),
    Kind.PAGE: ("title", "summary"),
    Kind.CHALLENGE: ("title", "summary"),
}
SOURCE_KEYS: dict[str, Check] = {"title": _text, "url": _link, "why": _text}
CHOICE_KEYS: dict[str, Check] = {"text": _text, "why": _text, "right": _truth}

LISTS: dict[str, dict[str, dict[str, Check]]] = {
    "glossary": {
        "terms": {
            "slug": _slug,
            "term": _title,
            "definition": _text,
            "expansion": _text,
            "aliases": _texts,
            "everyday": _truth,
            "topic": _slug,
        }
    },
    "tools": {
        "languages": {"slug": _slug, "title": _text},
        "purposes": {"slug": _slug, "title": _text},
        "tools": {
            "slug": _slug,
            "name": _text,
            "purpose": _slug,
            "languages": _slugs,
            "use": _text,
            "avoid": _text,
            "url": _link,
            "topic": _slug,
        },
    },
    "links": {"links": {"url": _link, "entered": _text}},
    "wordings": {"wordings": {"phrase": _text, "said": _texts}},
    "asked": {"asked": {"document": _text, "wordings": _texts}},
    "synonyms": {"synonyms": {"words": _texts}, "narrower": {"word": _text, "means": _texts}},
    "resources": {
        "resources": {"slug": _slug, "title": _text, "kind": _text, "url": _link, "topics": _slugs, "why": _text},
    },
}
OPTIONAL = {"expansion", "aliases", "everyday", "topic", "avoid", "right"}


def find_flaws(kind: Kind, name: str, meta: Mapping[str, Any]) -> list[Flaw]:
    """Return what keeps a file from being imported: the place of each value at fault and a sentence about it.

    `name` is that of the file without its ending. What a text ought to have beside is a matter for `content check`.
    """
    if kind is Kind.DATA:
        return list(_data_flaws(name, meta))
    return list(_text_flaws(kind, meta))


def _text_flaws(kind: Kind, meta: Mapping[str, Any]) -> Iterator[Flaw]:
    yield from _missing(meta, REQUIRED[kind], ())
    yield from _wrong(meta, FILE_KEYS, ())
    for place, question in _entries(meta, "questions"):
        yield from _question_flaws(question, place)
    for place, source in _entries(meta, "sources"):
        yield from _missing(source, SOURCE_KEYS, place)
        yield from _wrong(source, SOURCE_KEYS, place)


def _question_flaws(question: Mapping[str, Any], place: Place) -> Iterator[Flaw]:
    if "choices" not in question:
        yield from _missing(question, ("prompt", "answer", "why"), place)
        yield from _wrong(question, dict.fromkeys(("prompt", "answer", "why"), _text), place)
        return
    yield from _missing(question, ("prompt",), place)
    yield from _wrong(question, {"prompt": _text, "choices": _mappings}, place)
    for choice_place, choice in _entries(question, "choices", place):
        yield from _missing(choice, ("text", "why"), choice_place)
        yield from _wrong(choice, CHOICE_KEYS, choice_place)


def _data_flaws(name: str, data: Mapping[str, Any]) -> Iterator[Flaw]:
    if name == "roadmap":
        yield from _roadmap_flaws(data)
    for key, checks in LISTS.get(name, {}).items():
        yield from _missing(data, (key,), ())
        yield from _wrong(data, {key: _mappings}, ())
        entries = list(_entries(data, key))
        for place, entry in entries:
            yield from _missing(entry, [name for name in checks if name not in OPTIONAL], place)
            yield from _wrong(entry, checks, place)
        yield from _twice(entries)


def _roadmap_flaws(data: Mapping[str, Any]) -> Iterator[Flaw]:
    yield from _missing(data, ("stages",), ())
    yield from _wrong(data, {"stages": _mappings}, ())
    stages = list(_entries(data, "stages"))
    topics = [entry for place, stage in stages for entry in _entries(stage, "topics", place)]
    for place, stage in stages:
        checks: dict[str, Check] = {"slug": _slug, "title": _title, "summary": _text, "topics": _mappings}
        yield from _missing(stage, ("slug", "title"), place)
        yield from _wrong(stage, checks, place)
    for place, topic in topics:
        checks = {"slug": _slug, "title": _title, "level": _level, "needs": _slugs, "covers": _texts, "practice": _text}
        yield from _missing(topic, ("slug", "title", "level"), place)
        yield from _wrong(topic, checks, place)
    yield from _twice(stages)
    yield from _twice(topics)
    yield from _need_flaws(topics)


def _need_flaws(topics: Sequence[tuple[Place, Mapping[str, Any]]]) -> Iterator[Flaw]:
    known = {topic["slug"] for _, topic in topics if is_text(topic.get("slug"))}
    for place, topic in topics:
        if _slugs(topic.get("needs", [])):
            continue
        for position, needed in enumerate(topic.get("needs", [])):
            if needed not in known:
                yield (*place, "needs", position), f"there is no topic `{needed}` to need"
            if needed == topic.get("slug"):
                yield (*place, "needs", position), "a topic cannot need itself"


def _missing(
    values: Mapping[str, Any], names: Iterator[str] | Sequence[str] | Mapping[str, Any], place: Place
) -> Iterator[Flaw]:
    return ((place, f"the key `{name}` is missing") for name in names if name not in values)


def _wrong(values: Mapping[str, Any], checks: Mapping[str, Check], place: Place) -> Iterator[Flaw]:
    for name, check in checks.items():
        if name in values and (message := check(values[name])):
            yield (*place, name), f"`{name}` {message}"


def _entries(values: Mapping[str, Any], key: str, place: Place = ()) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Go through the mappings in a list, skipping what is none; that was noted already."""
    found = values.get(key)
    for position, entry in enumerate(found if isinstance(found, list) else ()):
        if isinstance(entry, dict):
            yield (*place, key, position), entry


def _twice(entries: Sequence[tuple[Place, Mapping[str, Any]]]) -> Iterator[Flaw]:
    seen = set()
    for place, entry in entries:
        slug = entry.get("slug")
        if isinstance(slug, str) and slug in seen:
            yield (*place, "slug"), f"the slug `{slug}` stands here twice"
        seen.add(slug if isinstance(slug, str) else None)
