"""What readers ask of the library, and at what price."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.db import db, transaction
from portal.library.domain import Kind, Origin
from portal.library.models import Document
from portal.library.publishing import publish_change, publish_note, publish_revision
from portal.library.queries import (
    find_article,
    find_document,
    find_former,
    find_note,
    find_source,
    history_of,
    lesson_keys_by_slug,
    lesson_slugs_by_key,
    library_generation,
    list_articles,
    list_terms,
    newest_listings,
    notes_of_topic,
    read_data,
    retired_lesson_keys,
)
from tests.support.content import Content, get_document
from tests.support.people import add_user

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the SQL that is sent meanwhile, without BEGIN and the like."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def write_note(title: str, author: int | None = None, approver: int | None = None, now: datetime = NOON) -> int:
    """Publish a note under the topic `http`."""
    with transaction() as session:
        return publish_note(
            session,
            topic_key="http",
            title=title,
            summary="In short.",
            body=f"About {title}.\n",
            author_id=author,
            approver_id=approver,
            now=now,
        ).id


def change_note(document_id: int, author: int | None, now: datetime = NOON) -> None:
    """Publish a change of a note."""
    with transaction() as session:
        document = session.get_one(Document, document_id)
        publish_change(
            session, document, body="Better.\n", comment="clearer", author_id=author, approver_id=None, now=now
        )


def retire_note(document_id: int) -> None:
    """Publish a revision that retires a note."""
    with transaction() as session:
        publish_revision(
            session,
            session.get_one(Document, document_id),
            title="Gone",
            summary="",
            head="",
            body="Gone.\n",
            path=None,
            meta={},
            is_retired=True,
            origin=Origin.CONTRIBUTION,
            comment="",
            author_id=None,
            approver_id=None,
            now=NOON,
        )


def test_an_article_is_found_by_kind_and_slug(content: Content, session: Session) -> None:
    content.lesson("web/http", tags=["web"])
    content.page("about")
    content.import_all()
    article = find_article(session, Kind.LESSON, "http")
    assert article is not None
    assert (article.kind, article.key, article.slug, article.topic_key) == (Kind.LESSON, "http", "http", "http")
    assert (article.title, article.summary, article.meta["tags"]) == ("On http", "All about http.", ["web"])
    assert (article.revision_number, article.is_retired, article.author) == (1, False, None)
    assert article.published_at == article.updated_at
    assert "A text." in article.html
    assert find_article(session, Kind.PAGE, "http") is None


@pytest.mark.parametrize("slug", ["", "gone", "HTTP", "a\0b", "../http", "a" * 5000, "\ud800"])
def test_what_is_not_there_is_none_whatever_it_is_called(session: Session, slug: str) -> None:
    assert find_article(session, Kind.LESSON, slug) is None
    assert find_document(session, Kind.LESSON, slug) is None
    assert find_former(session, Kind.LESSON, slug) is None
    assert find_source(session, Kind.LESSON, slug, 1) is None
    assert history_of(session, Kind.LESSON, slug) == []


def test_an_article_costs_one_statement(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.import_all()
    with counted_statements() as statements:
        find_article(session, Kind.LESSON, "http")
        library_generation(session)
    assert len(statements) == 2


def test_lists_cost_one_statement_however_long_they_are(content: Content, session: Session) -> None:
    content.glossary(*({"term": f"T{number}"} for number in range(5)))
    for number in range(5):
        content.lesson(f"web/l{number}")
    content.import_all()
    for number in range(3):
        write_note(f"Note {number}")
    with counted_statements() as statements:
        assert len(list_articles(session, Kind.LESSON)) == 5
        assert len(list_terms(session)) == 5
        assert len(notes_of_topic(session, "http")) == 3
        assert len(newest_listings(session, limit=4)) == 4
        assert len(history_of(session, Kind.LESSON, "l1")) == 1
    assert len(statements) == 5


def test_a_note_names_who_wrote_it_and_a_lesson_who_changed_it(content: Content, session: Session) -> None:
    ada, bob = add_user("ada"), add_user("bob")
    content.lesson("web/http")
    content.import_all()
    note_id = write_note("ETags", ada)
    change_note(note_id, bob, NOON + timedelta(days=1))
    with transaction():
        lesson = get_document(session, Kind.LESSON, "http")
        publish_change(session, lesson, body="Better.\n", comment="", author_id=bob, approver_id=ada, now=NOON)
    note, lesson_article = find_note(session, note_id), find_article(session, Kind.LESSON, "http")
    assert note is not None
    assert lesson_article is not None
    assert (note.author, lesson_article.author) == ("ada", "bob")
    assert (note.published_at, note.updated_at) == (NOON, NOON + timedelta(days=1))
    assert (note.kind, note.title, note.revision_number) == (Kind.NOTE, "ETags", 2)


@pytest.mark.parametrize("number", [0, 12345, 2**31, 2**80])
def test_a_note_that_is_not_there_is_none(session: Session, number: int) -> None:
    assert find_note(session, number) is None
    assert find_source(session, Kind.LESSON, "http", number) is None


def test_notes_of_a_topic_are_in_order_and_without_the_retired(app: Flask, session: Session) -> None:
    first, second, third = write_note("One"), write_note("Two"), write_note("Three")
    retire_note(second)
    assert [note.document_id for note in notes_of_topic(session, "http")] == [first, third]
    assert notes_of_topic(session, "rest") == []
    retired = find_note(session, second)
    assert retired is not None
    assert retired.is_retired


def test_lists_are_in_the_order_of_titles_and_without_the_retired(content: Content, session: Session) -> None:
    content.page("b", title="beta")
    content.page("a", title="Alpha")
    content.page("c", title="Gamma", retired=True)
    content.glossary({"term": "ETag"}, {"term": "API"}, {"term": "cache"})
    content.import_all()
    assert [listing.title for listing in list_articles(session, Kind.PAGE)] == ["Alpha", "beta"]
    assert [term.title for term in list_terms(session)] == ["API", "cache", "ETag"]


def test_the_newest_come_first(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.page("about")
    content.import_all()
    note_id = write_note("ETags", add_user("ada"))
    listings = newest_listings(session, limit=10)
    assert [(listing.kind, listing.slug) for listing in listings] == [(Kind.NOTE, "etags"), (Kind.LESSON, "http")]
    assert (listings[0].document_id, listings[0].author, listings[0].topic_key) == (note_id, "ada", "http")


def test_a_document_comes_with_its_newest_revision(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.import_all()
    document = find_document(session, Kind.LESSON, "http")
    assert document is not None
    assert document.revision.number == 1
    assert find_document(session, Kind.LESSON, "gone") is None


def test_the_history_names_revisions_and_people(content: Content, session: Session) -> None:
    ada, bob = add_user("ada"), add_user("bob")
    content.lesson("web/http")
    content.import_all()
    with transaction():
        lesson = get_document(session, Kind.LESSON, "http")
        publish_change(session, lesson, body="Better.\n", comment="clearer", author_id=ada, approver_id=bob, now=NOON)
    newest, first = history_of(session, Kind.LESSON, "http")
    assert (newest.number, newest.author, newest.approver, newest.comment) == (2, "ada", "bob", "clearer")
    assert (newest.origin, newest.created_at) == (Origin.CONTRIBUTION, NOON)
    assert (first.number, first.author, first.approver, first.origin) == (1, None, None, Origin.IMPORT)
    assert history_of(session, Kind.LESSON, "gone") == []


def test_the_source_of_a_revision_is_its_file(content: Content, session: Session) -> None:
    file = content.lesson("web/http")
    content.import_all()
    assert find_source(session, Kind.LESSON, "http", 1) == file.read_text()
    assert find_source(session, Kind.LESSON, "http", 2) is None


def test_data_are_read(content: Content, session: Session) -> None:
    content.data("colours", words=["a", "b"])
    content.import_all()
    assert read_data(session, "colours") == {"words": ["a", "b"]}
    assert read_data(session, "tools") == {}


def test_an_empty_library_is_of_generation_0(session: Session) -> None:
    assert library_generation(session) == 0


def test_keys_and_slugs_of_lessons(content: Content, session: Session) -> None:
    content.lesson("web/b", moved_from="a")
    content.lesson("web/c", retired=True)
    content.page("about")
    content.import_all()
    assert lesson_slugs_by_key(session) == {"a": "b", "c": "c"}
    assert lesson_keys_by_slug(session) == {"a": "a", "b": "a", "c": "c"}
    assert retired_lesson_keys(session) == {"c"}


def test_a_slug_that_was_never_there_has_no_successor(session: Session) -> None:
    assert find_former(session, Kind.LESSON, "gone") is None
