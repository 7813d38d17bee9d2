"""Addresses for load balancers and monitors."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer as long as the process can answer at all."""
    return jsonify(status="alive")
