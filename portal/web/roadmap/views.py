"""Pages of the roadmap: the whole of it, and one stage."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.errors import Missing
from portal.progress.domain import count_figures
from portal.web.caching import public_page
from portal.web.roadmap.drawing import draw_map
from portal.web.services import current_roadmap
from portal.web.standing import own_next_topic, own_statuses

bp = Blueprint("roadmap", __name__)


@bp.get("/roadmap")
@public_page
def show_roadmap() -> ResponseReturnValue:
    """Show all stages and topics, as a map and as an outline, with one's own progress."""
    roadmap, statuses = current_roadmap(), own_statuses()
    return render_template(
        "roadmap/overview.html",
        roadmap=roadmap,
        statuses=statuses,
        figures=count_figures(roadmap.by_key, statuses),
        drawing=draw_map(roadmap, statuses),
        onward=own_next_topic(roadmap, statuses),
    )


@bp.get("/roadmap/<slug>")
@public_page
def show_stage(slug: str) -> ResponseReturnValue:
    """Show one stage and its topics, with a form to set where one stands with each."""
    roadmap, statuses = current_roadmap(), own_statuses()
    stage = roadmap.stage_by_slug.get(slug)
    if stage is None:
        raise Missing("There is no such stage on the roadmap.")
    stages = dict(enumerate(roadmap.stages, start=1))
    return render_template(
        "roadmap/stage.html",
        roadmap=roadmap,
        stage=stage,
        statuses=statuses,
        figures=count_figures((topic.key for topic in stage.topics), statuses),
        previous_stage=stages.get(stage.number - 1),
        next_stage=stages.get(stage.number + 1),
    )
