"""Structured logs: one line an event, JSON in production, each with the id of its request."""

import logging
import re
import secrets
import sys
from typing import Any

import structlog

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def start_logging(*, level: str, as_json: bool) -> None:
    """Send the portal's and its libraries' logs to standard error in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        # The default one shows local variables: passwords among them, and a minute's work for a large page.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    errors: list[Any] = [structlog.processors.format_exc_info] if as_json else []
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *errors, renderer],
        )
    )
    portal = logging.getLogger("portal")
    portal.handlers = [handler]
    portal.propagate = False
    portal.setLevel(level)


def get_logger(name: str) -> Any:
    """Return the logger of a module; call it with an event and key-value pairs, `log.info("imported", files=3)`."""
    return structlog.stdlib.get_logger(name)


def begin_request(offered_id: str | None) -> str:
    """Bind a request id to every log line that follows; keep the one a proxy offers when it is well formed."""
    request_id = offered_id if offered_id and REQUEST_ID.fullmatch(offered_id) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id
