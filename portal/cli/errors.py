"""How commands fail: with the sentence of the rule that was broken, and status 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from portal.errors import PortalError


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a broken rule into a message and an exit status."""
    try:
        yield
    except PortalError as error:
        raise click.ClickException(str(error)) from error
