"""What tests of the library share."""

from pathlib import Path

import pytest
from flask import Flask

from tests.support.content import Content


@pytest.fixture
def content(tmp_path: Path, app: Flask) -> Content:
    """An empty folder of content, and an application to import it into."""
    folder = tmp_path / "content"
    folder.mkdir()
    return Content(folder)
