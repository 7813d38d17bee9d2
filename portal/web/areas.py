"""The areas of the site, one blueprint each."""

from flask import Flask

from portal.web.accounts.views import bp as accounts
from portal.web.contributions.views import bp as contributions
from portal.web.health.views import bp as health

AREAS = [accounts, contributions, health]


def register_areas(app: Flask) -> None:
    """Register the blueprint of every area."""
    for area in AREAS:
        app.register_blueprint(area)
