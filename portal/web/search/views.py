"""Addresses of search."""

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from portal.search.analysis import name_of
from portal.search.domain import SECTION, Suggestion
from portal.search.parsing import read_operators, tidy
from portal.web import searching
from portal.web.addresses import document_address
from portal.web.search.asking import address_of, read_address
from portal.web.search.definitions import find_definition
from portal.web.search.filters import build_filters, list_chosen, list_orders
from portal.web.search.nearest import nearest_topics
from portal.web.services import current_roadmap, settings

bp = Blueprint("search", __name__)

SUGGESTIONS = 8
LEAST_TYPED = 2
"""Letters from which on names are suggested; with fewer, nearly all of them would have to be looked at."""
SHORT_NAME = 16
"""Characters that OpenSearch allows for a short name (OpenSearch 1.1, draft 6)."""


@bp.get("/search")
def results() -> ResponseReturnValue:
    """Show a page of what was found, or how to search."""
    roadmap = current_roadmap()
    asked = read_address(request.args, roadmap)
    wanted = asked.request
    found = searching.find(wanted) if wanted.text else None
    return render_template(
        "search/results.html",
        search_text=asked.typed,
        asked=asked,
        request_made=wanted,
        results=found,
        definition=find_definition(wanted, found, roadmap) if found else None,
        chosen=list_chosen(wanted, roadmap),
        filters=build_filters(wanted, found, roadmap) if found else [],
        orders=list_orders(wanted),
        nearest=nearest_topics(f"{wanted.text} {found.did_you_mean or ''}", roadmap)
        if found and not found.total
        else [],
        roadmap=roadmap,
        address_of=address_of,
        document_address=document_address,
    )


@bp.get("/search/suggest")
def suggest() -> ResponseReturnValue:
    """Return documents and sections with a name that begins as typed, or nearly so."""
    typed = tidy(request.args.get("q", ""))
    return jsonify(query=typed, suggestions=_suggest(typed))


@bp.get("/opensearch/suggest")
def complete() -> ResponseReturnValue:
    """Return the same as browsers want it for their address bar (OpenSearch Suggestions extension 1.1)."""
    typed = tidy(request.args.get("q", ""))
    found = _suggest(typed)
    root = _root()
    answer = jsonify(
        [
            typed,
            [suggestion["title"] for suggestion in found],
            [suggestion.get("within", "") for suggestion in found],
            [root + suggestion["url"] for suggestion in found],
        ]
    )
    answer.mimetype = "application/x-suggestions+json"
    return answer


@bp.get("/opensearch.xml")
def describe() -> ResponseReturnValue:
    """Describe the search to browsers, which can then offer it in their address bar."""
    name = settings().site_name
    page = render_template("search/opensearch.xml", name=name[:SHORT_NAME], long_name=name, root=_root())
    return Response(page, mimetype="application/opensearchdescription+xml")


def _root() -> str:
    """Return the public address of this site, without a stroke at its end."""
    return (settings().site_url or request.url_root).rstrip("/")


def _suggest(typed: str) -> list[dict[str, str]]:
    text, _filters = read_operators(typed)
    if len(name_of(text)) < LEAST_TYPED:
        return []
    return [_describe(suggestion) for suggestion in searching.suggest(text, limit=SUGGESTIONS)]


def _describe(suggestion: Suggestion) -> dict[str, str]:
    kind = suggestion.document_kind
    described = {
        "title": suggestion.title,
        "url": document_address(kind, suggestion.slug, suggestion.document_id, suggestion.anchor),
        "kind": suggestion.kind,
    }
    return described | {"within": suggestion.within} if suggestion.kind == SECTION else described
