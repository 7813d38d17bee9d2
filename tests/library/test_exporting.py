"""Export writes back what import read, byte for byte."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.db import transaction
from portal.errors import Invalid
from portal.library.domain import Kind, Origin
from portal.library.exporting import export_content
from portal.library.importing import import_content
from portal.library.models import Document
from portal.library.publishing import publish_change, publish_note, publish_revision
from portal.settings import ROOT
from tests.support.content import Content, get_document
from tests.support.people import add_user


def files_below(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_files_come_back_byte_for_byte(content: Content, session: Session, tmp_path: Path) -> None:
    content.lesson("web/http", body="Ünïcode, tabs\t, no line end")
    content.lesson("web/gone", retired=True)
    content.page("about")
    content.write("pages/windows.md", "---\r\ntitle: W\r\nsummary: s\r\n---\r\n\r\n\r\nBody\r\n\r\n")
    content.write("glossary.yml", "# a comment\nterms:\n  - {term: API, slug: api, definition: d}\n\n\n")
    content.import_all()
    written = export_content(session, tmp_path / "out")
    assert files_below(tmp_path / "out") == files_below(content.folder)
    assert written == sorted(files_below(content.folder))


def assert_comes_back(session: Session, folder: Path) -> None:
    """Check that an export of the content of the portal into an empty folder leaves nothing out and changes nothing."""
    written = export_content(session, folder)
    originals = files_below(ROOT / "content")
    assert files_below(folder) == {path: originals[path] for path in written}
    assert {path for path in originals if path.endswith((".md", ".yml"))} == set(written)


@pytest.mark.unmeasured
@pytest.mark.xdist_group("journeys")  # which need the same import of the real content
def test_the_content_of_the_portal_comes_back_byte_for_byte(prepared: Path, tmp_path: Path) -> None:
    with Session(sa.create_engine(f"sqlite:///{prepared / 'instance' / 'portal.db'}")) as session:
        assert_comes_back(session, tmp_path / "out")


@pytest.mark.unmeasured
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_content_of_the_portal_comes_back_from_postgresql_byte_for_byte(session: Session, tmp_path: Path) -> None:
    with transaction():
        assert not import_content(session, ROOT / "content", now=utc_now()).problems
    assert_comes_back(session, tmp_path / "out")


def test_contributed_changes_are_written_into_their_files(content: Content, session: Session, tmp_path: Path) -> None:
    file = content.lesson("web/http")
    content.import_all()
    with transaction():
        lesson = get_document(session, Kind.LESSON, "http")
        publish_change(session, lesson, body="Better.", comment="", author_id=None, approver_id=None, now=utc_now())
    export_content(session, content.folder)
    assert file.read_text().endswith("---\n\nBetter.\n")
    assert content.import_all().rows == (("lessons/web/http.md", "unchanged"),)


def test_notes_are_written_with_what_is_known_of_them(content: Content, session: Session, tmp_path: Path) -> None:
    content.lesson("web/hypertext", id="http")
    content.import_all()
    author = add_user("ada")
    with transaction():
        ids = [
            publish_note(
                session,
                topic_key=topic,
                title="ETags: why",
                summary="In short.",
                body="A note.",
                author_id=author,
                approver_id=None,
                now=utc_now(),
            ).id
            for topic in ("http", "planned")
        ]
    written = export_content(session, tmp_path / "out")
    path = f"notes/hypertext/{ids[0]}-etags-why.md"
    assert written == ["lessons/web/hypertext.md", path, f"notes/planned/{ids[1]}-etags-why-2.md"]
    _, head, body = (tmp_path / "out" / path).read_text().split("---\n")
    assert yaml.safe_load(head) == {
        "title": "ETags: why",
        "summary": "In short.",
        "topic": "hypertext",
        "author": "ada",
        "published": utc_now().date(),
    }
    assert body == "\nA note.\n"


def test_an_export_below_the_content_does_not_disturb_an_import(content: Content, session: Session) -> None:
    with transaction():
        note = publish_note(
            session,
            topic_key="http",
            title="ETags",
            summary="",
            body="x",
            author_id=None,
            approver_id=None,
            now=utc_now(),
        )
        publish_revision(
            session,
            note,
            title="ETags",
            summary="",
            head="",
            body="x",
            path=None,
            meta={},
            is_retired=True,
            origin=Origin.CONTRIBUTION,
            comment="",
            author_id=None,
            approver_id=None,
            now=utc_now(),
        )
    (path,) = export_content(session, content.folder)
    assert "retired: true\n" in (content.folder / path).read_text()
    assert content.import_all().rows == ()


def test_other_files_are_left_alone(content: Content, session: Session, tmp_path: Path) -> None:
    content.page("about")
    content.import_all()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "README.md").write_text("mine")
    export_content(session, tmp_path / "out")
    assert sorted(files_below(tmp_path / "out")) == ["README.md", "pages/about.md"]


@pytest.mark.parametrize("path", ["../outside.md", "/tmp/outside.md", "pages/../../outside.md"])
def test_nothing_is_written_outside(content: Content, session: Session, tmp_path: Path, path: str) -> None:
    with transaction():
        publish_revision(
            session,
            Document(kind=Kind.PAGE, key="x", slug="x"),
            title="X",
            summary="",
            head="",
            body="",
            path=path,
            meta={},
            is_retired=False,
            origin=Origin.IMPORT,
            comment="",
            author_id=None,
            approver_id=None,
            now=utc_now(),
        )
    with pytest.raises(Invalid, match="outside"):
        export_content(session, tmp_path / "out")


def test_nothing_is_written_through_a_link_that_leads_outside(
    content: Content, session: Session, tmp_path: Path
) -> None:
    content.page("about")
    content.import_all()
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "pages").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Invalid, match="outside"):
        export_content(session, tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())
