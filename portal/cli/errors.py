"""How commands fail: with the sentence of the rule that was broken or of the database, and status 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

from portal.errors import PortalError


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a broken rule, or a database that cannot be used, into a message and an exit status."""
    try:
        yield
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        raise click.ClickException(f"The database says: {str(error.orig).splitlines()[0]}.") from error
