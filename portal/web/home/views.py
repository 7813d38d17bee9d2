"""The page on which one arrives."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.db import current_session
from portal.library.domain import Kind
from portal.library.queries import list_articles, newest_listings
from portal.progress.domain import count_figures, ready_topics
from portal.web.addresses import document_address
from portal.web.caching import public_page
from portal.web.services import current_roadmap
from portal.web.standing import own_next_topic, own_statuses

bp = Blueprint("home", __name__)

NEWEST = 6
"""Documents shown as new or changed."""
STEPS = 3
"""Lessons offered to begin with, or to go on with."""


@bp.get("/")
@public_page
def start() -> ResponseReturnValue:
    """Say what this is and where to begin; for who is signed in, where to go on."""
    roadmap, statuses = current_roadmap(), own_statuses()
    onward = own_next_topic(roadmap, statuses)
    session = current_session()
    listings = newest_listings(session, limit=NEWEST)
    return render_template(
        "home/start.html",
        roadmap=roadmap,
        statuses=statuses,
        figures=count_figures(roadmap.by_key, statuses),
        stages=[(stage, count_figures((topic.key for topic in stage.topics), statuses)) for stage in roadmap.stages],
        onward=onward,
        ready=[topic for topic in ready_topics(roadmap, statuses) if topic is not onward][:STEPS],
        first=[topic for topic in roadmap if topic.has_lesson][:STEPS],
        summaries={lesson.key: lesson.summary for lesson in list_articles(session, Kind.LESSON)},
        newest=[(entry, document_address(entry.kind, entry.slug, entry.document_id)) for entry in listings],
    )
