"""Addresses for load balancers and monitors."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from portal.web.health.checks import run_checks

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer as long as the process can answer at all."""
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 when every part works, and 503 naming each when one does not."""
    parts = run_checks()
    is_ready = set(parts.values()) == {"ready"}
    response = jsonify(status="ready" if is_ready else "not ready", parts=parts)
    response.status_code = 200 if is_ready else 503
    response.headers["Cache-Control"] = "no-store"
    return response
