"""Every example of the content keeps its word: scripts print what the page shows, the rest can be parsed."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from tests.support.databases import empty_database
from tests.support.examples import Example, Treatment, content_examples, parse, run_script

pytestmark = pytest.mark.unmeasured

EXAMPLES = content_examples()


def choose(treatment: Treatment) -> pytest.MarkDecorator:
    """Run a test once for each example that is treated so."""
    chosen = [pytest.param(example, id=example.name) for example in EXAMPLES if example.treatment is treatment]
    return pytest.mark.parametrize("example", chosen)


@pytest.fixture
def servers(request: pytest.FixtureRequest, example: Example) -> Iterator[dict[str, str]]:
    """The servers that an example says it needs, each empty, as the environment names them."""
    with ExitStack() as held:
        environment = {}
        if "postgresql" in example.flags:
            server = request.getfixturevalue("postgres_server")
            environment["DATABASE_URL"] = held.enter_context(empty_database(server))
        if "redis" in example.flags:
            environment["REDIS_URL"] = request.getfixturevalue("redis_server")
            with redis.Redis.from_url(environment["REDIS_URL"]) as client:
                client.flushall()
        yield environment


@choose(Treatment.RUN)
def test_a_script_prints_what_the_page_shows(example: Example, servers: dict[str, str], tmp_path: Path) -> None:
    script = run_script(example.code, tmp_path, servers)

    assert script.stderr == ""
    assert script.stdout == example.output
    assert script.returncode == 0


@choose(Treatment.PARSE)
def test_a_block_is_well_formed(example: Example) -> None:
    parse(example)
