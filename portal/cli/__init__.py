"""The commands of `flask --app wsgi`. They call operations and hold no rules."""

from flask import Flask

from portal.cli.backup import back_up, restore
from portal.cli.content import content
from portal.cli.search import search
from portal.cli.server import prepare
from portal.cli.users import user


def register_commands(app: Flask) -> None:
    """Add the portal's commands to Flask's."""
    for command in (back_up, content, prepare, restore, search, user):
        app.cli.add_command(command)
