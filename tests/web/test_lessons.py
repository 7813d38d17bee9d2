from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.clock import utc_now
from portal.db import db, transaction
from portal.library.domain import Kind
from portal.library.models import Document
from portal.library.publishing import publish_change, publish_note
from portal.progress.domain import Status
from portal.progress.operations import set_status
from portal.settings import Settings
from tests.support.content import Content, get_document
from tests.support.library import import_library, lesson
from tests.support.people import add_user, sign_in


def read(client: FlaskClient, address: str) -> str:
    """Open a page, and return it with its lines joined."""
    return " ".join(client.get(address).text.split())


def add_note(title: str = "A proxy that ignored Vary", *, topic: str = "http-caching", author: str = "grace") -> int:
    """Publish a note and return its number."""
    author_id, approver_id = add_user(author), add_user(f"{author}-reader")
    with transaction() as session:
        note = publish_note(
            session, topic_key=topic, title=title, summary="What we saw.", body="## What happened\n\nIt **broke**.\n",
            author_id=author_id, approver_id=approver_id, now=utc_now(),
        )  # fmt: skip
    return note.id


def change_lesson(slug: str, old: str, new: str) -> None:
    """Publish a change of a lesson by grace."""
    author_id, approver_id = add_user("grace"), add_user("linus")
    with transaction() as session:
        document = get_document(session, Kind.LESSON, slug)
        publish_change(
            session, document, body=document.revision.body.replace(old, new), comment="Clearer words.",
            author_id=author_id, approver_id=approver_id, now=utc_now(),
        )  # fmt: skip


# Lessons


def test_a_lesson_shows_its_text_and_what_stands_around_it(client: FlaskClient, library: Path) -> None:
    page = read(client, "/lessons/caching")
    assert "<title>Caching strategies · Nexus</title>" in page
    assert page.count("<h1>") == 1
    assert "Caching strategies in one sentence." in page
    assert '<a href="/roadmap/speed">2. Caching</a>' in page
    assert '<a href="#how-it-works">How it works</a>' in page
    assert '<a href="#the-mechanism">The mechanism</a>' in page
    assert '<a rel="prev" href="/lessons/json">' in page
    assert '<a rel="next" href="/lessons/http-caching">' in page
    assert "Core" in page
    assert "1 min" in page


def test_a_lesson_links_what_it_needs_and_what_it_leads_to(client: FlaskClient, library: Path) -> None:
    page = read(client, "/lessons/caching")
    before, after = page.index("Read before this"), page.index("Leads to")
    assert '<a href="/lessons/http">HTTP</a>' in page[before:after]
    assert '<a href="/lessons/http-caching">HTTP caching</a>' in page[after:]


def test_the_first_and_the_last_lesson_have_one_neighbour(client: FlaskClient, library: Path) -> None:
    assert 'rel="prev"' not in read(client, "/lessons/http")
    assert 'rel="next"' not in read(client, "/lessons/http-caching")


def test_questions_and_sources_follow_the_text(client: FlaskClient, library: Path) -> None:
    page = read(client, "/lessons/http")
    assert '<a href="#check-yourself">Check yourself</a>' in page
    assert '<input type="radio" name="question-1"' in page
    assert "<strong>Right.</strong> It is one." in page
    assert "<strong>Not quite.</strong> It is something." in page
    assert "Show an answer" in page
    assert "Because it is useful." in page
    assert '<a href="https://www.rfc-editor.org/rfc/rfc9110" rel="external noopener">RFC 9110</a>. The rules' in page


def test_a_lesson_without_questions_and_sources_has_no_such_sections(client: FlaskClient, library: Path) -> None:
    Content(library).lesson("web/http", title="HTTP")
    import_library(library)
    page = read(client, "/lessons/http")
    assert "Check yourself" not in page
    assert "Go further" not in page


def test_a_lesson_that_is_on_no_roadmap_can_still_be_read(client: FlaskClient, library: Path) -> None:
    Content(library).lesson("web/alone", title="Alone")
    import_library(library)
    answer = client.get("/lessons/alone")
    assert answer.status_code == 200
    assert "Add a note" not in answer.text


def test_a_lesson_leads_on_to_history_changes_and_notes(client: FlaskClient, library: Path) -> None:
    page = read(client, "/lessons/http")
    for address in ("/lessons/http/history", "/contribute/lessons/http", "/contribute?topic=http"):
        assert f'href="{address}"' in page


def test_a_stranger_is_offered_to_sign_in_and_comes_back(client: FlaskClient, library: Path) -> None:
    page = read(client, "/lessons/http")
    assert 'href="/login?next=/lessons/http"' in page
    assert 'action="/progress/http"' not in page


def test_a_learner_sees_and_changes_where_they_are(app: Flask, library: Path) -> None:
    ada = sign_in(app, "ada")
    with transaction() as session:
        set_status(session, user_id=ada.id, topic_slug="http", status=Status.DONE, now=utc_now())
    page = read(ada.client, "/lessons/caching")
    assert 'action="/progress/caching"' in page
    assert 'value="not-started" aria-pressed="true"' in page
    assert "(<span data-status-words>done</span>)" in page
    answer = ada.send("/progress/caching", page="/lessons/caching", status="learning", next="/lessons/caching")
    assert answer.location == "/lessons/caching"
    assert 'value="learning" aria-pressed="true"' in read(ada.client, "/lessons/caching")


def test_published_notes_stand_under_their_lesson_with_their_author(client: FlaskClient, library: Path) -> None:
    assert "Nobody has added one yet" in read(client, "/lessons/http-caching")
    number = add_note()
    page = read(client, "/lessons/http-caching")
    assert f'<a href="/notes/{number}-a-proxy-that-ignored-vary">A proxy that ignored Vary</a>' in page
    assert "grace" in page
    assert "A proxy that ignored Vary" not in read(client, "/lessons/http")


def test_a_topic_without_a_lesson_says_what_it_will_be(client: FlaskClient, library: Path) -> None:
    answer = client.get("/lessons/json")
    assert answer.status_code == 200
    assert "This lesson is not written yet" in answer.text
    assert "<li>types</li>" in answer.text
    assert "An endpoint that accepts a document." in answer.text
    assert 'href="/contribute?topic=json"' in answer.text
    assert '<a href="/lessons/http">HTTP</a>' in answer.text


def test_notes_stand_under_a_planned_topic_too(app: Flask, library: Path) -> None:
    add_note("Numbers in JSON", topic="json")
    assert "Numbers in JSON" in read(sign_in(app, "ada").client, "/lessons/json")


def test_an_unknown_lesson_is_not_found(client: FlaskClient, library: Path) -> None:
    answer = client.get("/lessons/cobol")
    assert answer.status_code == 404
    assert "There is no such lesson." in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/lessons/%00", "/lessons/Caching", "/lessons/" + "a" * 500, "/lessons/%ff/history", "/challenges/a%00b",
        "/notes/99999999999999999999999-x", "/notes/4711-x", "/figures/%00.svg", "/figures/..%2fabout.svg",
        "/figures/nothing.svg",
    ],
)  # fmt: skip
def test_a_strange_name_is_not_found(client: FlaskClient, library: Path, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_former_name_leads_to_the_present_one(client: FlaskClient, library: Path) -> None:
    content = Content(library)
    content.move("lessons/web/http.md", "lessons/web/http-protocol.md")
    content.write("lessons/web/http-protocol.md", lesson("HTTP", extra="moved_from: http\n"))
    roadmap = (library / "roadmap.yml").read_text().replace("slug: http\n", "slug: http-protocol\n")
    content.write("roadmap.yml", roadmap.replace("[http]", "[http-protocol]").replace(", http]", ", http-protocol]"))
    import_library(library)
    for below in ("", "/history"):
        answer = client.get(f"/lessons/http{below}")
        assert answer.status_code == 301
        assert answer.location == f"/lessons/http-protocol{below}"
    assert client.get("/lessons/http-protocol").status_code == 200


def test_a_retired_lesson_says_so(client: FlaskClient, library: Path) -> None:
    Content(library).write("lessons/web/http.md", lesson("HTTP", extra="retired: true\n"))
    import_library(library)
    answer = client.get("/lessons/http")
    assert answer.status_code == 404
    assert "was retired" in answer.text


def test_the_number_of_queries_does_not_grow_with_notes(app: Flask, library: Path) -> None:
    statements: list[str] = []
    Content(library).import_all()  # which renders everything
    ada = sign_in(app, "ada")
    ada.get("/progress")  # which takes the greeting away
    db.event.listen(db.engine, "before_cursor_execute", lambda *event: statements.append(event[2]))

    def count(address: str = "/lessons/http-caching") -> int:
        statements.clear()
        ada.get(address)
        return len([statement for statement in statements if statement != "BEGIN"])

    add_note("The first", author="author")
    with_one_note = count()
    assert count() <= 3  # what was published last, who this is, where they are
    for number in range(3):
        add_note(f"Note {number}", author=f"author-{number}")
    assert count() == with_one_note <= 11


# History


def test_the_history_names_every_revision_and_shows_the_newest_change(client: FlaskClient, library: Path) -> None:
    change_lesson("http", "Without it things break.", "Without it things break loudly.")
    page = read(client, "/lessons/http/history")
    assert "What revision 2 changed" in page
    assert "<ins> loudly</ins>" in page or "<ins>loudly </ins>" in page
    assert "by grace, approved by linus" in page
    assert "Clearer words." in page
    assert "curated content" in page


def test_an_older_revision_can_be_asked_for(client: FlaskClient, library: Path) -> None:
    change_lesson("http", "things break", "things fail")
    page = read(client, "/lessons/http/history?revision=1")
    assert "The first text" in page
    assert "things fail" not in page


@pytest.mark.parametrize("revision", ["7", "0", "-1", "x", "%00", "9" * 400])
def test_a_revision_that_does_not_exist_shows_the_newest(client: FlaskClient, library: Path, revision: str) -> None:
    assert "The first text" in read(client, f"/lessons/http/history?revision={revision}")


def test_the_history_of_nothing_is_not_found(client: FlaskClient, library: Path) -> None:
    assert client.get("/lessons/json/history").status_code == 404


# Notes


def test_a_note_shows_its_text_and_its_author(client: FlaskClient, library: Path) -> None:
    page = read(client, f"/notes/{add_note()}-a-proxy-that-ignored-vary")
    assert "It <strong>broke</strong>." in page
    assert "grace" in page
    assert '<a href="/lessons/http-caching">HTTP caching</a>' in page


@pytest.mark.parametrize("rest", ["", "-", "-another-name", "-%00"])
def test_a_note_under_other_words_leads_to_the_right_ones(client: FlaskClient, library: Path, rest: str) -> None:
    number = add_note()
    answer = client.get(f"/notes/{number}{rest}")
    if rest == "-":
        assert answer.status_code == 404
    else:
        assert answer.status_code == 301
        assert answer.location == f"/notes/{number}-a-proxy-that-ignored-vary"


def test_a_retired_note_is_not_found(client: FlaskClient, library: Path) -> None:
    number = add_note()
    with transaction() as session:
        note = session.get_one(Document, number)
        session.refresh(note, ["revision"])
        note.revision.is_retired = True
    assert client.get(f"/notes/{number}-a-proxy-that-ignored-vary").status_code == 404
    assert "A proxy that ignored Vary" not in read(client, "/lessons/http-caching")


# Challenges


def test_the_challenges_are_listed_with_their_topics(client: FlaskClient, library: Path) -> None:
    page = read(client, "/challenges")
    assert '<a href="/challenges/slow-queries">Slow queries</a>' in page
    assert '<a class="tag" href="/lessons/caching">Caching strategies</a>' in page


def test_a_challenge_shows_its_text(client: FlaskClient, library: Path) -> None:
    page = read(client, "/challenges/slow-queries")
    assert "By the slow-query log." in page
    assert '<a href="#how-it-was-found">How it was found</a>' in page


def test_an_unknown_challenge_is_not_found(client: FlaskClient, library: Path) -> None:
    assert client.get("/challenges/nothing").status_code == 404


def test_a_retired_challenge_is_not_found(client: FlaskClient, library: Path) -> None:
    file = library / "challenges/slow-queries.md"
    file.write_text(file.read_text().replace("tags:", "retired: true\ntags:"))
    import_library(library)
    assert client.get("/challenges/slow-queries").status_code == 404


# Pages and lists


def test_a_page_shows_its_text(client: FlaskClient, library: Path) -> None:
    page = read(client, "/about")
    assert "This portal teaches backend engineering." in page
    assert '<a href="/lessons/http">' in page


@pytest.mark.parametrize("slug", ["best-practices", "collaboration", "how-to-contribute"])
def test_a_page_that_is_not_written_is_not_found(client: FlaskClient, library: Path, slug: str) -> None:
    assert client.get(f"/{slug}").status_code == 404


def test_a_retired_page_is_not_found(client: FlaskClient, library: Path) -> None:
    Content(library).page("about", retired=True)
    import_library(library)
    assert client.get("/about").status_code == 404


def test_the_chat_is_linked_where_there_is_one(settings: Settings, tmp_path: Path) -> None:
    for chat_url, is_linked in (("", False), ("https://chat.example.org/", True)):
        app = create_app(replace(settings, chat_url=chat_url))
        with app.app_context():
            content = Content(tmp_path / "content")
            content.page("collaboration")
            content.page("about")
            content.import_all()
            client = app.test_client()
            assert ("Join the chat" in read(client, "/collaboration")) is is_linked
            assert "Join the chat" not in read(client, "/about")
            db.session.remove()
            db.engine.dispose()


def test_the_glossary_goes_from_a_to_z(client: FlaskClient, library: Path) -> None:
    Content(library).glossary(
        {"term": "2PC", "slug": "2pc"}, {"term": "Écluse", "slug": "ecluse"}, {"term": "HTTP", "topic": "http"},
        {"term": "ACID", "expansion": "atomicity, consistency, isolation, durability", "topic": "gone"},
    )  # fmt: skip
    import_library(library)
    page = read(client, "/glossary")
    order = [page.index(place) for place in ('id="2pc"', 'id="acid"', 'id="ecluse"', 'id="http"')]
    assert order == sorted(order)
    assert '<a href="#letter-a">A</a>' in page
    assert '<a href="#letter-other">#</a>' in page
    assert "<span>Q</span>" in page
    assert "atomicity, consistency, isolation, durability" in page
    assert '<a class="tag" href="/lessons/http">HTTP</a>' in page
    assert "/lessons/gone" not in page


def add_lists(folder: Path) -> None:
    """Write tools, resources and the texts above them."""
    content = Content(folder)
    tool = {"use": "Much.", "avoid": "Nothing.", "url": "https://example.org/", "topic": "http"}
    content.data(
        "tools",
        languages=[{"slug": "python", "title": "Python"}, {"slug": "go", "title": "Go"}],
        purposes=[{"slug": "framework", "title": "Framework"}, {"slug": "database", "title": "Database"}],
        tools=[
            {"name": "Flask", "slug": "flask", "purpose": "framework", "languages": ["python"], **tool},
            {"name": "Gin", "slug": "gin", "purpose": "framework", "languages": ["go"], **tool},
            {"name": "PostgreSQL", "slug": "postgresql", "purpose": "database", "languages": ["any"], **tool},
        ],
    )
    content.data(
        "resources",
        resources=[
            {
                "title": title,
                "slug": title.lower(),
                "kind": kind,
                "url": "https://example.org/",
                "topics": ["http", "gone"],
                "why": "It teaches.",
                **more,
            }
            for title, kind, more in (
                ("Law", "specification", {}),
                ("Novel", "book", {"author": "Ada", "year": 2026}),
                ("Film", "film", {}),
            )
        ],
    )
    content.page("tools", title="Tools compared")
    import_library(folder)


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("", {"Flask", "Gin", "PostgreSQL"}, set()),
        ("?language=python", {"Flask", "PostgreSQL"}, {"Gin"}),
        ("?purpose=framework", {"Flask", "Gin"}, {"PostgreSQL"}),
        ("?language=go&purpose=framework", {"Gin"}, {"Flask", "PostgreSQL"}),
        ("?language=cobol&purpose=%00", {"Flask", "Gin", "PostgreSQL"}, set()),
    ],
)
def test_tools_can_be_filtered(
    client: FlaskClient, library: Path, query: str, shown: set[str], hidden: set[str]
) -> None:
    add_lists(library)
    page = read(client, f"/tools{query}")
    assert "Tools compared" in page
    assert all(f">{name}</a></th>" in page for name in shown)
    assert not any(f">{name}</a></th>" in page for name in hidden)


def test_filters_that_leave_no_tool_say_what_to_do(client: FlaskClient, library: Path) -> None:
    add_lists(library)
    data = (library / "tools.yml").read_text().replace("- any", "- python")
    Content(library).write("tools.yml", data)
    import_library(library)
    page = read(client, "/tools?language=go&purpose=database")
    assert "No tool fits" in page
    assert "Show all tools" in page
    assert '<option value="go" selected>' in page


def test_resources_are_grouped_by_kind(client: FlaskClient, library: Path) -> None:
    add_lists(library)
    page = read(client, "/resources")
    order = [page.index(f'<h2 id="{kind}">') for kind in ("book", "specification", "film")]
    assert order == sorted(order)
    assert "Ada" in page
    assert '<a class="tag" href="/lessons/http">HTTP</a>' in page
    assert "/lessons/gone" not in page


@pytest.mark.parametrize("address", ["/challenges", "/glossary", "/tools", "/resources"])
def test_a_list_without_content_says_so(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text


# Figures


def test_a_figure_is_sent_with_a_policy_of_its_own(settings: Settings, tmp_path: Path) -> None:
    figure = Content(tmp_path / "content").write("figures/a-drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    app = create_app(replace(settings, content_dir=figure.parent.parent))
    client = app.test_client()
    with client.get("/figures/a-drawing.svg") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    with client.get("/figures/a-drawing.svg", headers={"If-None-Match": answer.headers["ETag"]}) as again:
        assert again.status_code == 304
