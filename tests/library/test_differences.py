import time

from portal.library.differences import Change, compare


def shown(old: str, new: str) -> list[str]:
    """The difference as `diff` would print it."""
    marks = {Change.SAME: " ", Change.ADDED: "+", Change.REMOVED: "-", Change.GAP: "…"}
    return [marks[line.change] + line.text for line in compare(old, new)]


def test_equal_texts_have_no_difference() -> None:
    assert compare("one\ntwo\n", "one\ntwo\n") == []


def test_a_changed_line_stands_between_its_neighbours() -> None:
    assert shown("one\ntwo\nthree\n", "one\n2\nthree\n") == [" one", "-two", "+2", " three"]


def test_added_and_removed_lines() -> None:
    assert shown("one\n", "one\ntwo\n") == [" one", "+two"]
    assert shown("one\ntwo\n", "two\n") == ["-one", " two"]


def test_lines_far_from_a_change_are_left_out() -> None:
    lines = [str(number) for number in range(20)]
    changed = [*lines[:10], "ten", *lines[11:]]
    result = shown("\n".join(lines), "\n".join(changed))
    assert result == ["…", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13"]


def test_only_the_words_that_changed_are_marked() -> None:
    removed, added = compare("a cache keeps the old answer", "a cache keeps the new answer")
    assert [run.text for run in removed.runs if run.change is Change.REMOVED] == ["old"]
    assert [run.text for run in added.runs if run.change is Change.ADDED] == ["new"]


def test_lines_with_nothing_in_common_are_replaced_whole() -> None:
    removed, added = compare("completely different words stand here", "42")
    assert [run.change for run in removed.runs] == [Change.REMOVED]
    assert [run.change for run in added.runs] == [Change.ADDED]


def test_more_new_lines_than_old_ones() -> None:
    assert shown("alpha beta\n", "alpha gamma\ndelta\n") == ["-alpha beta", "+alpha gamma", "+delta"]


def test_a_very_long_line_is_replaced_in_one_piece() -> None:
    removed, _added = compare("word " * 500, "word " * 499 + "end")
    assert [run.change for run in removed.runs] == [Change.REMOVED]


def test_hostile_texts_are_compared_in_little_time() -> None:
    began = time.process_time()
    compare("a b\n" * 4_500, "b a\n" * 4_500)
    compare(
        "\n".join(str(number % 7) for number in range(3_000)), "\n".join(str(number % 5) for number in range(3_000))
    )
    compare("\n".join("ab " * 66 for _ in range(320)), "\n".join("ba " * 66 for _ in range(320)))
    compare("\n\nx\n".join(["ab " * 66] * 300), "\n\nx\n".join(["ba " * 66] * 300))
    assert time.process_time() - began < 2
