"""The files of content/ as they are read: UTF-8, front matter, YAML with the line of every value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from portal.errors import Missing
from portal.library.domain import BrokenText, Problem, is_slug, kind_of, split_front_matter

TEXT_FOLDERS = ("lessons", "pages", "challenges")
DEPTH = 20  # levels of nesting; the parser under PyYAML has none of its own that is safe

Place = tuple[str | int, ...]
"""Where a value stands in YAML: keys and positions, such as `("questions", 0, "prompt")`."""

WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Source:
    """A file of the content as it was read; `path` is below content/ and `head + body` is its text."""

    path: str
    head: str
    body: str
    meta: dict[str, Any]
    lines: Mapping[Place, int] = field(default_factory=dict)

    def problem(self, place: Place, message: str) -> Problem:
        """Return a problem at the line of a value, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return Problem(self.path, self.lines.get(place, 1), message)

    def problem_in_body(self, line: int, message: str) -> Problem:
        """Return a problem at a line of the body, the body's first being 1."""
        return Problem(self.path, self.head.count("\n") + line, message)


def read_folder(folder: Path) -> tuple[list[Source], list[Problem]]:
    """Read all documents below a folder, in the order of their paths, and name those that cannot be read.

    What lies elsewhere (figures, exported notes, a README) and hidden files are left alone. Raises Missing where there
    is no such folder.
    """
    if not folder.is_dir():
        raise Missing(f"There is no folder {folder}.")
    files = [*folder.glob("*.yml"), *(file for name in TEXT_FOLDERS for file in folder.glob(f"{name}/**/*.md"))]
    paths = sorted(file.relative_to(folder).as_posix() for file in files if not file.name.startswith("."))
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            _check_place(path)
            sources.append(read_source(path, (folder / path).read_bytes()))
        except BrokenText as broken:
            problems.append(Problem(path, broken.line, str(broken)))
        except OSError as error:
            problems.append(Problem(path, 1, f"the file cannot be read: {error.strerror}"))
    return sources, problems


def read_source(path: str, data: bytes) -> Source:
    """Read a file of the content: Markdown with front matter, or YAML. Raises BrokenText with the line at fault."""
    text = decode(data)
    if path.endswith(".yml"):
        meta, lines = read_yaml(text)
        return Source(path, "", text, meta, lines)
    head, body = split_front_matter(text)
    meta, lines = read_yaml(_inside_fences(head), first_line=2)
    return Source(path, head, body, meta, lines)


def decode(data: bytes) -> str:
    """Return a file's text. Raises BrokenText for what is not UTF-8 and for control characters."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BrokenText("this is not UTF-8", line=data.count(b"\n", 0, error.start) + 1) from None
    if text.startswith("\ufeff"):
        raise BrokenText("the file begins with a byte order mark; save it as UTF-8 without one", line=1)
    for number, line in enumerate(text.split("\n"), start=1):
        _refuse_control_characters(line, number)
    return text


def parse_front_matter(text: str) -> tuple[str, str, dict[str, Any]]:
    """Return head, body and the front matter's values; `head + body` is the text. Raises BrokenText."""
    head, body = split_front_matter(text)
    meta, _ = read_yaml(_inside_fences(head), first_line=2)
    return head, body, meta


def read_yaml(text: str, *, first_line: int = 1) -> tuple[dict[str, Any], dict[Place, int]]:
    """Return the mapping that a YAML text holds, and the line of each of its values.

    The values are those of JSON less fractions: text, whole numbers, true, false, nothing, lists and mappings; a date
    or a version such as 3.10 is text. No key stands twice and nothing is an alias, so that what is read is what one
    sees. Raises BrokenText.
    """
    reader = _Reader(first_line)
    try:
        values = reader.read(yaml.parse(text, yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        message = " ".join(part for part in (error.context, error.problem) if part)
        line = getattr(error.problem_mark, "line", 0)
        raise BrokenText(f"this is not YAML: {message}", line=first_line + line) from None
    if not isinstance(values, dict):
        raise BrokenText("this should be a mapping, with a key and a colon on each line", line=first_line)
    return values, reader.lines


def _check_place(path: str) -> None:
    *folders, name = path.split("/")
    if kind_of(path) is None:
        raise BrokenText("the file lies where it does not belong; CONTRIBUTING.md shows the places", line=1)
    if not all(map(is_slug, (*folders, name.rsplit(".", 1)[0]))):
        raise BrokenText("its name should be a slug: lower-case letters and digits, in words joined by hyphens", line=1)


def _refuse_control_characters(text: str, line: int) -> None:
    if found := FORBIDDEN.search(text):
        raise BrokenText(f"the character U+{ord(found[0]):04X} has no place in a text", line=line)


def _inside_fences(head: str) -> str:
    lines = head.rstrip().split("\n")
    return "\n".join(lines[1:-1])


class _Reader:
    """Builds values from the parser's events and notes where each one begins."""

    def __init__(self, first_line: int) -> None:
        self.lines: dict[Place, int] = {}
        self._first_line = first_line

    def read(self, events: Iterator[yaml.Event]) -> Any:
        values: Any = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if () in self.lines:
                    raise BrokenText("a second document begins here; there can be only one", line=self._line(event))
                values = self._value(next(events), events, ())
        return values

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], place: Place) -> Any:
        self.lines[place] = self._line(event)
        if len(place) > DEPTH:
            raise BrokenText(f"this is nested more than {DEPTH} levels deep", line=self._line(event))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, place)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, place)
        raise BrokenText("an alias is not allowed; write the value out", line=self._line(event))

    def _sequence(self, events: Iterator[yaml.Event], place: Place) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            values.append(self._value(event, events, (*place, len(values))))
        return values

    def _mapping(self, events: Iterator[yaml.Event], place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise BrokenText("a key must be a word", line=self._line(event))
            key, line = self._text(event), self._line(event)
            if key in values:
                raise BrokenText(f"the key `{key}` stands here twice", line=line)
            values[key] = self._value(next(events), events, (*place, key))
            self.lines[(*place, key)] = line
        return values

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | bool | None:
        text = self._text(event)
        is_plain = event.implicit[0]
        if is_plain and text.lower() in WORDS:
            return WORDS[text.lower()]
        return int(text) if is_plain and WHOLE_NUMBER.fullmatch(text) else text

    def _text(self, event: yaml.ScalarEvent) -> str:
        text: str = event.value
        _refuse_control_characters(text, self._line(event))
        return text

    def _line(self, event: yaml.Event) -> int:
        line: int = getattr(event.start_mark, "line", 0)
        return self._first_line + line
