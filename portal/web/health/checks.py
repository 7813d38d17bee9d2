"""What must work for the portal to serve: the database, its schema, the search index."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from portal import logs
from portal.db import current_session
from portal.search.domain import Superseded, Unavailable
from portal.web.searching import mend_search, search_engine

log = logs.get_logger()


def check_database() -> str:
    """Return what is wrong with the database; empty where it answers."""
    current_session().execute(sa.select(1))
    return ""


def check_migrations() -> str:
    """Return how the schema differs from what this version of the portal expects; empty where it does not."""
    expected = set(ScriptDirectory(current_app.extensions["migrate"].directory).get_heads())
    present = set(MigrationContext.configure(current_session().connection()).get_current_heads())
    return "" if present == expected else "the schema is not at the newest migration"


def check_search() -> str:
    """Return what is wrong with the search index; empty where it can be read. A broken one begins to be mended.

    A replica whose search a newer version has taken over during an upgrade goes on with all the rest until it is
    replaced: to send nobody there would leave nobody to answer.
    """
    try:
        search_engine().seen()
    except Superseded:
        return ""
    except Unavailable:
        mend_search(patience=0)
        return "the index is being rebuilt"
    return ""


CHECKS: Mapping[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "search": check_search,
}


def run_checks() -> dict[str, str]:
    """Return for each part `ready`, or what is wrong with it. What a part raises is logged and kept from strangers."""
    return {name: _run(name, check) for name, check in CHECKS.items()}


def _run(name: str, check: Callable[[], str]) -> str:
    try:
        return check() or "ready"
    except Exception as error:  # a check is there to find what breaks, whatever it raises
        log.error("not ready", part=name, exc_info=error)
        current_session().rollback()
        return "does not answer"
