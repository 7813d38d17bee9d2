"""Asking for a note that nobody has written yet."""

import hmac

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.clock import utc_now
from portal.contributions import operations
from portal.contributions.domain import WORDING_LENGTH, check_wording, tidy_wording
from portal.db import transaction
from portal.errors import Invalid
from portal.web.services import settings, sign_in_failures
from portal.web.wanted.forms import WantedForm
from portal.web.wishes import remember_asking, was_asked

bp = Blueprint("wanted", __name__)


@bp.route("/wanted", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Ask for a note; the same browser asks for the same one once."""
    form = WantedForm(wording=tidy_wording(request.args.get("q", ""))[:WORDING_LENGTH])
    if request.method == "GET":
        return render_template("wanted/ask.html", form=form)
    if form.validate():
        try:
            is_new = _ask_once(tidy_wording(form.wording.data or ""))
        except Invalid as error:
            form.complain(error)
        else:
            thanks = "Everybody who writes notes sees now that this one is wanted."
            flash(f"Thank you. {thanks}" if is_new else "Thank you. You asked for this before, and it is on the list.")
            return redirect(url_for("wanted.ask"), 303)
    return render_template("wanted/ask.html", form=form), 422


def _ask_once(wording: str) -> bool:
    """Ask for a note unless this browser did so before; tell whether it did not. Raises Invalid and TooMany."""
    check_wording(wording)
    if was_asked(wording):
        return False
    now = utc_now()
    with transaction() as session:
        operations.limit_asking(sign_in_failures(session), asker=_name_of_place(), now=now)
        operations.ask_for_note(session, wording=wording, now=now)
    remember_asking(wording)
    return True


def _name_of_place() -> str:
    """Return a name for the address of this request, from which only the key of this site leads back to it."""
    key = settings().signing_key().encode()
    return hmac.digest(key, f"wanted {request.remote_addr}".encode(), "sha256").hex()
