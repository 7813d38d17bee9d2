"""What tests of the pages share: a portal with a small library in it."""

from pathlib import Path

import pytest
from flask import Flask

from tests.support.library import import_library, write_content


@pytest.fixture
def library(app: Flask, tmp_path: Path) -> Path:
    """A small library, imported; the folder it came from."""
    folder = write_content(tmp_path / "content")
    import_library(folder)
    return folder
