"""The sizes of figures, which pages leave room for before the pictures arrive."""

import re
from pathlib import Path

FIGURES = "figures/"
"""The folder; also names the sizes where they are kept as one document, since no file can have this name."""
VIEW_BOX = re.compile(r"""<svg\b[^>]*\bviewBox=["'][-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)["']""")


def measure_figures(folder: Path) -> dict[str, list[int]]:
    """Return width and height of every SVG file among the figures of a content folder that has a view box, by name."""
    sizes = {}
    for file in sorted((folder / FIGURES).glob("*.svg")):
        if found := VIEW_BOX.search(file.read_text(encoding="utf-8", errors="replace")):
            sizes[file.name] = [round(float(found[1])), round(float(found[2]))]
    return sizes
