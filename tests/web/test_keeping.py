from pathlib import Path

from sqlalchemy.orm import Session

from portal.library.queries import library_generation
from portal.web.keeping import Derived, Kept
from tests.support.library import GLOSSARY, import_library


def test_what_was_asked_for_last_stays() -> None:
    kept = Kept[str](room=10, size=len)
    kept.put("a", "123456789")
    kept.put("a", "1234")
    kept.put("b", "1234")
    assert kept.get("a") == "1234"
    kept.put("c", "1234")
    assert kept.get("b") is None
    assert [kept.get("a"), kept.get("c")] == ["1234", "1234"]
    assert len(kept) == 2


def test_what_is_larger_than_all_the_room_is_not_kept() -> None:
    kept = Kept[str](room=10, size=len)
    kept.put("a", "1234")
    kept.put("b", "12345678901")
    assert kept.get("b") is None


def test_what_is_made_of_the_library_is_made_anew_once_something_was_published(library: Path, session: Session) -> None:
    made: list[int] = []

    def make(session: Session) -> str:
        made.append(library_generation(session))
        return f"as of {made[-1]}"

    derived = Derived(make)
    first = derived.get(session)
    assert derived.get(session) is first
    (library / "glossary.yml").write_text(GLOSSARY.replace("in which", "by which"), encoding="utf-8")
    import_library(library)
    assert derived.get(session) != first
    assert len(made) == 2
