"""Writing notes and changes, and following what became of them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.clock import utc_now
from portal.contributions import operations, queries
from portal.contributions.domain import (
    REVIEW_LENGTHS,
    ContributionKind,
    Proposal,
    State,
    check_may_change,
    find_flaws,
)
from portal.contributions.models import Contribution
from portal.db import current_session, transaction
from portal.errors import Conflict, Invalid, Missing, NotAllowed
from portal.library.domain import Kind
from portal.library.models import Document, Revision
from portal.library.queries import find_document
from portal.library.rendering import preview
from portal.markup import Rendered
from portal.web.addresses import document_address
from portal.web.contributions.forms import ChangeForm, ContributionForm, EditChangeForm, EditNoteForm, NoteForm
from portal.web.forms import PortalForm, one_line, printable
from portal.web.identity import current_user, login_required
from portal.web.services import current_roadmap
from portal.web.texts import render_contribution

bp = Blueprint("contributions", __name__)

WANTED = 8
"""Notes that are asked for most, as shown to those who may write one."""
SAID = {
    State.DRAFT: "Your draft is kept. Nobody else sees it until you submit it.",
    State.SUBMITTED: "Thank you. It waits for a moderator now; this page shows what becomes of it.",
}


@bp.route("/contribute", methods=["GET", "POST"])
@login_required
def new_note() -> ResponseReturnValue:
    """Write a note: preview it, keep it as a draft, or submit it."""
    form = NoteForm(topic=request.args.get("topic", ""), title=_title_of_address())
    form.offer_topics(current_roadmap())
    page, wanted = "contributions/note.html", queries.list_wanted(current_session(), limit=WANTED)
    if request.method == "GET":
        return render_template(page, form=form, wanted=wanted)
    rendered = _check(form, form.proposal(), path=None)
    if rendered is None or form.wants_preview:
        return _again(page, form, rendered, wanted=wanted)
    with transaction() as session:
        contribution = operations.create_note(
            session,
            author_id=current_user.id,
            topic_slug=form.topic.data,
            proposal=form.proposal(),
            submit=form.wants_review,
            form_id=form.key,
            now=utc_now(),
        )
    return _onward(contribution)


@bp.route("/contribute/lessons/<slug>", methods=["GET", "POST"])
@login_required
def new_change(slug: str) -> ResponseReturnValue:
    """Propose a change of a lesson, starting from its newest revision."""
    session = current_session()
    document = find_document(session, Kind.LESSON, slug)
    if document is None or document.revision.is_retired:
        raise Missing("There is no such lesson.")
    newest = document.revision
    page = "contributions/change.html"
    form = ChangeForm()
    if request.method == "GET":
        form.body.data, form.base.data = newest.body, newest.id
        return render_template(page, form=form, document=newest, slug=slug)
    rendered = _check(form, form.proposal(newest.title), path=newest.path)
    if form.base.data != newest.id and not form.base.errors:
        return _stale_base(form, newest, slug)
    if rendered is not None and not form.wants_preview and form.body.data == newest.body:
        form.complain(Invalid("Nothing is changed yet.", field="body"))
        rendered = None
    if rendered is None or form.wants_preview:
        return _again(page, form, rendered, document=newest, slug=slug)
    with transaction() as session:
        contribution = operations.create_change(
            session,
            author_id=current_user.id,
            document=session.get_one(Document, document.id),
            base=newest,
            proposal=form.proposal(newest.title),
            submit=form.wants_review,
            form_id=form.key,
            now=utc_now(),
        )
    return _onward(contribution)


@bp.get("/contributions")
@login_required
def overview() -> ResponseReturnValue:
    """List one's own contributions, and what others would like to read."""
    session = current_session()
    return render_template(
        "contributions/overview.html",
        contributions=queries.contributions_of(session, current_user.id),
        topics=current_roadmap().by_key,
        wanted=queries.list_wanted(session, limit=WANTED),
    )


@bp.get("/contributions/<int:contribution_id>")
@login_required
def show(contribution_id: int) -> ResponseReturnValue:
    """Show one's own contribution: its state, what was said about it, and its text."""
    contribution = _own(contribution_id)
    session = current_session()
    published = session.get(Document, contribution.document_id) if contribution.published_revision_id else None
    return render_template(
        "contributions/show.html",
        contribution=contribution,
        moves=queries.timeline_of(session, contribution.id),
        topic=current_roadmap().by_key.get(contribution.topic_key or ""),
        address=document_address(published.kind, published.slug, published.id) if published else None,
        rendered=render_contribution(contribution),
        form=PortalForm(),
    )


@bp.route("/contributions/<int:contribution_id>/edit", methods=["GET", "POST"])
@login_required
def edit(contribution_id: int) -> ResponseReturnValue:
    """Change the words of one's own contribution while it is open."""
    contribution = _own(contribution_id)
    check_may_change(contribution.state)
    is_note = contribution.kind is ContributionKind.NOTE
    form = EditNoteForm(obj=contribution) if is_note else EditChangeForm(obj=contribution)
    page = "contributions/edit.html"
    if request.method == "GET":
        return render_template(page, form=form, contribution=contribution)
    proposal = form.proposal(contribution.title)
    rendered = _check(form, proposal, path=contribution.path)
    if rendered is None or form.wants_preview:
        return _again(page, form, rendered, contribution=contribution)
    try:
        with transaction() as session:
            contribution = operations.revise_contribution(
                session,
                contribution_id=contribution_id,
                author_id=current_user.id,
                version=form.version.data or 0,
                proposal=proposal,
                submit=form.wants_review,
                now=utc_now(),
            )
    except Conflict as conflict:
        form.complain(Invalid(str(conflict)))
        form.give_back("version", contribution.version)
        return render_template(page, form=form, contribution=contribution), 409
    return _onward(contribution)


@bp.post("/contributions/<int:contribution_id>/withdraw")
@login_required
def withdraw(contribution_id: int) -> ResponseReturnValue:
    """Take back one's own contribution."""
    with transaction() as session:
        operations.withdraw_contribution(
            session, contribution_id=contribution_id, author_id=current_user.id, now=utc_now()
        )
    flash("It is withdrawn. The text stays here for you.")
    return redirect(url_for("contributions.show", contribution_id=contribution_id), 303)


def _title_of_address() -> str:
    """Return the title that an address offers, on one line and no longer than a title may be."""
    return printable(one_line(request.args.get("title")))[: REVIEW_LENGTHS["title"][1]]


def _own(contribution_id: int) -> Contribution:
    contribution = queries.get_contribution(current_session(), contribution_id)
    if contribution.author_id != current_user.id:
        raise NotAllowed("This contribution is somebody else's.")
    return contribution


def _check(form: ContributionForm, proposal: Proposal, *, path: str | None) -> Rendered | None:
    """Return the text as it would look; None when the form was refused and says why beside its fields."""
    is_good = form.validate()
    for flaw in find_flaws(proposal, is_draft=form.keeps_draft):
        form.complain(flaw)
        is_good = False
    if not is_good:
        return None
    try:
        return preview(current_session(), body=proposal.body, path=path)
    except Invalid as error:
        form.complain(error)
        return None


def _again(page: str, form: ContributionForm, rendered: Rendered | None, **context: object) -> ResponseReturnValue:
    """Show the form once more, with a preview, or with what is wrong."""
    return render_template(page, form=form, rendered=rendered, **context), 200 if rendered else 422


def _stale_base(form: ChangeForm, newest: Revision, slug: str) -> ResponseReturnValue:
    """Say that the lesson has changed meanwhile, keep what was typed, and go on from the newest revision."""
    form.give_back("base", newest.id)
    form.complain(
        Invalid(
            "The lesson was changed while you wrote. Your text is kept below: compare it with the newest one, "
            "take over what is new, and send it again."
        )
    )
    return render_template("contributions/change.html", form=form, document=newest, slug=slug), 409


def _onward(contribution: Contribution) -> ResponseReturnValue:
    flash(SAID.get(contribution.state, "It is kept."))
    return redirect(url_for("contributions.show", contribution_id=contribution.id), 303)
