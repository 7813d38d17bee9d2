"""The commands about content, from a folder to pages and back."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.contributions.domain import ContributionKind
from portal.contributions.queries import queue
from portal.db import transaction
from portal.library.domain import Kind
from portal.library.publishing import publish_change
from portal.library.queries import find_article
from portal.progress.domain import Status
from portal.progress.operations import set_status
from portal.progress.queries import statuses_of
from portal.roadmap.queries import load_roadmap
from portal.settings import Settings
from tests.support.content import Content, get_document
from tests.support.people import add_user


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a portal with content of its own."""
    (tmp_path / "content").mkdir()
    return replace(settings, content_dir=tmp_path / "content")


@pytest.fixture
def content(settings: Settings) -> Content:
    """The content folder of the portal under test."""
    return Content(settings.content_dir)


def run(app: Flask, *words: str) -> Result:
    """Run a command about content."""
    return app.test_cli_runner().invoke(args=("content", *words))


def write_roadmap(content: Content, *slugs: str) -> None:
    """Write a roadmap of one stage with these topics."""
    topics = [{"slug": slug, "title": f"On {slug}", "level": "core", "needs": []} for slug in slugs]
    content.data("roadmap", stages=[{"slug": "web", "title": "Web", "topics": topics}])


def test_import_prints_what_it_did(app: Flask, content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.page("about")
    write_roadmap(content, "http", "rest")
    first = run(app, "import")
    assert first.exit_code == 0, first.output
    assert first.output.splitlines() == [
        "lessons/web/http.md  added",
        "pages/about.md       added",
        "roadmap.yml          added",
        "3 added",
    ]
    assert find_article(session, Kind.LESSON, "http") is not None
    assert [topic.slug for topic in load_roadmap(session)] == ["http", "rest"]


def test_a_second_import_says_that_nothing_changed(app: Flask, content: Content) -> None:
    content.page("about")
    content.glossary({"term": "API"})
    run(app, "import")
    assert run(app, "import").output == "3 unchanged\n"


def test_an_empty_folder_is_no_failure(app: Flask, content: Content) -> None:
    result = run(app, "import")
    assert (result.exit_code, result.output) == (0, "There is no content.\n")


def test_many_terms_take_one_line(app: Flask, content: Content) -> None:
    content.glossary(*({"term": f"T{number}"} for number in range(6)))
    assert run(app, "import").output.splitlines() == [
        "glossary.yml              added",
        "glossary.yml#… (6 terms)  added",
        "7 added",
    ]
    content.glossary(*({"term": f"T{number}"} for number in range(5)))
    assert "glossary.yml#t5  retired" in run(app, "import").output.splitlines()


def test_what_is_refused_is_named_and_makes_the_status_1(app: Flask, content: Content, session: Session) -> None:
    content.page("about")
    content.text("pages/broken.md", title="Broken")
    result = run(app, "import")
    assert result.exit_code == 1
    assert result.stderr == "content/pages/broken.md:2: the key `summary` is missing\n"
    assert result.stdout.splitlines() == [
        "pages/about.md   added",
        "pages/broken.md  refused",
        "1 added, 1 refused",
    ]
    assert find_article(session, Kind.PAGE, "about") is not None


def test_a_topic_that_vanished_is_refused(app: Flask, content: Content, session: Session) -> None:
    write_roadmap(content, "http", "rest")
    run(app, "import")
    write_roadmap(content, "http")
    result = run(app, "import")
    assert result.exit_code == 1
    assert "content/roadmap.yml" in result.stderr
    assert "rest" in result.stderr


def test_a_roadmap_that_cannot_be_used_leaves_the_old_one(app: Flask, content: Content, session: Session) -> None:
    write_roadmap(content, "http")
    run(app, "import")
    content.data("roadmap", stages=[{"slug": "web"}])
    assert run(app, "import").exit_code == 1
    assert [topic.slug for topic in load_roadmap(session)] == ["http"]


def test_a_missing_folder_is_said(app: Flask, content: Content) -> None:
    content.folder.rmdir()
    result = run(app, "import")
    assert result.exit_code == 1
    assert "There is no folder" in result.output


def test_a_conflict_waits_in_the_queue_once(app: Flask, content: Content, session: Session) -> None:
    content.lesson("web/http")
    run(app, "import")
    with transaction():
        lesson = get_document(session, Kind.LESSON, "http")
        publish_change(session, lesson, body="Better.", comment="", author_id=None, approver_id=None, now=utc_now())
    content.lesson("web/http", body="Other.\n")
    for _ in range(2):
        result = run(app, "import")
        assert result.exit_code == 0
        assert "lessons/web/http.md  conflict" in result.output
        assert "waits in the moderation queue" in result.output
    assert [item.body for item in queue(session, kind=ContributionKind.IMPORT)] == ["Other.\n"]


def test_a_renamed_lesson_keeps_the_progress_of_its_learners(app: Flask, content: Content, session: Session) -> None:
    content.lesson("web/http")
    write_roadmap(content, "http")
    run(app, "import")
    ada = add_user("ada")
    with transaction():
        set_status(session, user_id=ada, topic_slug="http", status=Status.DONE, now=utc_now())
    content.move("lessons/web/http.md", "lessons/web/hypertext.md")
    content.lesson("web/hypertext", moved_from="http")
    write_roadmap(content, "hypertext")
    assert run(app, "import").exit_code == 0
    (topic,) = load_roadmap(session)
    assert (topic.slug, topic.key, topic.has_lesson) == ("hypertext", "http", True)
    assert statuses_of(session, ada) == {"http": Status.DONE}


def test_check_names_every_breach(app: Flask, content: Content) -> None:
    content.page("about")
    content.text("pages/broken.md", title="Broken")
    write_roadmap(content)
    result = run(app, "check")
    assert result.exit_code == 1
    assert result.stderr == "content/pages/broken.md:2: the key `summary` is missing\n"


def test_check_is_silent_about_good_content_but_for_one_line(app: Flask, content: Content) -> None:
    content.page("about")
    write_roadmap(content)
    result = run(app, "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Nothing is wrong with ")


def test_export_writes_the_files_back(app: Flask, content: Content, tmp_path: Path) -> None:
    file = content.lesson("web/http")
    run(app, "import")
    result = run(app, "export", str(tmp_path / "out"))
    assert (result.exit_code, result.output) == (0, f"1 file was written to {tmp_path / 'out'}.\n")
    assert (tmp_path / "out" / "lessons/web/http.md").read_bytes() == file.read_bytes()


def test_export_says_what_stands_in_its_way(app: Flask, content: Content, tmp_path: Path) -> None:
    content.page("about")
    run(app, "import")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "pages").symlink_to(tmp_path)
    result = run(app, "export", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "outside" in result.output
