"""The engines that must pass the same suite."""

from pathlib import Path

import pytest

from portal.search.domain import Engine
from portal.search.engines.memory import MemoryEngine
from portal.search.engines.whoosh import WhooshEngine


@pytest.fixture
def whoosh(tmp_path: Path) -> WhooshEngine:
    """A Whoosh engine with an empty index."""
    engine = WhooshEngine(tmp_path / "search", wait=0.2)
    engine.rebuild((), up_to=0)
    return engine


@pytest.fixture(params=["memory", "whoosh"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine with an empty index; each test that asks for it runs once on each."""
    if request.param == "memory":
        return MemoryEngine()
    made: WhooshEngine = request.getfixturevalue("whoosh")
    return made
