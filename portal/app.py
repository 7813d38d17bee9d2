"""The application, put together from named steps."""

import mimetypes
from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import cli, db, logs
from portal.settings import ROOT, Settings, WrongSetting
from portal.web import areas, defences, errors, front, identity, requests, services, templating

MAX_BODY = 1024 * 1024  # bytes of a request; the longest note is 64 KB


def create_app(settings: Settings) -> Flask:
    """Return the portal as a WSGI application. Raises WrongSetting where a setting cannot work."""
    app = Flask("portal", root_path=str(ROOT), template_folder="templates", static_folder="static")
    configure(app, settings)
    start_logging(settings)
    front.open_front_door(app)
    trust_proxies(app, settings)
    connect_database(app)
    services.open_services(app, settings)
    requests.follow_requests(app)
    defences.raise_defences(app)
    identity.recognise_people(app)
    templating.fill_templates(app, settings)
    areas.register_areas(app)
    errors.register_error_pages(app)
    cli.register_commands(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Turn the portal's settings into Flask's, and make the instance folder."""
    try:
        settings.instance_path.mkdir(mode=0o750, parents=True, exist_ok=True)
        key = settings.signing_key()
    except OSError as problem:
        raise WrongSetting(f"INSTANCE_DIR cannot be used: {problem}.") from problem
    app.config.update(
        SECRET_KEY=key,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": settings.sqlalchemy_url.startswith("postgresql")},
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=100,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_production,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        SESSION_REFRESH_EACH_REQUEST=False,  # portal.web.identity renews the cookie now and then
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session, so that nobody loses a long text to the clock
    )
    mimetypes.add_type("font/woff2", ".woff2")


def start_logging(settings: Settings) -> None:
    """Log in JSON in production and readably in development."""
    logs.start_logging(level=settings.log_level, as_json=settings.is_production)


def trust_proxies(app: Flask, settings: Settings) -> None:
    """Believe as many reverse proxies about address, scheme and host as the settings say, and none by default."""
    count = settings.trusted_proxies
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # the way Flask documents


def connect_database(app: Flask) -> None:
    """Bind the session and the migrations to the database."""
    db.db.init_app(app)
    db.migrate.init_app(app, db.db, directory=str(ROOT / "migrations"))
