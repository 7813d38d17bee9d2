"""Everything one reads: lessons with their notes and history, challenges, lists and pages."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from portal.db import current_session
from portal.errors import Missing
from portal.library.differences import compare
from portal.library.domain import Kind, is_slug
from portal.library.queries import (
    Article,
    find_article,
    find_former,
    find_note,
    find_source,
    history_of,
    list_articles,
    list_terms,
    notes_of_topic,
    read_data,
)
from portal.roadmap.domain import Roadmap, TopicEntry
from portal.web.caching import framed_page, public_page
from portal.web.lessons.arranging import group_resources, group_terms, group_tools, known_slug, list_contents
from portal.web.services import current_roadmap, settings
from portal.web.standing import own_statuses

bp = Blueprint("lessons", __name__)

FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
CHECK_YOURSELF = ("check-yourself", "Check yourself")
GO_FURTHER = ("go-further", "Go further")


@bp.url_value_preprocessor
def refuse_strange_names(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Refuse what cannot be the name of anything before it reaches the database, which may not be able to hold it."""
    slug = (values or {}).get("slug")
    if slug is not None and not is_slug(slug):
        raise Missing("There is no such page; an address has lower-case letters, digits and hyphens.")


@bp.get("/lessons/<slug>")
@public_page
@framed_page
def show_lesson(slug: str) -> ResponseReturnValue:
    """Show a topic's lesson with its notes, or what it will be about where it is not written yet."""
    session = current_session()
    roadmap = current_roadmap()
    topic = roadmap.by_slug.get(slug)
    article = find_article(session, Kind.LESSON, slug)
    if article is not None and article.is_retired:
        raise Missing("This lesson was retired. The roadmap shows what took its place.")
    if article is None and topic is None:
        return _lead_on("lessons.show_lesson", Kind.LESSON, slug, "There is no such lesson.")
    notes = notes_of_topic(session, topic.key) if topic else []
    around = _surroundings(roadmap, topic)
    if article is None:
        return render_template("lessons/planned.html", notes=notes, **around)
    more = [
        section for section, part in ((CHECK_YOURSELF, "questions"), (GO_FURTHER, "sources")) if article.parts[part]
    ]
    contents = list_contents(article.headings, more=more)
    return render_template("lessons/lesson.html", article=article, contents=contents, notes=notes, **around)


@bp.get("/lessons/<slug>/history")
@public_page
def show_history(slug: str) -> ResponseReturnValue:
    """Show the revisions of a lesson, and what one of them changed; the newest unless `revision` names another."""
    session = current_session()
    entries = history_of(session, Kind.LESSON, slug)
    if not entries:
        return _lead_on("lessons.show_history", Kind.LESSON, slug, "There is no such lesson, so it has no history.")
    wanted = request.args.get("revision", "")
    shown = next((entry for entry in entries if str(entry.number) == wanted), entries[0])
    before = find_source(session, Kind.LESSON, slug, shown.number - 1) or ""
    after = find_source(session, Kind.LESSON, slug, shown.number) or ""
    return render_template(
        "lessons/history.html", slug=slug, entries=entries, shown=shown, difference=compare(before, after)
    )


@bp.get("/notes/<int:document_id>", defaults={"name": ""})
@bp.get("/notes/<int:document_id>-<name>")
@public_page
def show_note(document_id: int, name: str) -> ResponseReturnValue:
    """Show one published note. The number names it; any other words after it lead to the right ones."""
    note = find_note(current_session(), document_id)
    if note is None or note.is_retired:
        raise Missing("There is no such note.")
    if note.slug != name:
        return redirect(url_for("lessons.show_note", document_id=document_id, name=note.slug), 301)
    topic = current_roadmap().by_key.get(note.topic_key or "")
    return render_template("lessons/note.html", note=note, topic=topic, contents=list_contents(note.headings))


@bp.get("/challenges")
@public_page
def list_challenges() -> ResponseReturnValue:
    """List the case notes."""
    challenges = list_articles(current_session(), Kind.CHALLENGE)
    return render_template("lessons/challenges.html", challenges=challenges, topics=current_roadmap().by_slug)


@bp.get("/challenges/<slug>")
@public_page
def show_challenge(slug: str) -> ResponseReturnValue:
    """Show a case note."""
    article = find_article(current_session(), Kind.CHALLENGE, slug)
    if article is None or article.is_retired:
        return _lead_on("lessons.show_challenge", Kind.CHALLENGE, slug, "There is no such challenge.")
    return render_template(
        "lessons/challenge.html",
        article=article,
        contents=list_contents(article.headings),
        topics=current_roadmap().by_slug,
    )


@bp.get("/glossary")
@public_page
def show_glossary() -> ResponseReturnValue:
    """Show all terms from A to Z."""
    session = current_session()
    return render_template(
        "lessons/glossary.html",
        article=_page("glossary"),
        groups=group_terms(list_terms(session)),
        topics=current_roadmap().by_slug,
    )


@bp.get("/tools")
@public_page
def show_tools() -> ResponseReturnValue:
    """Compare tools, all or those of a language or a purpose."""
    data = read_data(current_session(), "tools")
    languages, purposes = data.get("languages", ()), data.get("purposes", ())
    language = known_slug(request.args.get("language", ""), languages)
    purpose = known_slug(request.args.get("purpose", ""), purposes)
    return render_template(
        "lessons/tools.html",
        article=_page("tools"),
        groups=group_tools(data, language=language, purpose=purpose),
        languages=languages,
        language_titles={entry["slug"]: entry["title"] for entry in languages},
        purposes=purposes,
        language=language,
        purpose=purpose,
        topics=current_roadmap().by_slug,
    )


@bp.get("/resources")
@public_page
def show_resources() -> ResponseReturnValue:
    """List books, specifications and other things to read, by kind."""
    groups = group_resources(read_data(current_session(), "resources"))
    return render_template(
        "lessons/resources.html", article=_page("resources"), groups=groups, topics=current_roadmap().by_slug
    )


@bp.get("/about", defaults={"slug": "about"})
@bp.get("/best-practices", defaults={"slug": "best-practices"})
@bp.get("/collaboration", defaults={"slug": "collaboration"})
@bp.get("/how-to-contribute", defaults={"slug": "how-to-contribute"})
@public_page
def show_page(slug: str) -> ResponseReturnValue:
    """Show a page of the site."""
    article = _page(slug)
    if article is None:
        raise Missing("This page is not written yet.")
    contents = list_contents(article.headings)
    return render_template("lessons/page.html", article=article, contents=contents, is_meeting=slug == "collaboration")


@bp.get("/figures/<slug>.svg")
def show_figure(slug: str) -> Response:
    """Send a figure of the content. It may style itself and no more: opened alone it is a document of its own."""
    response = send_from_directory(settings().content_path / "figures", f"{slug}.svg", mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = FIGURE_POLICY
    return response


def _page(slug: str) -> Article | None:
    article = find_article(current_session(), Kind.PAGE, slug)
    return None if article is None or article.is_retired else article


def _lead_on(endpoint: str, kind: Kind, slug: str, otherwise: str) -> ResponseReturnValue:
    """Lead from the name that a document once had to its present one."""
    present = find_former(current_session(), kind, slug)
    if present is None:
        raise Missing(otherwise)
    return redirect(url_for(endpoint, slug=present), 301)


def _surroundings(roadmap: Roadmap, topic: TopicEntry | None) -> dict[str, object]:
    """Return what stands around a lesson: its stage, its neighbours, what it needs, and where the reader is."""
    if topic is None:
        return {"topic": None}
    previous_topic, next_topic = roadmap.previous_and_next(topic.slug)
    return {
        "topic": topic,
        "stage": roadmap.stage_by_slug[topic.stage],
        "previous_topic": previous_topic,
        "next_topic": next_topic,
        "needs": [roadmap.by_slug[slug] for slug in topic.needs],
        "leads_to": [roadmap.by_slug[slug] for slug in topic.leads_to],
        "statuses": own_statuses(),
    }
