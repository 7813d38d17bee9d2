"""The look as files and markup; what it is like in a browser is for the journeys."""

import re
from pathlib import Path

import pytest
from flask import Flask, abort, render_template_string
from flask.testing import FlaskClient
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import TextArea

from portal.accounts.domain import Role
from portal.settings import ROOT
from tests.support.databases import SqliteTemplate
from tests.support.people import sign_in

STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = ("tokens", "base", "components", "print")
MACROS = '{% import "_macros.html" as macros %}'


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    """One database is enough: the look does not depend on it."""
    return sqlite_template.copy(tmp_path)


def size_of(files: list[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def test_what_a_page_loads_is_small() -> None:
    assert size_of([STATIC / "css" / f"{name}.css" for name in SHEETS]) < 40_000
    assert size_of(list((STATIC / "fonts").glob("*.woff2"))) < 250_000
    assert all(script.stat().st_size < 15_000 for script in (STATIC / "js").glob("*.js"))


def test_every_font_lies_with_its_licence() -> None:
    for font in (STATIC / "fonts").glob("*.woff2"):
        assert any(
            font.name.startswith(licence.stem.removeprefix("LICENSE-")) for licence in STATIC.glob("fonts/*.txt")
        )


def test_nothing_is_loaded_from_elsewhere() -> None:
    for file in [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")]:
        outside = set(re.findall(r"https?://[\w.]+", file.read_text())) - {"http://www.w3.org"}
        assert not outside, file


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_no_template_styles_or_scripts_in_line(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text)
    assert not re.search(r"<script(?![^>]* src=)", text)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    for template in TEMPLATES:
        named = set(re.findall(r'icon\("([\w-]+)"', template.read_text()))
        assert named <= known, template


def test_a_page_names_files_that_are_there(client: FlaskClient) -> None:
    page = client.get("/challenges").text
    addresses = set(re.findall(r'"(/static/[^"#]+)"', page))
    assert len(addresses) > 8
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_a_page_has_landmarks_and_a_way_past_the_header(client: FlaskClient) -> None:
    page = client.get("/challenges").text
    assert '<html lang="en-GB">' in page
    assert page.index('class="skip-link" href="#content"') < page.index("<header")
    assert '<main id="content"' in page
    assert page.count("<h1") == 1
    assert re.search(r'<nav[^>]* aria-label="Main"', page)
    assert re.search(r'<form class="site-search"\s+role="search"\s+action="/search"', page)


def test_the_navigation_shows_where_one_is(client: FlaskClient, library: Path) -> None:
    assert '<a href="/challenges" aria-current="page">Challenges</a>' in client.get("/challenges").text
    assert '<a href="/challenges" aria-current="true">Challenges</a>' in client.get("/challenges/slow-queries").text
    assert '<a href="/challenges">Challenges</a>' in client.get("/glossary").text


def test_the_account_menu_fits_the_person(app: Flask, client: FlaskClient) -> None:
    assert 'href="/login"' in client.get("/challenges").text
    page = sign_in(app, "ada").get("/challenges").text
    assert 'href="/progress"' in page
    assert 'action="/logout"' in page
    assert 'href="/moderation"' not in page


def test_moderators_find_their_queue(app: Flask) -> None:
    grace = sign_in(app, "grace", role=Role.MODERATOR)
    assert 'href="/moderation"' in grace.get("/challenges").text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 418, 422, 429, 500])
def test_an_error_page_helps(app: Flask, client: FlaskClient, status: int) -> None:
    def fail() -> str:
        abort(status)

    app.add_url_rule("/fail", "fail", fail)
    answer = client.get("/fail")
    assert answer.status_code == status
    assert f"Error {status}" in answer.text
    assert answer.text.count("<h1>") == 1
    assert answer.headers["X-Request-ID"] in answer.text
    assert 'href="/roadmap"' in answer.text
    assert ('id="error-search"' in answer.text) is (status not in (413, 429))


# Macros


class SampleForm(Form):
    title = StringField("Title", [InputRequired("Give a title.")], description="In a few words.")
    body = StringField("Text", widget=TextArea())
    level = RadioField("Level", choices=["core", "advanced"])  # type: ignore[list-item]  # the types are older
    agreed = BooleanField("I agree")


def show(app: Flask, text: str, **values: object) -> str:
    with app.test_request_context("/"):
        return re.sub(r"\s+", " ", render_template_string(MACROS + text, **values))


def test_a_field_is_tied_to_its_hint_and_its_error(app: Flask) -> None:
    form = SampleForm()
    fresh = show(app, "{{ macros.field(form.title) }}", form=form)
    assert '<p class="hint" id="title-hint">In a few words.</p>' in fresh
    assert 'aria-describedby="title-hint"' in fresh
    assert "aria-invalid" not in fresh
    form.validate()
    refused = show(app, '{{ macros.field(form.title, hint="Short.") }}', form=form)
    assert 'aria-describedby="title-hint title-error"' in refused
    assert 'aria-invalid="true"' in refused
    assert ">Short.</p>" in refused
    assert re.search(r'<p class="error" id="title-error">.*Give a title\.', refused)


def test_a_field_without_hint_describes_nothing(app: Flask) -> None:
    shown = show(app, '{{ macros.field(form.body, attributes={"rows": 4}) }}', form=SampleForm())
    assert "aria-describedby" not in shown
    assert 'rows="4"' in shown


def test_choices_are_a_group_with_labels(app: Flask) -> None:
    shown = show(app, "{{ macros.field(form.level) }}{{ macros.field(form.agreed) }}", form=SampleForm())
    assert "<legend>Level</legend>" in shown
    assert shown.count('<label class="choice">') == 3
    assert "<span>advanced</span>" in shown
    assert "<span>I agree</span>" in shown


def test_the_summary_names_every_error_and_leads_to_its_field(app: Flask) -> None:
    form = SampleForm()
    assert "alert" not in show(app, "{{ macros.error_summary(form) }}", form=form)
    form.validate()
    form.form_errors.append("Name and password do not belong together.")
    shown = show(app, "{{ macros.error_summary(form) }}", form=form)
    assert 'role="alert"' in shown
    assert '<a href="#title">Title: Give a title.</a>' in shown
    assert "<li>Name and password do not belong together.</li>" in shown


@pytest.mark.parametrize(
    ("page", "pages", "previous", "following"),
    [(1, 1, False, False), (1, 3, False, True), (2, 3, True, True), (3, 3, True, False)],
)
def test_pages_lead_to_their_neighbours(app: Flask, page: int, pages: int, previous: bool, following: bool) -> None:
    shown = show(app, '{{ macros.pagination(page, pages, "/search?q=a&page=") }}', page=page, pages=pages)
    assert ('rel="prev"' in shown) is previous
    assert ('rel="next"' in shown) is following
    assert (f"Page {page} of {pages}" in shown) is (pages > 1)


def test_states_are_told_by_shape_and_word(app: Flask) -> None:
    shown = show(app, '{{ macros.status_badge("not-started") }}{{ macros.status_badge("done", "All done") }}')
    assert "#not-started" in shown
    assert "Not started</span>" in shown
    assert "#done" in shown
    assert "All done</span>" in shown
    shown = show(app, '{{ macros.state_badge("changes-requested") }}{{ macros.state_badge("elsewhere") }}')
    assert "Changes requested</span>" in shown
    assert "#info" in shown


def test_levels_are_told_by_bars_and_word(app: Flask) -> None:
    for level, bars in (("foundation", "level-1"), ("core", "level-2"), ("advanced", "level-3")):
        shown = show(app, "{{ macros.level_badge(level) }}", level=level)
        assert f"#{bars}" in shown
        assert level.capitalize() in shown


def test_what_surrounds_the_text_of_a_caller(app: Flask) -> None:
    shown = show(
        app,
        '{% call macros.callout("tip", "Try it") %}<p>Now.</p>{% endcall %}'
        "{% call macros.callout() %}<p>Plain.</p>{% endcall %}"
        '{% call macros.empty_state("Nothing yet") %}<p>Begin.</p>{% endcall %}'
        '{% call macros.list_item("/a", "A", "About a") %}<span>small</span>{% endcall %}'
        '{{ macros.list_item("/b", "B") }}',
    )
    assert '<div class="callout tip"> <p class="callout-title">Try it</p> <p>Now.</p> </div>' in shown
    assert '<div class="callout note"> <p>Plain.</p> </div>' in shown
    assert '<p class="empty-title">Nothing yet</p> <p>Begin.</p>' in shown
    assert '<a href="/a">A</a>' in shown
    assert '<div class="meta"><span>small</span></div>' in shown
    assert shown.count('class="meta"') == 1


def test_a_bar_of_progress_says_its_figures(app: Flask) -> None:
    shown = show(app, '{{ macros.progress_line(2, 5, "Stage 1") }}{{ macros.progress_line(0, 0, "None") }}')
    assert 'max="5" value="2" aria-label="Stage 1"' in shown
    assert "2 of 5" in shown
    assert 'max="1"' in shown


def test_a_breadcrumb_ends_where_one_is(app: Flask) -> None:
    shown = show(app, '{{ macros.breadcrumb([("/roadmap", "Roadmap")], "HTTP") }}')
    assert '<a href="/roadmap">Roadmap</a>' in shown
    assert '<li aria-current="page">HTTP</li>' in shown
