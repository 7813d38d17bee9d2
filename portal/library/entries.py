"""What a file of the content, or a term of its glossary, says that a document should be."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

import yaml

from portal.errors import Invalid
from portal.library.domain import Kind, Problem, digest_of, kind_of
from portal.library.figures import FIGURES
from portal.library.files import Source
from portal.library.shapes import find_flaws
from portal.markup import check_limits

GLOSSARY = "glossary.yml"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A document as a file wants it; `label` and `line` are for the report."""

    kind: Kind
    label: str
    line: int = 1
    path: str | None
    slug: str
    key: str | None = None
    moved_from: tuple[str, ...] = ()
    title: str
    summary: str
    head: str
    body: str
    meta: dict[str, Any]
    is_retired: bool = False

    @cached_property
    def digest(self) -> str:
        return digest_of(self.path, self.head, self.body)

    @property
    def names_its_document(self) -> bool:
        """Whether it says which document it belongs to, beyond the name of its file."""
        return self.key is not None or bool(self.moved_from)


def sort_out(sources: Sequence[Source]) -> tuple[list[Source], list[Problem]]:
    """Return the files that can be imported, and what keeps the others from it."""
    flaws = {source.path: flaws_of(source) for source in sources}
    return [source for source in sources if not flaws[source.path]], [flaw for each in flaws.values() for flaw in each]


def flaws_of(source: Source) -> list[Problem]:
    """Return what keeps a file from being imported."""
    file = PurePosixPath(source.path)
    flaws = find_flaws(_kind_of(source), file.stem, source.meta)
    problems = [source.problem(place, message) for place, message in flaws]
    if file.suffix == ".md":
        try:
            check_limits(source.body)
        except Invalid as error:
            problems.append(source.problem_in_body(1, str(error)))
    return problems


def entry_of(source: Source) -> Entry:
    """Return what a file without flaws says."""
    kind, slug, meta = _kind_of(source), PurePosixPath(source.path).stem, source.meta
    if kind is Kind.DATA:
        return Entry(
            kind=kind, label=source.path, path=source.path, slug=slug,
            title=slug, summary="", head="", body=source.body, meta=meta,
        )  # fmt: skip
    return Entry(
        kind=kind,
        label=source.path,
        path=source.path,
        slug=slug,
        key=meta.get("id"),
        moved_from=former_slugs(meta),
        title=meta["title"],
        summary=meta["summary"],
        head=source.head,
        body=source.body,
        meta=meta,
        is_retired=meta.get("retired", False),
    )


def terms_of(source: Source) -> Iterator[Entry]:
    """Go through the terms of a glossary without flaws: each is a text, the definition under its other keys."""
    for position, term in enumerate(source.meta["terms"]):
        keys = {key: value for key, value in term.items() if key != "definition"}
        front_matter = yaml.dump(keys, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        yield Entry(
            kind=Kind.TERM,
            label=f"{source.path}#{term['slug']}",
            line=source.lines["terms", position],
            path=source.path,
            slug=term["slug"],
            title=term["term"],
            summary=term["definition"],
            head=f"---\n{front_matter}---\n\n",
            body=term["definition"],
            meta=term,
        )


def figures_entry(sizes: Mapping[str, list[int]]) -> Entry:
    """Return the sizes of all figures as data."""
    body = json.dumps(sizes, sort_keys=True)
    return Entry(
        kind=Kind.DATA, label=FIGURES, path=None, slug=FIGURES,
        title=FIGURES, summary="", head="", body=body, meta=dict(sizes),
    )  # fmt: skip


def former_slugs(meta: dict[str, Any]) -> tuple[str, ...]:
    """Return the slugs that front matter says a document once had, the oldest first."""
    moved_from = meta.get("moved_from", ())
    return (moved_from,) if isinstance(moved_from, str) else tuple(moved_from)


def _kind_of(source: Source) -> Kind:
    kind = kind_of(source.path)
    if kind is None:
        raise ValueError(f"{source.path} is no file of the content")
    return kind
