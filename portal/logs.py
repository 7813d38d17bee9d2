"""Structured logs: one line an event, JSON in production, each with the id of its request."""

import re
import secrets
import sys
from typing import Any

import structlog

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def start_logging(*, level: str, as_json: bool) -> None:
    """Send the portal's logs to standard error: as JSON, in columns for a terminal, or else as keys and values.

    Lines do not pass through the standard library's logging, which would take four times as long as all the rest: one
    is written for every request.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_renderers(as_json=as_json, in_columns=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,  # the stream may be another one by then
    )


def _renderers(*, as_json: bool, in_columns: bool) -> list[Any]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    if in_columns:
        # The default one shows local variables: passwords among them, and a minute's work for a large page.
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    keys = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], repr_native_str=False)
    return [structlog.processors.format_exc_info, _put_traceback_last(keys)]


def _put_traceback_last(renderer: Any) -> Any:
    """Return a renderer that writes a traceback as it is, in lines of its own."""

    def render(logger: object, name: str, event: dict[str, Any]) -> str:
        traceback = event.pop("exception", "")
        line: str = renderer(logger, name, event)
        return f"{line}\n{traceback}" if traceback else line

    return render


def get_logger() -> Any:
    """Return a logger; call it with an event and key-value pairs, `log.info("imported", files=3)`."""
    return structlog.get_logger()


def begin_request(offered_id: str | None) -> str:
    """Bind a request id to every log line that follows; keep the one a proxy offers when it is well formed."""
    request_id = offered_id if offered_id and REQUEST_ID.fullmatch(offered_id) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id
