"""What `make run` says before it serves."""

import click
from flask import current_app

from portal.accounts.queries import has_admin
from portal.db import current_session
from portal.settings import Settings


@click.command()
def announce() -> None:
    """Print the address of the portal and, while there is no admin, how to make one."""
    settings: Settings = current_app.extensions["portal.settings"]
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 (compared, not bound)
    click.echo(f"{settings.site_name} is at http://{shown}:{settings.port} (stop it with Ctrl-C).")
    if not has_admin(current_session()):
        click.echo("There is no admin yet. Make yourself one, in another terminal:")
        click.echo("  .venv/bin/flask --app wsgi user create NAME EMAIL --role admin")
