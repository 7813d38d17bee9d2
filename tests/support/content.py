"""The words in which tests speak of content: `content.lesson("web/http")`, `content.import_all()`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.clock import utc_now
from portal.db import transaction
from portal.library.domain import ImportReport, Kind, Outcome
from portal.library.importing import import_content
from portal.library.models import Document, Revision
from portal.library.rendering import ensure_renderings

BODY = "## In short\n\nA text.\n"


@dataclass(frozen=True)
class Content:
    """A folder of curated content that belongs to one test."""

    folder: Path

    def write(self, path: str, text: str) -> Path:
        """Write a file as it stands."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def text(self, path: str, body: str = BODY, **keys: Any) -> Path:
        """Write a Markdown file with front matter."""
        front_matter = yaml.safe_dump(keys, sort_keys=False, allow_unicode=True)
        return self.write(path, f"---\n{front_matter}---\n\n{body}")

    def lesson(self, place: str, body: str = BODY, **keys: Any) -> Path:
        """Write a lesson at `<stage>/<slug>`, complete but for the keys that are given."""
        slug = place.rsplit("/", 1)[1]
        return self.text(
            f"lessons/{place}.md",
            body,
            **{"title": f"On {slug}", "summary": f"All about {slug}.", "level": "core", "needs": [], **keys},
        )

    def page(self, slug: str, body: str = BODY, **keys: Any) -> Path:
        """Write a page."""
        return self.text(f"pages/{slug}.md", body, **{"title": slug.title(), "summary": f"The page {slug}.", **keys})

    def glossary(self, *terms: dict[str, Any]) -> Path:
        """Write the glossary; a term needs only a `term`."""
        entries = [
            {"slug": term["term"].lower(), "definition": f"What {term['term']} means.", **term} for term in terms
        ]
        return self.data("glossary", terms=entries)

    def data(self, name: str, **values: Any) -> Path:
        """Write a YAML file."""
        return self.write(f"{name}.yml", yaml.safe_dump(values, sort_keys=False, allow_unicode=True))

    def move(self, old: str, new: str) -> None:
        """Move a file as `git mv` does."""
        target = self.folder / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(target)

    def import_all(self) -> ImportReport:
        """Import everything in a transaction of its own, and render it."""
        with transaction() as session:
            report = import_content(session, self.folder, now=utc_now())
            ensure_renderings(session, everything=True)
        return report


def outcomes(report: ImportReport) -> dict[str, str]:
    """Return what became of each file, by path."""
    return {path: outcome.value for path, outcome in report.rows}


def messages(report: ImportReport) -> list[str]:
    """Return the problems as they are printed."""
    return [str(problem) for problem in report.problems]


def changes(report: ImportReport) -> list[str]:
    """Return the paths of everything that did not stay as it was."""
    return [path for path, outcome in report.rows if outcome is not Outcome.UNCHANGED]


def get_document(session: Session, kind: Kind, slug: str) -> Document:
    """Return a document with its newest revision, as the database has them now."""
    session.expire_all()
    found = select(Document).options(joinedload(Document.revision)).where(Document.kind == kind, Document.slug == slug)
    return session.scalars(found).one()


def revisions_of(session: Session, document: Document) -> list[Revision]:
    """Return the revisions of a document, the oldest first."""
    found = select(Revision).where(Revision.document_id == document.id).order_by(Revision.number)
    return list(session.scalars(found))
