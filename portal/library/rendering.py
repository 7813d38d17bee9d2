"""Revisions as HTML, made once and kept until the renderer, the glossary or the names of documents change."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.library.domain import Kind, count_code_lines
from portal.library.entries import GLOSSARY
from portal.library.figures import FIGURES
from portal.library.links import address_of, resolve_link
from portal.library.models import Document, FormerSlug, Rendering, Revision
from portal.markup import (
    RENDERER_VERSION,
    LinkResolver,
    Rendered,
    Term,
    reading_minutes,
    render,
    render_contributed,
    render_inline,
)


@dataclass(frozen=True)
class Surroundings:
    """What the HTML of a text depends on beside the text itself."""

    addresses: Mapping[str, str]
    """Where each file is found on the site."""
    terms: Mapping[str, Term]
    """The entries of the glossary, by all names that they go by."""
    everyday_terms: Mapping[str, Mapping[str, Term]]
    """Those whose names mean other things elsewhere, by the file of the lesson that teaches them."""
    figures: Mapping[str, tuple[int, int]]
    """Width and height of each figure, by its address."""

    def renderer_for(self, revision: Revision) -> str:
        """Return the version under which a text is rendered now: it changes with whatever the text names."""
        text = revision.head + revision.body
        named = (
            {path: address for path, address in self.addresses.items() if _name(path) in text},
            {name: term for name, term in self.terms_beside(revision).items() if name[1:] in text},
            {address: size for address, size in self.figures.items() if _name(address) in text},
        )
        digest = hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()
        return f"{RENDERER_VERSION}-{digest[:16]}"

    def terms_beside(self, revision: Revision) -> Mapping[str, Term]:
        """Return the terms that a text may name: all of them, but for the one that it explains itself."""
        if revision.path == GLOSSARY:
            itself = address_of(Kind.TERM, revision.meta["slug"])
            return {name: term for name, term in self.terms.items() if term.address != itself}
        taught_here = self.everyday_terms.get(_name(revision.path or ""), {})
        return {**self.terms, **taught_here} if taught_here else self.terms

    def resolver(self, path: str | None) -> LinkResolver:
        """Return what resolves the links of the text at a path."""
        return functools.partial(resolve_link, path=path, addresses=self.addresses)


def load_surroundings(session: Session) -> Surroundings:
    """Return the surroundings of every text of the library as it stands."""
    files = session.execute(
        select(Document.kind, Document.slug, Revision.path)
        .join(Revision, Document.revision_id == Revision.id)
        .where(Document.kind.not_in((Kind.NOTE, Kind.TERM)), Revision.path.is_not(None))
    )
    terms = session.execute(
        select(Document.slug, Revision.title, Revision.meta)
        .join(Document, Document.revision_id == Revision.id)
        .where(Document.kind == Kind.TERM, ~Revision.is_retired)
    )
    sizes = session.scalar(
        select(Revision.meta)
        .join(Document, Document.revision_id == Revision.id)
        .where(Document.kind == Kind.DATA, Document.slug == FIGURES)
    )
    common: dict[str, Term] = {}
    everyday: dict[str, dict[str, Term]] = {}
    for slug, title, meta in terms:
        term = Term(address_of(Kind.TERM, slug), meta.get("expansion", ""))
        names = everyday.setdefault(f"{meta.get('topic')}.md", {}) if meta.get("everyday") else common
        names.update(dict.fromkeys((title, *meta.get("aliases", ())), term))
    return Surroundings(
        addresses={**_former_files(session), **{str(path): address_of(kind, slug) for kind, slug, path in files}},
        terms=common,
        everyday_terms=everyday,
        figures={f"/{FIGURES}{name}": (width, height) for name, (width, height) in (sizes or {}).items()},
    )


def ensure_renderings(session: Session, *, everything: bool) -> int:
    """Render the newest revisions that were never rendered, or everything that is stale too; return how many."""
    newest = (
        select(Revision, Rendering.renderer)
        .join(Document, Document.revision_id == Revision.id)
        .outerjoin(Rendering, Rendering.digest == Revision.digest)
        .where(Document.kind != Kind.DATA)
        .order_by(Revision.id)
    )
    if not everything:
        newest = newest.where(Rendering.digest.is_(None))
    surroundings = load_surroundings(session)
    stale = {
        revision.digest: (revision, renderer)
        for revision, known in session.execute(newest)
        if (renderer := surroundings.renderer_for(revision)) != known
    }
    for revision, renderer in stale.values():
        session.merge(render_revision(revision, surroundings, renderer))
    session.flush()
    return len(stale)


def rendering_of(session: Session, revision: Revision) -> Rendering:
    """Return a revision as HTML: the kept one, or one made for this reader alone where a new renderer came meanwhile.

    It is not kept here, because a reader's transaction must not write; the next import renders what is stale. The
    glossary and the names of documents change by an import alone, so only the renderer itself needs to be looked at.
    """
    kept = session.get(Rendering, revision.digest)
    if kept is not None and is_current(kept.renderer):
        return kept
    surroundings = load_surroundings(session)
    return render_revision(revision, surroundings, surroundings.renderer_for(revision))


def is_current(renderer: str) -> bool:
    """Tell whether something was rendered by the renderer of today."""
    return renderer.startswith(f"{RENDERER_VERSION}-")


def render_revision(revision: Revision, surroundings: Surroundings, renderer: str) -> Rendering:
    """Render a revision; `renderer` is its version under these surroundings.

    What was contributed was rendered within limits of time and memory before it was approved.
    """
    resolve = surroundings.resolver(revision.path)
    is_note = revision.path is None
    rendered = render(
        revision.body,
        resolve=resolve,
        terms=surroundings.terms_beside(revision),
        figures=surroundings.figures,
        id_prefix=f"note-{revision.digest[:8]}-" if is_note else "",  # notes stand below a lesson, on its page
        is_contributed=is_note,
    )
    return Rendering(
        digest=revision.digest,
        renderer=renderer,
        html=rendered.html,
        headings=[asdict(heading) for heading in rendered.headings],
        text=rendered.text,
        words=rendered.words,
        parts={
            "minutes": revision.meta.get("minutes") or reading_minutes(rendered.words, count_code_lines(revision.body)),
            "questions": [_question(question, resolve) for question in revision.meta.get("questions", ())],
            "sources": [_source(source, resolve) for source in revision.meta.get("sources", ())],
        },
    )


def preview(session: Session, *, body: str, path: str | None = None) -> Rendered:
    """Render a text under review as it would look when published. Raises Invalid where it is too much to render."""
    surroundings = load_surroundings(session)
    return render_contributed(
        body,
        resolve=surroundings.resolver(path),
        terms=surroundings.terms,
        figures=surroundings.figures,
    )


def _former_files(session: Session) -> dict[str, str]:
    """Return where files are found on the site by the names that they once had, in the folders where they lie now."""
    renamed = session.execute(
        select(FormerSlug.slug, Document.kind, Document.slug, Revision.path)
        .join(Document, FormerSlug.document_id == Document.id)
        .join(Revision, Document.revision_id == Revision.id)
        .where(Revision.path.is_not(None))
    )
    return {
        str(PurePosixPath(str(path)).with_name(f"{former}.md")): address_of(kind, slug)
        for former, kind, slug, path in renamed
    }


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _question(question: Mapping[str, Any], resolve: LinkResolver) -> dict[str, Any]:
    shown: dict[str, Any] = {"prompt": render_inline(question["prompt"], resolve=resolve)}
    if "choices" in question:
        shown["choices"] = [
            {
                "text": render_inline(choice["text"], resolve=resolve),
                "why": render_inline(choice["why"], resolve=resolve),
                "right": choice.get("right", False),
            }
            for choice in question["choices"]
        ]
        return shown
    shown["answer"] = render_inline(question["answer"], resolve=resolve)
    shown["why"] = render_inline(question["why"], resolve=resolve)
    return shown


def _source(source: Mapping[str, Any], resolve: LinkResolver) -> dict[str, str]:
    return {"title": source["title"], "url": source["url"], "why": render_inline(source["why"], resolve=resolve)}
