from pathlib import Path

from sqlalchemy.orm import Session

from portal.roadmap.queries import load_roadmap
from tests.support.library import import_library


def test_an_empty_database_holds_an_empty_roadmap(session: Session) -> None:
    assert load_roadmap(session).stages == ()


def test_a_topic_tells_whether_its_lesson_is_there(library: Path, session: Session) -> None:
    assert {topic.slug: topic.has_lesson for topic in load_roadmap(session)} == {
        "http": True,
        "json": False,
        "caching": True,
        "http-caching": True,
    }


def test_a_retired_lesson_is_not_there(library: Path, session: Session) -> None:
    file = library / "lessons" / "web" / "http.md"
    file.write_text(file.read_text(encoding="utf-8").replace("---\n", "---\nretired: true\n", 1), encoding="utf-8")
    import_library(library)
    session.expire_all()
    assert not load_roadmap(session).by_slug["http"].has_lesson
