"""What the views use beside the database: settings, the roadmap, the search index."""

from typing import cast

import redis
from flask import Flask, current_app
from sqlalchemy.orm import Session

from portal.accounts.throttling import DatabaseFailures, FailureStore, FirstThatAnswers, RedisFailures, connect
from portal.db import current_session
from portal.roadmap.domain import Roadmap
from portal.roadmap.queries import load_roadmap
from portal.settings import Settings
from portal.web.keeping import Derived
from portal.web.searching import catch_up_search, find_similar, open_search, rebuild_search, search_engine

__all__ = [
    "catch_up_search",
    "current_roadmap",
    "find_similar",
    "open_services",
    "rebuild_search",
    "search_engine",
    "settings",
    "sign_in_failures",
]


def open_services(app: Flask, settings: Settings) -> None:
    """Open what lives as long as the process."""
    app.extensions["portal.settings"] = settings
    app.extensions["portal.redis"] = connect(settings.redis_url) if settings.redis_url else None
    open_search(app, settings)
    app.extensions["portal.roadmap"] = Derived(load_roadmap)


def settings() -> Settings:
    """Return the settings in force."""
    return cast("Settings", current_app.extensions["portal.settings"])


def sign_in_failures(session: Session) -> FailureStore:
    """Return what counts failures to sign in: Redis where there is one and it answers, else the database."""
    client: redis.Redis | None = current_app.extensions["portal.redis"]
    database = DatabaseFailures(session)
    return FirstThatAnswers((RedisFailures(client), database)) if client else database


def current_roadmap() -> Roadmap:
    """Return the roadmap as it stands, read anew only when something was published."""
    return cast("Derived[Roadmap]", current_app.extensions["portal.roadmap"]).get(current_session())
