# One image for every replica. It runs as an ordinary user and writes to /app/instance alone.
FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv .venv
COPY requirements.lock .
RUN .venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock

FROM python:3.11-slim
WORKDIR /app
RUN useradd --system --home-dir /app portal && mkdir instance && chown portal instance
COPY --from=build /app/.venv .venv
COPY wsgi.py LICENSE ./
COPY portal portal
COPY templates templates
COPY static static
COPY content content
COPY migrations migrations
USER portal
ENV ENVIRONMENT=production HOST=0.0.0.0 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 8000
VOLUME /app/instance
HEALTHCHECK --interval=15s --timeout=3s --start-period=40s \
  CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["sh", "-c", ".venv/bin/flask --app wsgi prepare && exec .venv/bin/gunicorn --config python:portal.server wsgi:app"]
