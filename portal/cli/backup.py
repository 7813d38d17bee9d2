"""Saving everything that is stored, and putting it back."""

from pathlib import Path

import click

from portal.backup import BrokenBackup, read_backup, write_backup
from portal.db import current_session, db, transaction
from portal.web.services import rebuild_search


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def back_up(file: Path) -> None:
    """Write all that is stored into FILE, as a state of one moment. The portal may go on working meanwhile."""
    rows = write_backup(current_session(), file)
    click.echo(f"{rows:,} rows are in {file}.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask before replacing what is stored now.")
def restore(file: Path, yes: bool) -> None:
    """Replace all that is stored with what FILE holds, or change nothing where FILE is damaged."""
    if not yes:
        click.confirm("This replaces everything that is stored now. Go on?", abort=True)
    try:
        with transaction() as session:
            rows = read_backup(session, file)
    except BrokenBackup as broken:
        raise click.ClickException(str(broken)) from broken
    db.session.remove()
    rebuild_search()
    click.echo(f"{rows:,} rows were restored from {file}.")
