"""The areas of the site, one blueprint each."""

from flask import Flask

from portal.web.accounts.views import bp as accounts
from portal.web.contributions.views import bp as contributions
from portal.web.feeds.views import bp as feeds
from portal.web.health.views import bp as health
from portal.web.home.views import bp as home
from portal.web.lessons.views import bp as lessons
from portal.web.moderation.views import bp as moderation
from portal.web.progress.views import bp as progress
from portal.web.roadmap.views import bp as roadmap
from portal.web.search.views import bp as search
from portal.web.wanted.views import bp as wanted

AREAS = [accounts, contributions, feeds, health, home, lessons, moderation, progress, roadmap, search, wanted]


def register_areas(app: Flask) -> None:
    """Register the blueprint of every area."""
    for area in AREAS:
        app.register_blueprint(area)
