"""What happens around every request: its id, its line in the log."""

import time

from flask import Flask, Response, g, request

from portal import logs

log = logs.get_logger()


def follow_requests(app: Flask) -> None:
    """Give every request an id, send it back as X-Request-ID, and log one line for each."""

    @app.before_request
    def begin() -> None:
        g.request_id = logs.begin_request(request.headers.get("X-Request-ID"))
        g.began_at = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if "began_at" not in g:
            return response
        response.headers["X-Request-ID"] = g.request_id
        milliseconds = round((time.perf_counter() - g.began_at) * 1000, 1)
        if request.endpoint != "static":
            log.info("request", method=request.method, path=request.path, status=response.status_code, ms=milliseconds)
        return response
