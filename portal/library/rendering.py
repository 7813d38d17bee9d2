"""Revisions as HTML, made once and kept until the renderer, the glossary or the names of documents change."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.library.domain import Kind, count_code_lines
from portal.library.links import address_of, resolve_link
from portal.library.models import Document, Rendering, Revision
from portal.markup import (
    RENDERER_VERSION,
    LinkResolver,
    Rendered,
    reading_minutes,
    render,
    render_contributed,
    render_inline,
)


@dataclass(frozen=True)
class Surroundings:
    """What the HTML of a text depends on beside the text: where files are found, and what abbreviations mean."""

    addresses: Mapping[str, str]
    abbreviations: Mapping[str, str]

    @functools.cached_property
    def renderer(self) -> str:
        """The version of the renderer in these surroundings; whatever was rendered under another one is stale."""
        known = json.dumps([self.addresses, self.abbreviations], sort_keys=True)
        return f"{RENDERER_VERSION}-{hashlib.sha256(known.encode()).hexdigest()[:16]}"

    def resolver(self, path: str | None) -> LinkResolver:
        """Return what resolves the links of the text at a path."""
        return functools.partial(resolve_link, path=path, addresses=self.addresses)


def load_surroundings(session: Session) -> Surroundings:
    """Return the surroundings of every text of the library as it stands."""
    current = select(Document.kind, Document.slug, Revision.path, Revision.title, Revision.meta, Revision.is_retired)
    rows = session.execute(
        current.join(Revision, Document.revision_id == Revision.id)
        .where(Revision.path.is_not(None))
        .order_by(Document.id)
    ).all()
    return Surroundings(
        addresses={row.path: address_of(row.kind, row.slug) for row in rows if row.kind is not Kind.TERM},
        abbreviations={
            row.title: row.meta["expansion"]
            for row in rows
            if row.kind is Kind.TERM and "expansion" in row.meta and not row.is_retired
        },
    )


def ensure_renderings(session: Session, *, everything: bool) -> int:
    """Render the newest revisions that were never rendered, or everything that is stale too; return how many."""
    surroundings = load_surroundings(session)
    wanted: ColumnElement[bool] = Rendering.digest.is_(None)
    if everything:
        wanted = or_(wanted, Rendering.renderer != surroundings.renderer)
    revisions = session.scalars(
        select(Revision)
        .join(Document, Document.revision_id == Revision.id)
        .outerjoin(Rendering, Rendering.digest == Revision.digest)
        .where(Document.kind != Kind.DATA, wanted)
        .order_by(Revision.id)
    )
    by_digest = {revision.digest: revision for revision in revisions}
    for revision in by_digest.values():
        session.merge(render_revision(revision, surroundings))
    session.flush()
    return len(by_digest)


def rendering_of(session: Session, revision: Revision) -> Rendering:
    """Return a revision as HTML: the kept one, or one made for this reader alone where a new renderer came meanwhile.

    It is not kept here, because a reader's transaction must not write; the next import renders what is stale. The
    glossary and the names of documents change by an import alone, so only the renderer itself needs to be looked at.
    """
    kept = session.get(Rendering, revision.digest)
    if kept is not None and is_current(kept.renderer):
        return kept
    return render_revision(revision, load_surroundings(session))


def is_current(renderer: str) -> bool:
    """Tell whether something was rendered by the renderer of today."""
    return renderer.startswith(f"{RENDERER_VERSION}-")


def render_revision(revision: Revision, surroundings: Surroundings) -> Rendering:
    """Render a revision. Contributed text was rendered within limits of time and memory before it was approved."""
    resolve = surroundings.resolver(revision.path)
    rendered = render(revision.body, resolve=resolve, abbreviations=surroundings.abbreviations)
    return Rendering(
        digest=revision.digest,
        renderer=surroundings.renderer,
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
    return render_contributed(body, resolve=surroundings.resolver(path), abbreviations=surroundings.abbreviations)


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
