"""A learner's own progress."""

from collections.abc import Iterable
from dataclasses import asdict

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.clock import utc_now
from portal.db import current_session, transaction
from portal.errors import Invalid, Missing
from portal.progress.domain import Figures, Status, count_figures, next_topic, ready_topics
from portal.progress.operations import set_status
from portal.progress.queries import recent_steps
from portal.roadmap.domain import TopicEntry
from portal.web.identity import current_user, login_required, safe_next
from portal.web.services import current_roadmap
from portal.web.standing import own_statuses

bp = Blueprint("progress", __name__)

READY = 6
"""Topics that the dashboard offers to begin next."""
RECENT = 8
"""Topics touched last that it shows."""
SAID = {
    Status.NOT_STARTED: "{} is set back to not started.",
    Status.LEARNING: "You are learning {}.",
    Status.DONE: "{} is done.",
    Status.SKIPPED: "{} is skipped and no longer counts as something to do.",
}


@bp.get("/progress")
@login_required
def dashboard() -> ResponseReturnValue:
    """Show how far one has come, what one did last, and what is ready to be done."""
    roadmap, statuses = current_roadmap(), own_statuses()
    steps = recent_steps(current_session(), current_user.id, limit=RECENT)
    onward = next_topic(roadmap, statuses, [step.topic_key for step in steps])
    page = render_template(
        "progress/dashboard.html",
        roadmap=roadmap,
        statuses=statuses,
        figures=count_figures(roadmap.by_key, statuses),
        stages=[(stage, _count(stage.topics, statuses)) for stage in roadmap.stages],
        steps=[step for step in steps if step.topic_key in roadmap.by_key],
        onward=onward,
        ready=[topic for topic in ready_topics(roadmap, statuses) if topic is not onward][:READY],
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/progress/<slug>")
def set_topic_status(slug: str) -> ResponseReturnValue:
    """Set one's status for a topic, and go back to where one was, or answer in JSON."""
    topic = current_roadmap().by_slug.get(slug)
    if topic is None:
        raise Missing("There is no such topic on the roadmap.")
    onward = safe_next(request.form.get("next")) or f"/lessons/{topic.slug}"
    if not current_user.is_authenticated:
        return _ask_to_sign_in(onward)
    status = _status_sent()
    with transaction() as session:
        set_status(session, user_id=current_user.id, topic_slug=topic.slug, status=status, now=utc_now())
    if _wants_json():
        return jsonify(_as_json(topic, status))
    flash(SAID[status].format(topic.title))
    return redirect(onward, 303)


def _status_sent() -> Status:
    try:
        return Status(request.form.get("status", ""))
    except ValueError:
        raise Invalid(f"A status is one of {', '.join(Status)}.", field="status") from None


def _ask_to_sign_in(onward: str) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(error="Sign in to keep your progress.", message="Your progress belongs to your account."), 401
    return redirect(url_for("accounts.sign_in", next=onward), 303)


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def _as_json(topic: TopicEntry, status: Status) -> dict[str, object]:
    roadmap, statuses = current_roadmap(), own_statuses()
    stage = roadmap.stage_by_slug[topic.stage]
    return {
        "topic": topic.slug,
        "status": status.value,
        "stage": {"slug": stage.slug, **_figures(_count(stage.topics, statuses))},
        "whole": _figures(_count(roadmap, statuses)),
    }


def _count(topics: Iterable[TopicEntry], statuses: dict[str, Status]) -> Figures:
    return count_figures((topic.key for topic in topics), statuses)


def _figures(figures: Figures) -> dict[str, int]:
    return {**asdict(figures), "not_started": figures.not_started, "percent": figures.percent}
