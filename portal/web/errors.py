"""Error pages in the portal's look, and the way from the portal's errors to HTTP."""

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal import logs
from portal.db import db
from portal.errors import Conflict, Invalid, Missing, NotAllowed, PortalError, TooMany

log = logs.get_logger()

STATUS: dict[type[PortalError], int] = {Missing: 404, NotAllowed: 403, Conflict: 409, Invalid: 422, TooMany: 429}
TITLES = {
    400: "This request could not be read",
    403: "This is not yours to open",
    404: "There is no such page",
    405: "This address does not do that",
    409: "Somebody was faster",
    413: "That is too large",
    422: "Something in the form is not right",
    429: "A little slower, please",
    500: "Something broke on our side",
}
HELP = {
    400: "The address or the form was incomplete. Go back, reload the page and send it once more.",
    403: "Your account does not have the right to see this page. If it should, ask an admin of this site.",
    404: "The address may be mistyped, or the page has moved. Search for it, or start from the roadmap.",
    405: "Go back and use the buttons of the page.",
    409: "The page changed while you were looking at it. Go back, reload, and decide with the newest state before you.",
    413: "What was sent is larger than this site accepts: one megabyte for a form, 64 kilobytes for a text.",
    422: "Go back and look at the message beside the field.",
    429: "Too many requests came from you in a short time. Wait a moment and try again.",
    500: "The error is noted under the number below. Nothing that was confirmed to you is lost. Try again in a moment.",
}


def register_error_pages(app: Flask) -> None:
    """Answer every error with a page (or with JSON, where that was asked for)."""

    @app.errorhandler(PortalError)
    def on_portal_error(error: PortalError) -> ResponseReturnValue:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
        response = error_page(status, str(error))
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    @app.errorhandler(CSRFError)
    def on_csrf_error(_error: CSRFError) -> ResponseReturnValue:
        return error_page(
            400, "This form has expired, or it was sent from another site. Go back, reload the page and send it again."
        )

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error.get_response()
        response = error_page(error.code, "")
        for name, value in error.get_headers():
            if name.lower() in ("retry-after", "allow"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def on_crash(error: Exception) -> ResponseReturnValue:
        log.error("crash", path=request.path, exc_info=error)
        db.session.rollback()
        return error_page(500, "")


def error_page(status: int, message: str) -> Response:
    """Return the error page of a status, with a message of its own where there is one."""
    title = TITLES.get(status, "This did not work")
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
        return make_response(jsonify(error=title, message=message or HELP.get(status, "")), status)
    page = render_template("errors/error.html", status=status, title=title, message=message, help=HELP.get(status, ""))
    return make_response(page, status)
