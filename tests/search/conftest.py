"""The engines that must pass the same suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.search.domain import Engine
from portal.search.engines.memory import MemoryEngine
from portal.search.engines.postgresql import PostgresEngine
from portal.search.engines.whoosh import WhooshEngine
from portal.settings import Settings
from tests.support.databases import PostgresTemplate


@pytest.fixture
def whoosh(tmp_path: Path) -> WhooshEngine:
    """A Whoosh engine with an empty index."""
    engine = WhooshEngine(tmp_path / "search", wait=0.2)
    engine.rebuild((), up_to=0)
    return engine


@pytest.fixture(scope="session")
def search_database(postgres_template: PostgresTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL database in which one test after the other makes its index."""
    address = postgres_template.copy(tmp_path_factory.getbasetemp())
    yield Settings(database_url=address).sqlalchemy_url
    postgres_template.drop(address)


@pytest.fixture
def database(search_database: str) -> Iterator[sa.Engine]:
    """Connections to that database."""
    engine = sa.create_engine(search_database, pool_pre_ping=True)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres(database: sa.Engine) -> PostgresEngine:
    """A PostgreSQL engine with an empty index."""
    engine = PostgresEngine(database, wait=0.2)
    engine.rebuild((), up_to=0)
    return engine


@pytest.fixture(params=["memory", "whoosh", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine with an empty index; each test that asks for it runs once on each."""
    if request.param == "memory":
        return MemoryEngine()
    made: Engine = request.getfixturevalue(request.param)
    return made
