import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal.search.store import Store
from portal.settings import Settings
from portal.web.services import search_engine


@pytest.fixture
def index(library: Path, settings: Settings) -> Path:
    """The folder of the index, which is not made yet, of a small library."""
    return settings.instance_path / "search"


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["search", *words])


def test_a_rebuild_makes_the_index(app: Flask, index: Path) -> None:
    result = run(app, "rebuild")
    assert result.exit_code == 0, result.output
    assert "7 documents are in the search index" in result.output
    assert search_engine().status().documents == 7
    status = run(app, "status")
    assert status.exit_code == 0, status.output
    assert "ready" in status.output
    assert str(index) in status.output


def test_a_rebuild_waits_for_nobody_for_ever(app: Flask, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_engine(), "_wait", 0.05)
    with Store(index, "any").writing(wait=0):
        result = run(app, "rebuild")
    assert result.exit_code == 1
    assert "Another process is writing the search index." in result.output


def test_the_status_tells_of_a_missing_index(app: Flask, index: Path) -> None:
    result = run(app, "status")
    assert result.exit_code == 1
    assert "missing" in result.output
    assert "There is no index." in result.output


def test_the_status_tells_of_a_damaged_index(app: Flask, index: Path) -> None:
    run(app, "rebuild")
    for file in index.glob("index-*/*.pst"):
        file.write_bytes(b"")
    result = run(app, "status")
    assert result.exit_code == 1
    assert "damaged" in result.output


def test_the_status_tells_of_an_index_that_is_behind(app: Flask, index: Path) -> None:
    run(app, "rebuild")
    search_engine().rebuild((), up_to=1)
    result = run(app, "status")
    assert result.exit_code == 1
    assert "not at the newest revision" in result.output
    shutil.rmtree(index)
