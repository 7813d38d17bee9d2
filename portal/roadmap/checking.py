"""What the roadmap file ought to be beyond what an import needs: a graph without circles."""

from pathlib import Path

from portal.library.domain import BrokenText, Kind, Problem
from portal.library.files import Place, read_source
from portal.library.shapes import find_flaws
from portal.roadmap.domain import find_circle

FILE = "roadmap.yml"


def check_roadmap(folder: Path) -> list[Problem]:
    """Return what is wrong with the order of the topics; a file that cannot be read is the library's complaint."""
    file = folder / FILE
    if not file.is_file():
        return [Problem(FILE, 1, "the roadmap is missing")]
    try:
        source = read_source(FILE, file.read_bytes())
    except BrokenText:
        return []
    if find_flaws(Kind.DATA, "roadmap", source.meta):
        return []
    needs: dict[str, list[str]] = {}
    places: dict[str, Place] = {}
    for stage_number, stage in enumerate(source.meta["stages"]):
        for topic_number, topic in enumerate(stage.get("topics") or ()):
            needs[topic["slug"]] = topic.get("needs") or []
            places[topic["slug"]] = ("stages", stage_number, "topics", topic_number)
    circle = find_circle(needs)
    if not circle:
        return []
    return [source.problem(places[circle[0]], f"these topics need one another: {' → '.join(circle)}")]
