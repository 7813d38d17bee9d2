"""Addresses of search."""

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from portal.search.parsing import tidy
from portal.web import searching
from portal.web.addresses import document_address
from portal.web.search.filters import address_of, build_filters, read_address
from portal.web.services import current_roadmap, settings

bp = Blueprint("search", __name__)

SUGGESTIONS = 8
SHORT_NAME = 16
"""Characters that OpenSearch allows for a short name (OpenSearch 1.1, draft 6)."""


@bp.get("/search")
def results() -> ResponseReturnValue:
    """Show a page of what was found, or how to search."""
    asked = read_address(request.args, current_roadmap())
    found = searching.find(asked.request) if asked.request.text else None
    roadmap = current_roadmap()
    return render_template(
        "search/results.html",
        search_text=asked.request.text,
        request_made=asked.request,
        remarks=asked.remarks,
        results=found,
        filters=build_filters(asked.request, found, roadmap) if found else [],
        roadmap=roadmap,
        address_of=address_of,
        document_address=document_address,
    )


@bp.get("/search/suggest")
def suggest() -> ResponseReturnValue:
    """Return documents whose name begins as typed."""
    typed = tidy(request.args.get("q", ""))
    return jsonify(
        query=typed,
        suggestions=[
            {
                "title": suggestion.title,
                "url": document_address(suggestion.kind, suggestion.slug, suggestion.document_id),
                "kind": suggestion.kind,
            }
            for suggestion in searching.suggest(typed, limit=SUGGESTIONS)
        ],
    )


@bp.get("/opensearch.xml")
def describe() -> ResponseReturnValue:
    """Describe the search to browsers, which can then offer it in their address bar."""
    name = settings().site_name
    root = settings().site_url or request.url_root
    page = render_template("search/opensearch.xml", name=name[:SHORT_NAME], long_name=name, root=root.rstrip("/"))
    return Response(page, mimetype="application/opensearchdescription+xml")
