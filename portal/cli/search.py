"""Commands about the search index."""

import time

import click

from portal.cli.errors import refusing
from portal.db import current_session
from portal.library.queries import library_generation
from portal.search.domain import Busy, State, Unavailable
from portal.web.services import rebuild_search, search_engine


@click.group()
def search() -> None:
    """Look after the search index."""


@search.command("rebuild")
def rebuild() -> None:
    """Make the index anew beside the old one, then switch to it."""
    began = time.perf_counter()
    try:
        with refusing():
            count = rebuild_search()
    except Busy as busy:
        raise click.ClickException(f"{busy} Try again when it is done.") from busy
    except Unavailable as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{count:,} documents are in the search index; it took {time.perf_counter() - began:.1f} seconds.")


@search.command("status")
def status() -> None:
    """Say how the index is; exits with 1 where it is missing, damaged or behind what is published."""
    found = search_engine().status()
    with refusing():
        newest = library_generation(current_session())
    behind = newest - found.seen
    lines = {
        "state": found.state.value,
        "place": found.place,
        "documents": f"{found.documents:,}",
        "size": f"{found.size / 1e6:.1f} MB",
        "revisions": f"seen up to {found.seen} of {newest}",
    }
    for name, value in lines.items():
        click.echo(f"{name:<10} {value}")
    if found.state is not State.READY:
        raise click.ClickException(
            f"{found.detail} `search rebuild` makes it anew; so does a search, unless a newer version made it."
        )
    if behind:
        raise click.ClickException("The index is not at the newest revision; the next search brings it there.")
