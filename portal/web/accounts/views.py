"""Registering, signing in and out, and the account page."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from portal.accounts import operations, queries
from portal.accounts.models import User
from portal.clock import utc_now
from portal.db import current_session, transaction
from portal.errors import Invalid
from portal.web.accounts.forms import EmptyForm, PasswordForm, RegistrationForm, SignInForm, TimeZoneForm
from portal.web.forms import printable
from portal.web.identity import SignedIn, current_user, login_required, safe_next
from portal.web.services import sign_in_failures
from portal.web.wishes import empty_cookie

bp = Blueprint("accounts", __name__)


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Make an account and sign in with it."""
    if current_user.is_authenticated:
        return redirect(url_for("progress.dashboard"), 303)
    form = RegistrationForm()
    if request.method == "GET":
        return render_template("accounts/register.html", form=form)
    if form.validate() and _passwords_agree(form):
        try:
            with transaction() as db_session:
                user = operations.register_user(
                    db_session,
                    username=form.username.data or "",
                    email=form.email.data or "",
                    password=form.password.data or "",
                    now=utc_now(),
                )
        except Invalid as error:
            form.complain(error)
        else:
            _sign_in(user)
            flash(f"Welcome, {user.username}. Your progress is kept from now on.")
            return redirect(_onward(), 303)
    return render_template("accounts/register.html", form=form), 422


@bp.route("/login", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in by name or e-mail."""
    if current_user.is_authenticated:
        return redirect(_onward(), 303)
    form = SignInForm()
    if request.method == "GET":
        return render_template("accounts/sign_in.html", form=form)
    if form.validate():
        with transaction() as db_session:
            user = operations.verify_credentials(
                db_session,
                failures=sign_in_failures(db_session),
                identifier=form.identifier.data or "",
                password=form.password.data or "",
                address=request.remote_addr or "",
                now=utc_now(),
            )
        if user is not None:
            _sign_in(user)
            flash(f"You are signed in as {user.username}.")
            return redirect(_onward(), 303)
        form.complain(Invalid("Name and password do not belong together. Check both and try again."))
    return render_template("accounts/sign_in.html", form=form), 422


@bp.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the sign-in session on the server, not in the browser alone."""
    if current_user.is_authenticated:
        with transaction() as db_session:
            operations.end_session(db_session, user_id=current_user.id, session_id=current_user.session_id)
        logout_user()
        empty_cookie()
        flash("You are signed out.")
    return redirect(url_for("home.start"), 303)


@bp.get("/account")
@login_required
def account() -> ResponseReturnValue:
    """Show one's profile and where one is signed in."""
    sessions = queries.sign_in_sessions_of(current_session(), current_user.id)
    form = TimeZoneForm(time_zone=current_user.time_zone)
    return render_template("accounts/account.html", form=form, sessions=sessions, button=EmptyForm())


@bp.post("/account/time-zone")
@login_required
def set_time_zone() -> ResponseReturnValue:
    """Choose the zone in which times are shown."""
    form = TimeZoneForm()
    if not form.validate():
        sessions = queries.sign_in_sessions_of(current_session(), current_user.id)
        return render_template("accounts/account.html", form=form, sessions=sessions, button=EmptyForm()), 422
    with transaction() as db_session:
        operations.set_time_zone(db_session, user_id=current_user.id, time_zone=form.time_zone.data or "")
    flash("Times are now shown in your zone.")
    return redirect(url_for("accounts.account"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@login_required
def change_password() -> ResponseReturnValue:
    """Change one's password; every other browser is signed out."""
    form = PasswordForm()
    if request.method == "GET":
        return render_template("accounts/password.html", form=form)
    if form.validate() and _passwords_agree(form):
        try:
            with transaction() as db_session:
                operations.change_password(
                    db_session,
                    user_id=current_user.id,
                    current=form.current.data or "",
                    password=form.password.data or "",
                    kept_session_id=current_user.session_id,
                )
        except Invalid as error:
            form.complain(error)
        else:
            flash("Your password is changed, and every other browser is signed out.")
            return redirect(url_for("accounts.account"), 303)
    return render_template("accounts/password.html", form=form), 422


@bp.post("/account/sessions/<int:session_id>/end")
@login_required
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign out one other browser."""
    with transaction() as db_session:
        operations.end_session(db_session, user_id=current_user.id, session_id=session_id)
    flash("That browser is signed out.")
    return redirect(url_for("accounts.account"), 303)


def _passwords_agree(form: RegistrationForm | PasswordForm) -> bool:
    if form.password.data == form.confirm.data:
        return True
    form.complain(Invalid("The two passwords differ.", field="confirm"))
    return False


def _sign_in(user: User) -> None:
    """Start a sign-in session and give the browser its token, in a cookie that says nothing of who was here before."""
    with transaction() as db_session:
        _row, token = operations.start_session(
            db_session,
            user=user,
            user_agent=printable(request.user_agent.string),
            address=request.remote_addr or "",
            now=utc_now(),
        )
    empty_cookie()
    session.permanent = True
    if recognised := queries.recognise(current_session(), token):
        login_user(SignedIn(recognised, token))


def _onward() -> str:
    return safe_next(request.args.get("next")) or url_for("progress.dashboard")
