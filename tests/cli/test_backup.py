from pathlib import Path

from flask import Flask

from portal.accounts.queries import find_user
from portal.db import db
from tests.support.people import add_user


def test_a_backup_is_written_and_restored(app: Flask, tmp_path: Path) -> None:
    add_user("ada")
    runner = app.test_cli_runner()
    file = tmp_path / "portal.zip"
    saved = runner.invoke(args=["backup", str(file)])
    assert saved.exit_code == 0, saved.output
    add_user("bea")
    asked = runner.invoke(args=["restore", str(file)], input="n\n")
    assert asked.exit_code == 1
    restored = runner.invoke(args=["restore", str(file), "--yes"])
    assert restored.exit_code == 0, restored.output
    assert find_user(db.session(), "ada") is not None
    assert find_user(db.session(), "bea") is None


def test_a_damaged_backup_is_refused_with_a_sentence(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "portal.zip"
    file.write_text("no archive")
    result = app.test_cli_runner().invoke(args=["restore", str(file), "--yes"])
    assert result.exit_code == 1
    assert "damaged or no backup" in result.output
