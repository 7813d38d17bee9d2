"""Revisions as HTML: what is rendered when, and with what around it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.db import transaction
from portal.library import rendering
from portal.library.domain import Kind
from portal.library.importing import import_content
from portal.library.models import Rendering
from portal.library.publishing import publish_note
from portal.library.queries import find_article, find_note
from portal.library.rendering import ensure_renderings, load_surroundings, preview, rendering_of
from tests.support.content import Content, changes, get_document

QUESTIONS = [
    {
        "prompt": "Why `304`?",
        "choices": [{"text": "It *saves*", "why": "Yes.", "right": True}, {"text": "It does not", "why": "No."}],
    },
    {"prompt": "What then?", "answer": "See [REST](../apis/rest.md).", "why": "Because."},
]
SOURCES = [{"title": "RFC 9110", "url": "https://www.rfc-editor.org/rfc/rfc9110", "why": "The *rules*."}]


def html_of(session: Session, slug: str, kind: Kind = Kind.LESSON) -> str:
    """Return the HTML of a document as it is kept."""
    kept = session.get(Rendering, get_document(session, kind, slug).revision.digest)
    assert kept is not None
    return kept.html


def test_links_between_files_lead_to_pages(content: Content, session: Session) -> None:
    content.lesson("apis/rest")
    content.lesson("web/http", body="[REST](../apis/rest.md#in-short) ![a](../../figures/a.svg)\n")
    content.import_all()
    html = html_of(session, "http")
    assert 'href="/lessons/rest#in-short"' in html
    assert 'src="/figures/a.svg"' in html


def test_terms_come_from_the_glossary(content: Content, session: Session) -> None:
    content.glossary({"term": "API", "expansion": "application programming interface"}, {"term": "ETag"})
    content.lesson("web/http", body="An API and an ETag.\n")
    content.import_all()
    assert 'title="application programming interface"' in html_of(session, "http")
    assert 'href="/glossary#etag"' in html_of(session, "http")
    assert load_surroundings(session).terms["API"].meaning == "application programming interface"


def test_a_definition_links_to_other_terms_and_not_to_itself(content: Content, session: Session) -> None:
    content.glossary({"term": "API", "definition": "An API is no ETag."}, {"term": "ETag"})
    content.import_all()
    html = html_of(session, "api", Kind.TERM)
    assert 'href="/glossary#etag"' in html
    assert 'href="/glossary#api"' not in html


def test_an_everyday_word_is_a_term_only_where_it_is_taught(content: Content, session: Session) -> None:
    content.glossary({"term": "origin", "topic": "cors", "everyday": True})
    content.lesson("web/cors", body="The origin of a page.\n")
    content.lesson("web/http", body="The origin of the web.\n")
    content.import_all()
    assert 'href="/glossary#origin"' in html_of(session, "cors")
    assert "/glossary" not in html_of(session, "http")


def test_a_changed_glossary_renders_anew(content: Content, session: Session) -> None:
    content.lesson("web/http", body="An API.\n")
    content.import_all()
    assert "<abbr" not in html_of(session, "http")
    content.glossary({"term": "API", "expansion": "application programming interface"})
    content.import_all()
    assert "<abbr" in html_of(session, "http")
    content.glossary()
    content.import_all()
    assert "<abbr" not in html_of(session, "http")


def test_a_renamed_lesson_renders_anew_what_links_to_it(content: Content, session: Session) -> None:
    content.lesson("apis/rest")
    content.lesson("web/http", body="[REST](../apis/rest.md)\n")
    content.import_all()
    content.move("lessons/apis/rest.md", "lessons/apis/restful.md")
    content.lesson("apis/restful", moved_from="rest")
    content.lesson("web/http", body="[REST](../apis/restful.md)\n")
    content.import_all()
    assert "/lessons/restful" in html_of(session, "http")


def test_figures_leave_room_for_themselves(content: Content, session: Session) -> None:
    content.lesson("web/http", body="![a](../../figures/a.svg)\n")
    content.write("figures/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360.4"></svg>')
    content.import_all()
    assert 'width="720"' in html_of(session, "http")
    assert 'height="360"' in html_of(session, "http")
    content.write("figures/a.svg", '<svg viewBox="0 0 720 400"></svg>')
    assert changes(content.import_all()) == ["figures/"]
    assert 'height="400"' in html_of(session, "http")


def test_only_what_names_a_thing_depends_on_it(content: Content, session: Session) -> None:
    content.lesson("web/http", body="An API.\n")
    content.lesson("web/rest", body="Something else.\n")
    content.import_all()
    content.glossary({"term": "API", "expansion": "application programming interface"})
    with transaction():
        import_content(session, content.folder, now=utc_now())
        assert ensure_renderings(session, everything=False) == 1  # the term itself
        assert ensure_renderings(session, everything=True) == 1  # the lesson that names it


def test_nothing_is_rendered_twice(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.glossary({"term": "API"})
    content.import_all()
    with transaction():
        assert ensure_renderings(session, everything=True) == 0


def test_what_was_never_rendered_is_told_from_what_is_stale(
    content: Content, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    content.lesson("web/http")
    content.import_all()
    monkeypatch.setattr(rendering, "RENDERER_VERSION", "of tomorrow")
    with transaction():
        assert ensure_renderings(session, everything=False) == 0
        assert ensure_renderings(session, everything=True) == 1


def test_questions_and_sources_are_rendered(content: Content, session: Session) -> None:
    content.lesson("apis/rest")
    content.lesson("web/http", questions=QUESTIONS, sources=SOURCES)
    content.import_all()
    article = find_article(session, Kind.LESSON, "http")
    assert article is not None
    choices, answer = article.parts["questions"]
    assert choices["prompt"] == "Why <code>304</code>?"
    assert choices["choices"] == [
        {"text": "It <em>saves</em>", "why": "Yes.", "right": True},
        {"text": "It does not", "why": "No.", "right": False},
    ]
    assert 'href="/lessons/rest"' in answer["answer"]
    assert answer["why"] == "Because."
    assert article.parts["sources"] == [{**SOURCES[0], "why": "The <em>rules</em>."}]


def test_minutes_are_computed_where_none_are_given(content: Content, session: Session) -> None:
    content.lesson("web/long", body="word " * 2000 + "\n")
    content.lesson("web/said", body="word " * 2000 + "\n", minutes=99)
    content.import_all()
    long, said = (find_article(session, Kind.LESSON, slug) for slug in ("long", "said"))
    assert long is not None
    assert said is not None
    assert 5 < long.minutes < 20
    assert said.minutes == 99


def test_data_are_not_rendered(content: Content, session: Session) -> None:
    content.data("synonyms", words=["a"])
    content.import_all()
    assert session.scalars(select(Rendering)).all() == []


def test_a_reader_gets_the_newest_renderer_without_writing(
    content: Content, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    content.lesson("web/http")
    content.import_all()
    revision = get_document(session, Kind.LESSON, "http").revision
    assert rendering_of(session, revision) is session.get(Rendering, revision.digest)
    monkeypatch.setattr(rendering, "RENDERER_VERSION", "of tomorrow")
    assert rendering_of(session, revision).renderer.startswith("of tomorrow-")
    article = find_article(session, Kind.LESSON, "http")
    assert article is not None
    assert "A text." in article.html
    assert not session.dirty
    assert not session.new


def test_what_has_no_rendering_is_shown_all_the_same(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.import_all()
    with transaction():
        for kept in session.scalars(select(Rendering)):
            session.delete(kept)
    article = find_article(session, Kind.LESSON, "http")
    assert article is not None
    assert [heading.text for heading in article.headings] == ["In short"]


def test_links_of_a_note_to_other_sites_are_marked(content: Content, session: Session) -> None:
    content.lesson("web/http", body="[a](https://a.example/)\n")
    content.import_all()
    with transaction():
        note = publish_note(
            session,
            topic_key="http",
            title="ETags",
            summary="",
            body="[b](https://b.example/)\n",
            author_id=None,
            approver_id=None,
            now=utc_now(),
        )
    article = find_note(session, note.id)
    assert article is not None
    assert "nofollow" in article.html
    assert "nofollow" not in html_of(session, "http")


def test_a_note_shares_its_page_without_sharing_anchors(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.import_all()
    with transaction():
        note = publish_note(
            session,
            topic_key="http",
            title="ETags",
            summary="",
            body="## In short\n",
            author_id=None,
            approver_id=None,
            now=utc_now(),
        )
    article, lesson = find_note(session, note.id), find_article(session, Kind.LESSON, "http")
    assert article is not None
    assert lesson is not None
    assert [heading.text for heading in article.headings] == ["In short"]
    assert not {heading.id for heading in article.headings} & {heading.id for heading in lesson.headings}


def test_links_to_a_former_name_lead_to_the_present_one(content: Content, session: Session) -> None:
    content.lesson("apis/restful", moved_from="rest")
    content.lesson("web/http", body="[REST](../apis/rest.md)\n")
    content.import_all()
    assert 'href="/lessons/restful"' in html_of(session, "http")


def test_a_preview_looks_as_the_published_text_will(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.glossary({"term": "API", "expansion": "application programming interface"})
    content.import_all()
    rendered = preview(session, body="An API, see [HTTP](http.md).\n", path="lessons/web/rest.md")
    assert 'href="/lessons/http"' in rendered.html
    assert "<abbr" in rendered.html
