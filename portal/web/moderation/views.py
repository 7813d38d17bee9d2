"""The workbench of moderators: queue, items, decisions, log."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.queries import usernames_of
from portal.clock import utc_now
from portal.contributions.domain import ContributionKind, Decision, State, WantedState
from portal.contributions.models import Contribution
from portal.contributions.queries import count_waiting, get_contribution, list_closed, list_wanted, queue, timeline_of
from portal.db import current_session, transaction
from portal.errors import Conflict, Invalid
from portal.library.differences import compare
from portal.library.models import Document, Revision
from portal.moderation import operations
from portal.moderation.queries import audit_log
from portal.web.identity import current_user, moderator_required
from portal.web.moderation.forms import DecisionForm, WantedForm
from portal.web.services import catch_up_search, current_roadmap, find_similar
from portal.web.texts import render_contribution

bp = Blueprint("moderation", __name__)

PAGE_SIZE = 50
WANTED = 50
"""Notes that are asked for most; the next ones move up as moderators close them. Of the closed ones, the last."""
SAID = {
    Decision.APPROVE: "Approved and published; its author is credited.",
    Decision.REQUEST_CHANGES: "Sent back; the author sees your comment and can submit it again.",
    Decision.REJECT: "Rejected; the author sees your comment.",
}


@bp.get("/moderation")
@moderator_required
def overview() -> ResponseReturnValue:
    """Show what waits for a decision, the longest waiting first, and what readers ask for."""
    session = current_session()
    chosen = request.args.get("kind", "")
    kind = ContributionKind(chosen) if chosen in list(ContributionKind) else None
    waiting = queue(session, kind=kind)
    names = usernames_of(session, {item.author_id for item in waiting if item.author_id is not None})
    return render_template(
        "moderation/overview.html",
        waiting=waiting,
        names=names,
        kind=kind,
        counts=count_waiting(session),
        kinds=list(ContributionKind),
        topics=current_roadmap().by_key,
        wanted=list_wanted(session, limit=WANTED),
        closed=list_closed(session, limit=WANTED),
    )


@bp.get("/moderation/<int:contribution_id>")
@moderator_required
def item(contribution_id: int) -> ResponseReturnValue:
    """Show one contribution with all that helps to decide on it."""
    contribution = get_contribution(current_session(), contribution_id)
    form = DecisionForm(formdata=None, version=contribution.version)
    return _page(contribution, form)


@bp.post("/moderation/<int:contribution_id>/decision")
@moderator_required
def decide(contribution_id: int) -> ResponseReturnValue:
    """Decide on a contribution as it was when the moderator opened it."""
    form = DecisionForm()
    if not form.validate():
        return _page(get_contribution(current_session(), contribution_id), form), 422
    decision = Decision(form.decision.data or "")
    try:
        with transaction() as session:
            operations.decide(
                session,
                contribution_id=contribution_id,
                moderator_id=current_user.id,
                decision=decision,
                comment=(form.comment.data or "").strip(),
                version=form.version.data or 0,
                now=utc_now(),
            )
    except (Conflict, Invalid) as error:
        contribution = get_contribution(current_session(), contribution_id)
        form.complain(error if isinstance(error, Invalid) else Invalid(str(error)))
        form.give_back("version", contribution.version)
        return _page(contribution, form), 422 if isinstance(error, Invalid) else 409
    catch_up_search()
    flash(SAID[decision])
    return redirect(url_for("moderation.overview"), 303)


@bp.post("/moderation/wanted/<int:wanted_id>")
@moderator_required
def settle_wanted(wanted_id: int) -> ResponseReturnValue:
    """Take a wanted note off the list, or put it back."""
    form = WantedForm()
    if not form.validate():
        raise Invalid("Say whether the wish is answered, dismissed or open.")
    state = WantedState(form.state.data or "")
    with transaction() as session:
        operations.settle_wanted(session, wanted_id=wanted_id, moderator_id=current_user.id, state=state, now=utc_now())
    flash(f"The wish is {state.value}, and {'on the list again' if state is WantedState.OPEN else 'off the list'}.")
    return redirect(url_for("moderation.overview"), 303)


@bp.get("/moderation/log")
@moderator_required
def log() -> ResponseReturnValue:
    """Show who decided what, the newest first."""
    page = max(1, request.args.get("page", 1, type=int))
    lines, total = audit_log(current_session(), page=min(page, 100_000), page_size=PAGE_SIZE)
    return render_template("moderation/log.html", lines=lines, page=page, pages=max(1, -(-total // PAGE_SIZE)))


def _page(contribution: Contribution, form: DecisionForm) -> str:
    session = current_session()
    document = session.get(Document, contribution.document_id) if contribution.document_id else None
    newest = session.get(Revision, document.revision_id) if document and document.revision_id else None
    is_new = contribution.kind is ContributionKind.NOTE
    authors = {contribution.author_id} if contribution.author_id else set()
    return render_template(
        "moderation/item.html",
        contribution=contribution,
        form=form,
        author=usernames_of(session, authors).get(contribution.author_id or 0),
        is_own=contribution.author_id == current_user.id,
        is_waiting=contribution.state is State.SUBMITTED,
        moves=timeline_of(session, contribution.id),
        topic=current_roadmap().by_key.get(contribution.topic_key or ""),
        rendered=render_contribution(contribution),
        difference=compare(newest.head + newest.body, contribution.head + contribution.body)
        if newest and not is_new
        else None,
        base_has_moved=bool(newest and not is_new and newest.id != contribution.base_revision_id),
        similar=find_similar(contribution.title),
    )
