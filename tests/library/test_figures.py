"""The sizes of figures."""

from pathlib import Path

import pytest

from portal.library.figures import measure_figures


@pytest.mark.parametrize(
    ("svg", "size"),
    [
        ('<svg viewBox="0 0 720 360">', [720, 360]),
        ("<?xml version='1.0'?>\n<!-- a -->\n<svg\n  role='img'\n  viewBox='-10 -5.5, 720.4 360.6'>", [720, 361]),
    ],
)
def test_a_view_box_tells_the_size(tmp_path: Path, svg: str, size: list[int]) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a.svg").write_text(svg)
    assert measure_figures(tmp_path) == {"a.svg": size}


def test_what_has_no_view_box_has_no_size(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a.svg").write_text('<svg width="10"><g viewBox="0 0 1 1"/></svg>')
    (tmp_path / "figures" / "b.svg").write_bytes(b"\xff\xfe")
    (tmp_path / "figures" / "c.png").write_bytes(b"\x89PNG")
    assert measure_figures(tmp_path) == {}


def test_no_folder_holds_no_figures(tmp_path: Path) -> None:
    assert measure_figures(tmp_path) == {}
