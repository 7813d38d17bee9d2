"""What an import does with files that are new, changed, moved, broken, gone, or changed here as well."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.db import transaction
from portal.errors import Missing
from portal.library.domain import Kind, Origin, Outcome
from portal.library.importing import import_content
from portal.library.models import Document, FormerSlug, Revision
from portal.library.publishing import accept_import, decline_import, publish_change
from portal.library.queries import find_former, library_generation, read_data
from portal.roadmap.domain import Level
from portal.roadmap.models import Stage, Topic
from tests.support.content import Content, changes, get_document, messages, outcomes, revisions_of

ADVICE = "give this file an `id` of its own"


def contribute(session: Session, slug: str, body: str) -> None:
    """Publish a change of a lesson as an approved contribution does."""
    with transaction():
        document = get_document(session, Kind.LESSON, slug)
        publish_change(session, document, body=body, comment="", author_id=None, approver_id=None, now=utc_now())


def test_new_files_become_documents(content: Content, session: Session) -> None:
    content.lesson("web/http", tags=["web"])
    content.page("about")
    content.text("challenges/slow.md", title="Slow", summary="Why it was slow.")
    content.data("tools", tools=[], languages=[], purposes=[])
    report = content.import_all()
    assert outcomes(report) == {
        "challenges/slow.md": "added",
        "lessons/web/http.md": "added",
        "pages/about.md": "added",
        "tools.yml": "added",
    }
    assert not report.problems
    lesson = get_document(session, Kind.LESSON, "http")
    assert (lesson.key, lesson.topic_key) == ("http", "http")
    assert (lesson.revision.title, lesson.revision.meta["tags"]) == ("On http", ["web"])
    assert (lesson.revision.number, lesson.revision.origin) == (1, Origin.IMPORT)
    assert get_document(session, Kind.PAGE, "about").topic_key is None


def test_a_second_import_changes_nothing(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.lesson("web/gone", retired=True)
    content.lesson("web/new", moved_from="old")
    content.page("about")
    content.glossary({"term": "ETag"}, {"term": "API", "expansion": "application programming interface"})
    content.import_all()
    generation = library_generation(session)
    report = content.import_all()
    assert set(outcomes(report).values()) == {"unchanged"}
    assert library_generation(session) == generation


def test_a_changed_file_becomes_a_revision_and_the_others_do_not(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.lesson("web/rest")
    content.import_all()
    content.lesson("web/http", body="## In short\n\nAnother text.\n")
    report = content.import_all()
    assert changes(report) == ["lessons/web/http.md"]
    old, new = revisions_of(session, get_document(session, Kind.LESSON, "http"))
    assert (old.body, new.body) == ("## In short\n\nA text.\n", "## In short\n\nAnother text.\n")
    assert new.id > old.id


def test_a_file_that_goes_back_is_one_more_revision(content: Content, session: Session) -> None:
    for body in ("one\n", "two\n", "one\n"):
        content.page("about", body=body)
        content.import_all()
    assert [entry.body for entry in revisions_of(session, get_document(session, Kind.PAGE, "about"))] == [
        "one\n",
        "two\n",
        "one\n",
    ]


class TestBrokenFiles:
    """A broken file is named by path and line, and stops nothing else."""

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (b"---\ntitle: 'open\n---\n", 2),
            (b"---\ntitle: HTTP\nlevel: core\n---\n\nbody\n", 2),
            (b"---\ntitle: HTTP\nsummary: s\nlevel: core\n---\n\nbody\nca\xe9f\n", 8),
            (b"no front matter\n", 1),
            (b"---\ntitle: HTTP\nsummary: s\nlevel: core\nneeds: 1\n---\n", 5),
            (b"---\ntitle: HTTP\nsummary: s\nlevel: core\n---\n\n" + b"- " * 3000 + b"\n", 7),
        ],
        ids=["yaml", "missing key", "encoding", "front matter", "wrong value", "hostile body"],
    )
    def test_is_named_and_the_rest_is_imported(
        self, content: Content, session: Session, text: bytes, line: int
    ) -> None:
        content.lesson("web/rest")
        (content.folder / "lessons/web/http.md").write_bytes(text)
        report = content.import_all()
        assert outcomes(report) == {"lessons/web/http.md": "refused", "lessons/web/rest.md": "added"}
        assert [(problem.path, problem.line) for problem in report.problems] == [("lessons/web/http.md", line)]

    def test_leaves_its_document_as_it_was(self, content: Content, session: Session) -> None:
        file = content.lesson("web/http")
        content.import_all()
        file.write_text("---\nbroken")
        report = content.import_all()
        assert outcomes(report) == {"lessons/web/http.md": "refused"}
        assert len(messages(report)) == 1
        assert get_document(session, Kind.LESSON, "http").revision.number == 1

    def test_keeps_the_data_read_before(self, content: Content, session: Session) -> None:
        content.glossary({"term": "ETag"})
        content.import_all()
        content.write("glossary.yml", "terms:\n  - term: ETag\n    slug: etag\n")
        report = content.import_all()
        assert messages(report) == ["content/glossary.yml:2: the key `definition` is missing"]
        assert read_data(session, "glossary")["terms"][0]["definition"] == "What ETag means."
        assert not get_document(session, Kind.TERM, "etag").revision.is_retired


class TestVanishedFiles:
    """Nothing is deleted: what goes must be retired first."""

    def test_are_refused(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.import_all()
        (content.folder / "lessons/web/http.md").unlink()
        report = content.import_all()
        assert messages(report) == [
            "content/lessons/web/http.md:1: the id `http` vanished; mark it `retired: true` or bring it back"
        ]
        assert outcomes(report) == {"lessons/web/http.md": "refused"}
        assert not get_document(session, Kind.LESSON, "http").revision.is_retired

    def test_leave_an_id_behind_that_nobody_may_just_drop(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.import_all()
        content.lesson("web/http", id="hypertext")
        assert messages(content.import_all()) == [
            "content/lessons/web/http.md:1: the id `http` vanished; mark it `retired: true` or bring it back",
            "content/lessons/web/http.md:1: the slug `http` belongs to the lesson with the id `http`",
        ]
        assert get_document(session, Kind.LESSON, "http").key == "http"

    def test_are_told_from_broken_ones(self, content: Content, session: Session) -> None:
        for slug in ("a", "b"):
            content.lesson(f"web/{slug}")
        content.import_all()
        (content.folder / "lessons/web/a.md").unlink()
        content.write("lessons/web/b.md", "broken")
        assert [message.split(" ", 1)[0] for message in messages(content.import_all())] == [
            "content/lessons/web/a.md:1:",
            "content/lessons/web/b.md:1:",
        ]

    def test_may_go_once_they_are_retired(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.import_all()
        content.lesson("web/http", retired=True)
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "retired"}
        (content.folder / "lessons/web/http.md").unlink()
        report = content.import_all()
        assert not report.rows
        assert not report.problems
        assert get_document(session, Kind.LESSON, "http").revision.is_retired

    def test_may_come_back(self, content: Content, session: Session) -> None:
        content.lesson("web/http", retired=True)
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "retired"}
        content.lesson("web/http")
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "changed"}
        assert not get_document(session, Kind.LESSON, "http").revision.is_retired

    def test_of_data_are_refused(self, content: Content, session: Session) -> None:
        content.data("tools", tools=[], languages=[], purposes=[])
        content.import_all()
        (content.folder / "tools.yml").unlink()
        assert messages(content.import_all()) == ["content/tools.yml:1: the id `tools` vanished; bring it back"]

    def test_no_folder_is_refused_as_a_whole(self, session: Session, tmp_path: Path, content: Content) -> None:
        content.lesson("web/http")
        content.import_all()
        with pytest.raises(Missing), transaction() as writing:
            import_content(writing, tmp_path / "nowhere", now=utc_now())


class TestMovedFiles:
    """A document keeps its permanent id, and its old addresses lead to it."""

    def test_by_moved_from(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.import_all()
        before = get_document(session, Kind.LESSON, "http")
        (content.folder / "lessons/web/http.md").unlink()
        content.lesson("basics/hypertext", moved_from="http")
        assert outcomes(content.import_all()) == {"lessons/basics/hypertext.md": "renamed"}
        after = get_document(session, Kind.LESSON, "hypertext")
        assert (after.id, after.key, after.topic_key) == (before.id, "http", "http")
        assert find_former(session, Kind.LESSON, "http") == "hypertext"
        assert set(outcomes(content.import_all()).values()) == {"unchanged"}

    def test_by_id(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.import_all()
        (content.folder / "lessons/web/http.md").unlink()
        content.lesson("web/hypertext", id="http")
        content.import_all()
        assert get_document(session, Kind.LESSON, "hypertext").key == "http"
        assert find_former(session, Kind.LESSON, "http") == "hypertext"

    def test_twice(self, content: Content, session: Session) -> None:
        content.lesson("web/a")
        content.import_all()
        (content.folder / "lessons/web/a.md").unlink()
        content.lesson("web/b", moved_from="a")
        content.import_all()
        (content.folder / "lessons/web/b.md").unlink()
        content.lesson("web/c", moved_from=["a", "b"])
        content.import_all()
        assert get_document(session, Kind.LESSON, "c").key == "a"
        assert find_former(session, Kind.LESSON, "a") == "c"
        assert find_former(session, Kind.LESSON, "b") == "c"

    def test_back_to_the_first_name(self, content: Content, session: Session) -> None:
        content.lesson("web/a")
        content.import_all()
        content.move("lessons/web/a.md", "lessons/web/b.md")
        content.lesson("web/b", id="a")
        content.import_all()
        content.move("lessons/web/b.md", "lessons/web/a.md")
        content.lesson("web/a")
        content.import_all()
        assert get_document(session, Kind.LESSON, "a").key == "a"
        assert find_former(session, Kind.LESSON, "b") == "a"

    def test_to_another_stage_keep_everything(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.import_all()
        before = get_document(session, Kind.LESSON, "http")
        content.move("lessons/web/http.md", "lessons/apis/http.md")
        assert outcomes(content.import_all()) == {"lessons/apis/http.md": "renamed"}
        after = get_document(session, Kind.LESSON, "http")
        assert (after.id, after.key, after.revision.path) == (before.id, "http", "lessons/apis/http.md")

    def test_may_swap_their_names(self, content: Content, session: Session) -> None:
        content.lesson("web/a", title="First")
        content.lesson("web/b", title="Second")
        content.import_all()
        content.lesson("web/b", title="First", moved_from="a")
        content.lesson("web/a", title="Second", moved_from="b")
        content.import_all()
        assert [get_document(session, Kind.LESSON, slug).key for slug in ("a", "b")] == ["b", "a"]
        assert set(outcomes(content.import_all()).values()) == {"unchanged"}
        assert [get_document(session, Kind.LESSON, slug).revision.title for slug in ("a", "b")] == ["Second", "First"]

    def test_before_the_first_import_are_known_by_their_oldest_name(self, content: Content, session: Session) -> None:
        content.lesson("web/c", moved_from=["a", "b"])
        content.import_all()
        assert get_document(session, Kind.LESSON, "c").key == "a"
        assert find_former(session, Kind.LESSON, "b") == "c"

    def test_leave_their_name_to_a_newcomer_with_an_id(self, content: Content, session: Session) -> None:
        content.lesson("web/a")
        content.import_all()
        content.lesson("web/b", moved_from="a")
        content.lesson("web/a", id="a-2")
        content.import_all()
        assert get_document(session, Kind.LESSON, "b").key == "a"
        assert get_document(session, Kind.LESSON, "a").key == "a-2"
        assert set(outcomes(content.import_all()).values()) == {"unchanged"}

    def test_keep_the_progress_of_learners(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.import_all()
        with transaction() as writing:
            stage = Stage(slug="web", title="Web", position=1)
            writing.add(stage)
            writing.flush()
            writing.add(
                Topic(key="http", slug="http", title="HTTP", level=Level.CORE, stage_id=stage.id, position=1, covers=[])
            )
        content.move("lessons/web/http.md", "lessons/web/hypertext.md")
        content.lesson("web/hypertext", moved_from="http")
        content.import_all()
        topic = session.scalars(select(Topic)).one()
        assert topic.key == get_document(session, Kind.LESSON, "hypertext").topic_key


class TestRivals:
    """Two files cannot be one document, nor have one address."""

    def test_the_file_that_names_its_document_goes_first(self, content: Content, session: Session) -> None:
        content.lesson("web/old")
        content.import_all()
        content.lesson("web/new", moved_from="old")
        report = content.import_all()
        assert outcomes(report) == {"lessons/web/new.md": "renamed", "lessons/web/old.md": "refused"}
        assert messages(report) == [
            f"content/lessons/web/old.md:1: the id `old` belongs to lessons/web/new.md; {ADVICE}"
        ]

    def test_a_copy_does_not_take_the_place_of_its_original(self, content: Content, session: Session) -> None:
        content.lesson("web/http", id="http")
        content.import_all()
        content.lesson("apis/copy", id="http")
        assert outcomes(content.import_all()) == {"lessons/apis/copy.md": "refused", "lessons/web/http.md": "unchanged"}

    def test_two_files_of_one_name_need_ids_and_still_cannot_share_an_address(
        self, content: Content, session: Session
    ) -> None:
        content.lesson("apis/http", id="http")
        content.lesson("web/http", id="http-2")
        report = content.import_all()
        assert outcomes(report) == {"lessons/apis/http.md": "added", "lessons/web/http.md": "refused"}
        assert messages(report) == [
            "content/lessons/web/http.md:1: the slug `http` belongs to the lesson with the id `http`"
        ]

    def test_a_document_whose_new_name_is_taken_stays_as_it_was(self, content: Content, session: Session) -> None:
        content.lesson("web/a")
        content.lesson("web/b")
        content.import_all()
        content.move("lessons/web/a.md", "lessons/apis/b.md")
        content.lesson("apis/b", id="a")
        report = content.import_all()
        assert outcomes(report) == {"lessons/apis/b.md": "refused", "lessons/web/b.md": "unchanged"}
        assert get_document(session, Kind.LESSON, "a").revision.number == 1

    def test_a_lesson_and_a_page_may_have_the_same_name(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.page("http")
        assert set(outcomes(content.import_all()).values()) == {"added"}


class TestConflicts:
    """A file that changed beside an approved contribution is never imported over it."""

    @pytest.fixture(autouse=True)
    def change_in_the_portal(self, content: Content, session: Session) -> None:
        content.lesson("web/http")
        content.import_all()
        contribute(session, "http", "## In short\n\nBetter.\n")

    def test_a_file_that_did_not_change_leaves_the_contribution(self, content: Content, session: Session) -> None:
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "unchanged"}
        assert get_document(session, Kind.LESSON, "http").revision.body == "## In short\n\nBetter.\n"

    def test_a_file_that_changed_is_held_back_at_each_import(self, content: Content, session: Session) -> None:
        content.lesson("web/http", body="## In short\n\nOther.\n", title="New")
        for _ in range(2):
            report = content.import_all()
            assert outcomes(report) == {"lessons/web/http.md": "conflict"}
            (conflict,) = report.conflicts
            document = get_document(session, Kind.LESSON, "http")
            assert conflict.document_id == document.id
            assert conflict.base_revision_id == document.revision_id
            assert (conflict.title, conflict.path) == ("New", "lessons/web/http.md")
            assert conflict.body == "## In short\n\nOther.\n"
            assert document.revision.body == "## In short\n\nBetter.\n"

    def test_a_file_that_took_the_contribution_over_is_in_line(self, content: Content, session: Session) -> None:
        content.lesson("web/http", body="## In short\n\nBetter.\n")
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "unchanged"}
        content.lesson("web/http", body="## In short\n\nStill better.\n")
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "changed"}
        assert get_document(session, Kind.LESSON, "http").revision.number == 3

    def test_a_move_is_followed_at_once_and_its_text_held_back(self, content: Content, session: Session) -> None:
        content.move("lessons/web/http.md", "lessons/web/hypertext.md")
        content.lesson("web/hypertext", moved_from="http")
        assert outcomes(content.import_all()) == {"lessons/web/hypertext.md": "conflict"}
        assert outcomes(content.import_all()) == {"lessons/web/hypertext.md": "conflict"}
        moved = get_document(session, Kind.LESSON, "hypertext")
        assert moved.revision.body == "## In short\n\nBetter.\n"
        assert find_former(session, Kind.LESSON, "http") == "hypertext"

    def test_an_accepted_file_is_what_the_document_says(self, content: Content, session: Session) -> None:
        content.lesson("web/http", body="## In short\n\nOther.\n", title="New", retired=True)
        (conflict,) = content.import_all().conflicts
        with transaction():
            document = get_document(session, Kind.LESSON, "http")
            accept_import(
                session,
                document,
                head=conflict.head,
                body=conflict.body,
                path=conflict.path,
                approver_id=None,
                now=utc_now(),
            )
        newest = get_document(session, Kind.LESSON, "http").revision
        assert (newest.title, newest.body, newest.origin) == ("New", "## In short\n\nOther.\n", Origin.IMPORT)
        assert newest.is_retired
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "unchanged"}

    def test_a_declined_file_is_not_offered_again_until_it_changes(self, content: Content, session: Session) -> None:
        content.lesson("web/http", body="## In short\n\nOther.\n")
        (conflict,) = content.import_all().conflicts
        with transaction():
            decline_import(session, get_document(session, Kind.LESSON, "http"), digest=conflict.digest)
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "unchanged"}
        assert get_document(session, Kind.LESSON, "http").revision.body == "## In short\n\nBetter.\n"
        content.lesson("web/http", body="## In short\n\nOther again.\n")
        assert outcomes(content.import_all()) == {"lessons/web/http.md": "conflict"}


class TestGlossary:
    """Terms are documents of their own, so that they are searched for and have a history."""

    def test_each_term_is_a_document(self, content: Content, session: Session) -> None:
        content.glossary({"term": "API", "expansion": "application programming interface", "topic": "rest"})
        assert outcomes(content.import_all()) == {"glossary.yml": "added", "glossary.yml#api": "added"}
        term = get_document(session, Kind.TERM, "api").revision
        assert (term.title, term.body, term.summary) == ("API", "What API means.", "What API means.")
        assert term.meta["expansion"] == "application programming interface"

    def test_a_term_changes_alone_whatever_part_of_it_does(self, content: Content, session: Session) -> None:
        content.glossary({"term": "API"}, {"term": "ETag"})
        content.import_all()
        content.glossary({"term": "API", "expansion": "application programming interface"}, {"term": "ETag"})
        assert changes(content.import_all()) == ["glossary.yml", "glossary.yml#api"]

    def test_a_term_that_vanishes_is_retired_and_may_come_back(self, content: Content, session: Session) -> None:
        content.glossary({"term": "API"}, {"term": "ETag"})
        content.import_all()
        content.glossary({"term": "API"})
        report = content.import_all()
        assert outcomes(report)["glossary.yml#etag"] == "retired"
        assert not report.problems
        assert get_document(session, Kind.TERM, "etag").revision.is_retired
        assert "glossary.yml#etag" not in outcomes(content.import_all())
        content.glossary({"term": "API"}, {"term": "ETag"})
        assert outcomes(content.import_all())["glossary.yml#etag"] == "changed"
        assert not get_document(session, Kind.TERM, "etag").revision.is_retired

    def test_a_glossary_that_vanishes_takes_no_term_along(self, content: Content, session: Session) -> None:
        file = content.glossary({"term": "API"})
        content.import_all()
        file.unlink()
        assert outcomes(content.import_all()) == {"glossary.yml": "refused"}
        assert not get_document(session, Kind.TERM, "api").revision.is_retired


def test_revisions_are_numbered_in_the_order_of_their_publication(content: Content, session: Session) -> None:
    for slug in ("a", "b", "c"):
        content.lesson(f"web/{slug}")
    content.import_all()
    content.lesson("web/b", body="new\n")
    content.import_all()
    assert session.scalars(select(Revision.id).order_by(Revision.id)).all() == [1, 2, 3, 4]
    assert library_generation(session) == 4
    assert get_document(session, Kind.LESSON, "b").revision_id == 4


def test_an_import_that_fails_leaves_nothing(content: Content, session: Session) -> None:
    content.lesson("web/http")

    def import_and_fail() -> None:
        with transaction() as writing:
            import_content(writing, content.folder, now=utc_now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        import_and_fail()
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (Document, Revision, FormerSlug)]
    assert counts == [0, 0, 0]
    assert library_generation(session) == 0


def test_outcomes_are_reported_in_the_order_of_paths(content: Content, session: Session) -> None:
    for slug in ("c", "a", "b"):
        content.page(slug)
    content.write("pages/aa.md", "broken")
    assert content.import_all().rows == (
        ("pages/a.md", Outcome.ADDED),
        ("pages/aa.md", Outcome.REFUSED),
        ("pages/b.md", Outcome.ADDED),
        ("pages/c.md", Outcome.ADDED),
    )
