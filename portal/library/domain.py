"""Rules about documents, revisions and the files of content/."""

import enum
import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from portal.errors import Invalid

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH = 120
TITLE_LENGTH = 200
CODE_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")

LESSON_SECTIONS = ("In short", "Why it matters", "How it works", "Example", "Common mistakes", "Practice")
CHALLENGE_SECTIONS = ("Symptom", "How it was found", "Cause", "Fix", "How to know it worked", "How to prevent it")


class Kind(enum.StrEnum):
    """What a document is. Terms come from glossary.yml; data are the .yml files themselves."""

    LESSON = "lesson"
    PAGE = "page"
    CHALLENGE = "challenge"
    NOTE = "note"
    TERM = "term"
    DATA = "data"

    @property
    def takes_changes(self) -> bool:
        """Whether a reader may propose a change; terms and data are changed in their files alone."""
        return self not in (Kind.TERM, Kind.DATA)


class Origin(enum.StrEnum):
    """Where a revision came from."""

    IMPORT = "import"
    CONTRIBUTION = "contribution"


class Outcome(enum.StrEnum):
    """What an import did with a file."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    RETIRED = "retired"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong with a file of the content: `path` is below content/, lines count from 1."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"content/{self.path}:{self.line}: {self.message}"


class BrokenText(Invalid):
    """A text of the content cannot be read as what it should be; `line` counts from 1."""

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class ImportConflict:
    """A file that changed since the last import, as did its document by an approved contribution."""

    document_id: int
    path: str
    title: str
    summary: str
    head: str
    body: str
    digest: str
    base_revision_id: int
    """The newest revision, which the file would replace."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did: a row of path and outcome for each file and term, what was wrong, and what to decide."""

    rows: tuple[tuple[str, Outcome], ...]
    problems: tuple[Problem, ...]
    conflicts: tuple[ImportConflict, ...]


@dataclass(frozen=True)
class Section:
    """A heading of the second level in a Markdown body; `line` counts from the body's first."""

    title: str
    line: int


def is_slug(text: str) -> bool:
    """Tell whether a text may stand in an address: lower-case words, joined by single hyphens."""
    return len(text) <= SLUG_LENGTH and SLUG.fullmatch(text) is not None


def make_slug(title: str) -> str:
    """Return the slug of a title, for what is published without a file name of its own."""
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()  # é is e and an accent
    words = re.findall(r"[a-z0-9]+", letters)
    return "-".join(words)[:80].strip("-") or "untitled"


def kind_of(path: str) -> Kind | None:
    """Return what the file at a path below content/ holds; None where no document may lie."""
    match PurePosixPath(path).parts:
        case ("lessons", _, name) if name.endswith(".md"):
            return Kind.LESSON
        case ("pages", name) if name.endswith(".md"):
            return Kind.PAGE
        case ("challenges", name) if name.endswith(".md"):
            return Kind.CHALLENGE
        case (name,) if name.endswith(".yml"):
            return Kind.DATA
    return None


def digest_of(path: str | None, head: str, body: str) -> str:
    """Return the SHA-256 of a document's text and place, in hexadecimal digits."""
    return hashlib.sha256(f"{path or ''}\0{head}\0{body}".encode()).hexdigest()


def tidy_body(text: str) -> str:
    """Return a body as files hold it: lines end with a line feed, no blank lines around, a line feed at the end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip() + "\n"


def split_front_matter(text: str) -> tuple[str, str]:
    """Split a file into its head (front matter with its fences and the blank lines after it) and its body.

    `head + body` is the text, to the byte. Raises BrokenText where a fence is missing.
    """
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    if not lines or lines[0].rstrip() != "---":
        raise BrokenText("the file does not begin with front matter between two lines of `---`", line=1)
    end = next((place for place, line in enumerate(lines[1:], start=2) if line.rstrip() == "---"), None)
    if end is None:
        raise BrokenText("the front matter has no closing line of `---`", line=1)
    end += sum(1 for _ in itertools.takewhile(lambda line: not line.strip(), lines[end:]))
    return "".join(lines[:end]), "".join(lines[end:])


def find_sections(body: str) -> list[Section]:
    """Return the headings of the second level, in order, without those inside fenced code."""
    return [
        Section(line[3:].strip().rstrip("#").rstrip(), number)
        for number, line, is_code in _read_lines(body)
        if not is_code and line.startswith("## ")
    ]


def count_code_lines(body: str) -> int:
    """Return how many lines of a body are fenced code, the fences not counted."""
    return sum(is_code for _, _, is_code in _read_lines(body))


def _read_lines(body: str) -> Iterator[tuple[int, str, bool]]:
    """Go through the lines of a body but the fences: number, text, and whether it is fenced code."""
    fence = ""
    for number, line in enumerate(body.split("\n"), start=1):
        found = CODE_FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not line[found.end() :].strip():
            fence = ""
        else:
            yield number, line, bool(fence)


def refuse_taken_slugs(wanted: Mapping[str, str], current: Mapping[str, str]) -> dict[str, str]:
    """Return the keys whose wanted slug belongs to another document, each with the key of that one.

    Both mappings lead from key to slug: `wanted` is what files ask for, `current` what documents have. Who has a slug
    already keeps it, else who comes first in `wanted` gets it. A document that is refused keeps the slug it has, which
    may then stand in the way of another one; hence the loop.
    """
    refused: dict[str, str] = {}
    while True:
        granted = {**current, **{key: slug for key, slug in wanted.items() if key not in refused}}
        holders: dict[str, str] = {}
        losers = {}
        for key in sorted(granted, key=lambda key: granted[key] != current.get(key)):
            holder = holders.setdefault(granted[key], key)
            if holder != key:
                losers[key] = holder
        if not losers:
            return refused
        refused |= losers
