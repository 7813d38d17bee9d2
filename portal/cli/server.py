"""What `make run` does before it serves."""

import click
import flask_migrate

from portal.accounts.queries import has_admin
from portal.cli.content import bring_in_content
from portal.cli.errors import refusing
from portal.db import current_session
from portal.web.services import settings


@click.command()
def prepare() -> None:
    """Make everything ready to serve: database, content, index; then say where the portal is.

    What is refused of the content is named and left as it was; the rest is served.
    """
    flask_migrate.upgrade()
    with refusing():
        complaints = bring_in_content()
    for complaint in complaints:
        click.echo(complaint, err=True)
    _announce()


def _announce() -> None:
    """Print the address of the portal and, while there is no admin, how to make one."""
    shown = "127.0.0.1" if settings().host in ("0.0.0.0", "::") else settings().host  # noqa: S104 (compared, not bound)
    click.echo(f"{settings().site_name} is at http://{shown}:{settings().port} (stop it with Ctrl-C).")
    if not has_admin(current_session()):
        click.echo("There is no admin yet. Make yourself one, in another terminal:")
        click.echo("  .venv/bin/flask --app wsgi user create NAME EMAIL --role admin")
