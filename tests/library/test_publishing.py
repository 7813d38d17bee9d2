"""Adding revisions, one after the other, whoever publishes."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.db import db, transaction
from portal.errors import Invalid
from portal.library.domain import Kind, Origin
from portal.library.models import Document, Rendering, Revision
from portal.library.publishing import publish_change, publish_note
from portal.library.queries import library_generation
from tests.support.content import Content, get_document, revisions_of
from tests.support.people import add_user


def note(title: str = "What ETags are for", body: str = "A note.\n", author: int | None = None) -> Document:
    """Publish a note in a transaction of its own."""
    with transaction() as session:
        return publish_note(
            session,
            topic_key="http",
            title=title,
            summary="In short.",
            body=body,
            author_id=author,
            approver_id=None,
            now=utc_now(),
        )


def change(session: Session, document: Document, body: str, author: int | None = None) -> Revision:
    """Publish a change in the transaction that is open."""
    return publish_change(
        session, document, body=body, comment="why", author_id=author, approver_id=None, now=utc_now()
    )


def test_a_note_is_a_document_of_its_own_and_rendered(app: Flask, session: Session) -> None:
    author = add_user("ada")
    published = note(author=author)
    found = get_document(session, Kind.NOTE, "what-etags-are-for")
    assert found.id == published.id
    assert (found.topic_key, found.revision.author_id, found.revision.origin) == ("http", author, Origin.CONTRIBUTION)
    assert session.get(Rendering, found.revision.digest) is not None


def test_notes_of_one_title_get_slugs_of_their_own(app: Flask) -> None:
    assert [note("The 100% case").slug for _ in range(3)] == ["the-100-case", "the-100-case-2", "the-100-case-3"]
    assert note("The 100").slug == "the-100"


def test_notes_of_one_body_share_a_rendering(app: Flask, session: Session) -> None:
    note("One")
    note("Two")
    assert len(session.scalars(select(Rendering)).all()) == 1


def test_a_change_puts_a_new_body_under_the_front_matter(content: Content, session: Session) -> None:
    content.lesson("web/http", tags=["web"])
    content.import_all()
    author = add_user("ada")
    with transaction():
        change(session, get_document(session, Kind.LESSON, "http"), "\r\nBetter.\r\n\r\n", author)
    old, new = revisions_of(session, get_document(session, Kind.LESSON, "http"))
    assert (new.head, new.meta, new.path, new.title) == (old.head, old.meta, old.path, old.title)
    assert (new.number, new.body, new.comment, new.author_id) == (2, "Better.\n", "why", author)
    assert session.get(Rendering, new.digest) is not None


def test_a_change_starts_from_the_newest_revision_whatever_was_read_before(content: Content, session: Session) -> None:
    content.lesson("web/http")
    content.import_all()
    read_before = get_document(session, Kind.LESSON, "http")
    content.lesson("web/http", title="New title")
    content.import_all()
    with transaction():
        assert change(session, read_before, "Better.\n").title == "New title"


@pytest.mark.parametrize(("kind", "slug"), [(Kind.TERM, "etag"), (Kind.DATA, "glossary")])
def test_terms_and_data_are_changed_in_their_files_alone(
    content: Content, session: Session, kind: Kind, slug: str
) -> None:
    content.glossary({"term": "ETag"})
    content.import_all()
    document = get_document(session, kind, slug)
    with pytest.raises(Invalid, match="in the files"):
        change(session, document, "x")


def test_nobody_approves_their_own(app: Flask, session: Session) -> None:
    author = add_user("ada")

    def approve_oneself() -> None:
        with transaction():
            publish_note(
                session,
                topic_key="http",
                title="Mine",
                summary="",
                body="x",
                author_id=author,
                approver_id=author,
                now=utc_now(),
            )

    with pytest.raises(IntegrityError):
        approve_oneself()


def test_many_publishers_at_once_lose_nothing(content: Content, app: Flask, session: Session) -> None:
    content.lesson("web/http")
    content.import_all()
    failures: list[BaseException] = []

    def publish(name: int) -> None:
        try:
            with app.app_context():
                for _ in range(3):
                    with transaction() as mine:
                        change(mine, get_document(mine, Kind.LESSON, "http"), f"By {name}.\n")
                db.session.remove()
        except BaseException as failure:  # noqa: BLE001  # it is raised again in the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=publish, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    session.rollback()
    revisions = revisions_of(session, get_document(session, Kind.LESSON, "http"))
    assert [revision.number for revision in revisions] == list(range(1, 14))
    assert [revision.id for revision in revisions] == sorted(revision.id for revision in revisions)
    assert library_generation(session) == revisions[-1].id
    assert get_document(session, Kind.LESSON, "http").revision_id == revisions[-1].id
