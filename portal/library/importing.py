"""From the files of content/ to documents: what changed becomes a revision, and nothing is ever deleted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from portal.library.domain import (
    ImportConflict,
    ImportReport,
    Kind,
    Origin,
    Outcome,
    Problem,
    kind_of,
    refuse_taken_slugs,
)
from portal.library.entries import GLOSSARY, Entry, entry_of, figures_entry, former_slugs, sort_out, terms_of
from portal.library.figures import measure_figures
from portal.library.files import read_folder
from portal.library.models import Document, FormerSlug
from portal.library.publishing import hold_publishing, publish_revision


def import_content(session: Session, folder: Path, *, now: datetime) -> ImportReport:
    """Bring the documents in line with the files below a folder.

    A file that cannot be used is refused and named, its document stays as it was, and everything else is imported. The
    same goes for a document whose file vanished without being retired. A file that changed beside an approved
    contribution is left for a moderator to decide. Raises Missing where there is no such folder.
    """
    hold_publishing(session)
    sources, problems = read_folder(folder)
    flawless, flaws = sort_out(sources)
    problems.extend(flaws)
    run = _Import(session, now, problems, broken={problem.path for problem in problems})
    entries = [entry_of(source) for source in flawless]
    if sizes := measure_figures(folder):
        entries.append(figures_entry(sizes))
    for kind in (Kind.LESSON, Kind.PAGE, Kind.CHALLENGE, Kind.DATA):
        run.import_kind(kind, [entry for entry in entries if entry.kind is kind])
    for source in flawless:
        if source.path == GLOSSARY:
            run.import_kind(Kind.TERM, terms_of(source))
    session.flush()
    return run.report()


@dataclass
class _Shelf:
    """The documents of one kind as they are before the import."""

    kind: Kind
    documents: Sequence[Document]
    former: Mapping[str, int]
    """Ids of documents by the slugs that they once had."""

    def __post_init__(self) -> None:
        self.by_id = {document.id: document for document in self.documents}
        self.by_key = {document.key: document for document in self.documents}
        self.by_slug = {document.slug: document for document in self.documents}

    @classmethod
    def load(cls, session: Session, kind: Kind) -> "_Shelf":
        documents = session.scalars(
            select(Document)
            .join(Document.revision)
            .options(contains_eager(Document.revision))
            .where(Document.kind == kind)
            .order_by(Document.id)
            .execution_options(populate_existing=True)
        ).all()
        former = session.execute(select(FormerSlug.slug, FormerSlug.document_id).where(FormerSlug.kind == kind))
        return cls(kind, documents, dict(former.all()))

    def key_of(self, entry: Entry) -> str:
        """Return the permanent id of what an entry describes: as it says, as it is known, or by its oldest slug."""
        if entry.key:
            return entry.key
        known = self.by_slug.get(entry.slug)
        if known and (not entry.moved_from or former_slugs(known.revision.meta) == entry.moved_from):
            return known.key
        for slug in reversed(entry.moved_from):
            if moved := self.by_slug.get(slug) or self.by_id.get(self.former.get(slug, 0)):
                return moved.key
        return entry.moved_from[0] if entry.moved_from else entry.slug

    def is_in_its_place(self, entry: Entry) -> bool:
        """Tell whether an entry comes from the file that its document came from before."""
        known = self.by_slug.get(entry.slug)
        return known is not None and known.revision.path == entry.path


@dataclass
class _Import:
    """One import under way, and what there is to report of it."""

    session: Session
    now: datetime
    problems: list[Problem]
    broken: Collection[str]
    """Paths of files that are there and cannot be used."""
    rows: list[tuple[str, Outcome]] = field(default_factory=list)
    conflicts: list[ImportConflict] = field(default_factory=list)

    def report(self) -> ImportReport:
        refused = {(problem.path, Outcome.REFUSED) for problem in self.problems}
        return ImportReport(
            rows=tuple(sorted([*self.rows, *refused])),
            problems=tuple(sorted(self.problems)),
            conflicts=tuple(self.conflicts),
        )

    def import_kind(self, kind: Kind, entries: Iterable[Entry]) -> None:
        """Import all entries of one kind."""
        shelf = _Shelf.load(self.session, kind)
        claims = self._claim_keys(shelf, entries)
        present = set(claims)
        self._refuse_taken_slugs(shelf, claims)
        self._rename(shelf, claims)
        for key, entry in claims.items():
            outcome = self._put(key, entry, shelf.by_key.get(key))
            self.rows.append((entry.label, outcome))
        for document in shelf.documents:
            if document.key not in present and not document.revision.is_retired:
                self._miss(document)

    def _claim_keys(self, shelf: _Shelf, entries: Iterable[Entry]) -> dict[str, Entry]:
        """Return the entries by permanent id. Where two claim one, the one that names it goes before the other."""
        claims: dict[str, Entry] = {}
        by_right = sorted(entries, key=lambda entry: (not entry.names_its_document, not shelf.is_in_its_place(entry)))
        for entry in by_right:
            key = shelf.key_of(entry)
            if claims.setdefault(key, entry) is not entry:
                self._refuse(entry, f"the id `{key}` belongs to {claims[key].label}; give this file an `id` of its own")
        return dict(sorted(claims.items(), key=lambda claim: claim[1].label))

    def _refuse_taken_slugs(self, shelf: _Shelf, claims: dict[str, Entry]) -> None:
        wanted = {key: entry.slug for key, entry in claims.items()}
        current = {document.key: document.slug for document in shelf.documents}
        for key, holder in refuse_taken_slugs(wanted, current).items():
            entry = claims.pop(key)
            self._refuse(entry, f"the slug `{entry.slug}` belongs to the {shelf.kind} with the id `{holder}`")

    def _rename(self, shelf: _Shelf, claims: Mapping[str, Entry]) -> None:
        """Give documents their new slugs, by way of passing ones, so that two may swap theirs."""
        moves = [
            (document, entry.slug)
            for key, entry in claims.items()
            if (document := shelf.by_key.get(key)) and document.slug != entry.slug
        ]
        for document, _ in moves:
            self.session.merge(FormerSlug(kind=shelf.kind, slug=document.slug, document_id=document.id))
            document.slug = f"~{document.id}"
        self.session.flush()
        for document, slug in moves:
            document.slug = slug
        self.session.flush()

    def _put(self, key: str, entry: Entry, document: Document | None) -> Outcome:
        """Bring one document in line with its entry, where that differs from what the last import saw."""
        if document is None:
            document = Document(
                kind=entry.kind, key=key, slug=entry.slug, topic_key=key if entry.kind is Kind.LESSON else None
            )
            self._publish(document, entry)
            self._note_former_slugs(document, entry)
            return Outcome.RETIRED if entry.is_retired else Outcome.ADDED
        newest = document.revision
        if entry.digest == document.imported_digest:
            return Outcome.UNCHANGED
        if entry.digest == newest.digest and entry.is_retired == newest.is_retired:
            document.imported_digest = entry.digest
            return Outcome.UNCHANGED
        if newest.origin is Origin.CONTRIBUTION and newest.digest != document.imported_digest:
            self.conflicts.append(_conflict(document, entry))
            return Outcome.CONFLICT
        self._publish(document, entry)
        self._note_former_slugs(document, entry)
        if entry.is_retired and not newest.is_retired:
            return Outcome.RETIRED
        return Outcome.CHANGED if entry.path == newest.path else Outcome.RENAMED

    def _publish(self, document: Document, entry: Entry) -> None:
        publish_revision(
            self.session,
            document,
            title=entry.title,
            summary=entry.summary,
            head=entry.head,
            body=entry.body,
            path=entry.path,
            meta=entry.meta,
            is_retired=entry.is_retired,
            origin=Origin.IMPORT,
            comment="",
            author_id=None,
            approver_id=None,
            now=self.now,
        )
        document.imported_digest = entry.digest

    def _note_former_slugs(self, document: Document, entry: Entry) -> None:
        """Let the slugs that the file says it once had lead here, those before the first import too."""
        for slug in entry.moved_from:
            if self.session.get(FormerSlug, (entry.kind, slug)) is None:
                self.session.add(FormerSlug(kind=entry.kind, slug=slug, document_id=document.id))

    def _miss(self, document: Document) -> None:
        """Deal with a document that no file speaks of: a term goes out of use, anything else should not have gone."""
        if document.kind is Kind.TERM:
            self._retire(document)
            return
        if any(kind_of(path) is document.kind and PurePosixPath(path).stem == document.slug for path in self.broken):
            return
        wanted = "bring it back" if document.kind is Kind.DATA else "mark it `retired: true` or bring it back"
        path = document.revision.path or document.slug
        self.problems.append(Problem(path, 1, f"the id `{document.key}` vanished; {wanted}"))

    def _retire(self, document: Document) -> None:
        newest = document.revision
        publish_revision(
            self.session,
            document,
            title=newest.title,
            summary=newest.summary,
            head=newest.head,
            body=newest.body,
            path=newest.path,
            meta=newest.meta,
            is_retired=True,
            origin=Origin.IMPORT,
            comment="No longer in the glossary",
            author_id=None,
            approver_id=None,
            now=self.now,
        )
        document.imported_digest = None
        self.rows.append((f"{newest.path}#{document.slug}", Outcome.RETIRED))

    def _refuse(self, entry: Entry, message: str) -> None:
        self.problems.append(Problem(entry.path or entry.label, entry.line, message))


def _conflict(document: Document, entry: Entry) -> ImportConflict:
    return ImportConflict(
        document_id=document.id,
        path=entry.label,
        title=entry.title,
        summary=entry.summary,
        head=entry.head,
        body=entry.body,
        digest=entry.digest,
        base_revision_id=document.revision.id,
    )
