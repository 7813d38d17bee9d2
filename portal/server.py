"""How gunicorn serves the portal: `gunicorn --config python:portal.server wsgi:app`."""

import os

import portal.cli
import portal.web.areas  # noqa: F401  # the workers are forked from this process, and need not import it again
from portal.settings import Settings, WrongSetting

try:
    _settings = Settings.from_environment(os.environ)
except WrongSetting as wrong:
    raise SystemExit(str(wrong)) from None

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
threads = 4
timeout = 60  # seconds after which a worker that does not answer is replaced
graceful_timeout = 20
keepalive = 5
max_requests = 500_000  # a worker is replaced after so many requests, so that nothing can leak for ever
max_requests_jitter = 50_000
preload_app = False
accesslog = None  # portal.web.requests writes a better line
errorlog = "-"
loglevel = "warning"
limit_request_line = 8_190
limit_request_fields = 100
control_socket_disable = True
