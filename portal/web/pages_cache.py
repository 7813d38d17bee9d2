"""Pages that look the same to every anonymous reader, kept ready-made."""

from flask import Flask


def remember_pages(app: Flask) -> None:
    """Keep the pages of anonymous readers in memory for as long as nothing new is published."""
