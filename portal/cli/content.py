"""Commands about the curated content."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import click
from sqlalchemy.orm import Session

from portal.cli.errors import refusing
from portal.clock import utc_now
from portal.contributions.operations import queue_import_conflicts
from portal.db import current_session, transaction
from portal.library.checking import check_content, reading_grades
from portal.library.domain import ImportReport, Outcome
from portal.library.exporting import export_content
from portal.library.importing import import_content
from portal.library.outside import update_entered_links
from portal.library.queries import lesson_keys_by_slug, lesson_slugs_by_key, read_data, retired_lesson_keys
from portal.library.rendering import ensure_renderings
from portal.roadmap.checking import check_roadmap
from portal.roadmap.domain import rename_topics
from portal.roadmap.operations import import_roadmap
from portal.web.services import catch_up_search, settings

FEW_TERMS = 5  # that are still listed one by one


@click.group()
def content() -> None:
    """Bring in, check and write out the curated content."""


@content.command("import")
def import_() -> None:
    """Bring in what changed in the content folder.

    Prints what it did; files that did not change are only counted. A file that cannot be used is named and left out,
    which makes the exit status 1. Nothing is ever deleted, and nobody's progress is touched.
    """
    with refusing():
        complaints = bring_in_content()
    _complain(complaints)


def bring_in_content() -> list[str]:
    """Import the content folder, print what was done, and return a line for everything that was refused."""
    now = utc_now()
    with transaction() as session:
        report = import_content(session, settings().content_path, now=now)
        refused_topics = _bring_roadmap_in_line(session)
        queue_import_conflicts(session, report.conflicts, now=now)
        ensure_renderings(session, everything=True)
    catch_up_search()
    _print_report(report)
    return [*map(str, report.problems), *(f"content/roadmap.yml: {sentence}" for sentence in refused_topics)]


@content.command("check")
def check() -> None:
    """Name every breach in the content folder by file and line; the exit status is 1 where there is one."""
    folder = settings().content_path
    with refusing():
        problems = sorted([*check_content(folder), *check_roadmap(folder)])
        grades = reading_grades(folder)
    _complain([str(problem) for problem in problems])
    click.echo(f"Nothing is wrong with {folder}.")
    _print_grades(grades)


@content.command("enter-links")
def enter_links() -> None:
    """Bring links.yml in line with the links out of the site: new ones are entered with today's date."""
    folder = settings().content_path
    with refusing():
        entered, removed = update_entered_links(folder, today=utc_now().date())
    click.echo(f"{entered} entered, {removed} removed in {folder / 'links.yml'}.")


@content.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the newest texts into DIR as files.

    Files of the same name are replaced; nothing else in DIR is touched. Figures are not stored and stay where they are.
    """
    with refusing():
        paths = export_content(current_session(), folder)
    written = "1 file was" if len(paths) == 1 else f"{len(paths):,} files were"
    click.echo(f"{written} written to {folder}.")


def _print_grades(grades: Mapping[str, float]) -> None:
    """Say how hard the lessons are to read: the median, and both ends."""
    lessons = sorted((grade, path) for path, grade in grades.items() if path.startswith("lessons/"))
    if lessons:
        (lowest, easiest), (highest, hardest) = lessons[0], lessons[-1]
        middle = median(grade for grade, _ in lessons)
        click.echo(
            f"Reading level of {len(lessons)} lessons (Flesch-Kincaid grade): median {middle:.1f}, "
            f"from {lowest} ({easiest}) to {highest} ({hardest})."
        )


def _bring_roadmap_in_line(session: Session) -> list[str]:
    data = read_data(session, "roadmap")
    if not data:
        return []
    keys, slugs = lesson_keys_by_slug(session), lesson_slugs_by_key(session)
    renamed = {former: slugs[key] for former, key in keys.items() if slugs[key] != former}
    present = rename_topics(data, renamed)
    return import_roadmap(session, present, keys=keys, retired=retired_lesson_keys(session))


def _print_report(report: ImportReport) -> None:
    rows = _summarise_terms([row for row in report.rows if row[1] is not Outcome.UNCHANGED])
    width = max((len(path) for path, _ in rows), default=0)
    for path, outcome in rows:
        click.echo(f"{path:<{width}}  {outcome}")
    counts = Counter(outcome for _, outcome in report.rows)
    totals = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
    click.echo(totals or "There is no content.")
    if report.conflicts:
        click.echo("What is in conflict was changed here as well; it waits in the moderation queue.")


def _summarise_terms(rows: Sequence[tuple[str, Outcome]]) -> list[tuple[str, Outcome]]:
    """Put many terms with one outcome into one row."""
    terms = Counter((path.split("#")[0], outcome) for path, outcome in rows if "#" in path)
    many = {row: count for row, count in terms.items() if count > FEW_TERMS}
    short = [(path, outcome) for path, outcome in rows if "#" not in path or (path.split("#")[0], outcome) not in many]
    return sorted([*short, *((f"{file}#… ({count} terms)", outcome) for (file, outcome), count in many.items())])


def _complain(messages: Sequence[str]) -> None:
    for message in messages:
        click.echo(message, err=True)
    if messages:
        sys.exit(1)
