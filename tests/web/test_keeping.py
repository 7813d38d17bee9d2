from portal.web.keeping import Kept


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
