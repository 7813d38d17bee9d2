from dataclasses import replace
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.domain import Role
from portal.library.domain import Kind
from portal.library.queries import find_document
from portal.settings import Settings
from tests.support.library import write_content
from tests.support.people import add_user


def prepare(app: Flask, settings: Settings, folder: Path) -> Result:
    app.extensions["portal.settings"] = replace(settings, content_dir=folder)
    return app.test_cli_runner().invoke(args=["prepare"])


def test_everything_is_made_ready_and_the_address_is_said(
    app: Flask, settings: Settings, session: Session, tmp_path: Path
) -> None:
    result = prepare(app, settings, write_content(tmp_path / "content"))
    assert result.exit_code == 0, result.output
    assert "http://127.0.0.1:8000" in result.output
    assert find_document(session, Kind.LESSON, "http") is not None


def test_how_to_become_admin_is_said_until_there_is_one(app: Flask, settings: Settings, tmp_path: Path) -> None:
    folder = write_content(tmp_path / "content")
    assert "user create NAME EMAIL --role admin" in prepare(app, settings, folder).output
    add_user("olga", Role.ADMIN)
    assert "no admin yet" not in prepare(app, settings, folder).output


def test_a_broken_file_is_named_and_stops_nothing(
    app: Flask, settings: Settings, session: Session, tmp_path: Path
) -> None:
    folder = write_content(tmp_path / "content")
    (folder / "lessons/web/http.md").write_text("no front matter")
    result = prepare(app, settings, folder)
    assert result.exit_code == 0
    assert "content/lessons/web/http.md:1: " in result.output
    assert "http://127.0.0.1:8000" in result.output
    assert find_document(session, Kind.LESSON, "caching") is not None
