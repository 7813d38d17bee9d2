"""Every example of the content keeps its word: scripts print what the page shows, the rest can be parsed."""

from pathlib import Path

import pytest

from tests.support.examples import PARSERS, Example, Treatment, content_examples, run_script

EXAMPLES = content_examples()


def choose(treatment: Treatment) -> pytest.MarkDecorator:
    """Run a test once for each example that is treated so."""
    chosen = [pytest.param(example, id=example.name) for example in EXAMPLES if example.treatment is treatment]
    return pytest.mark.parametrize("example", chosen)


@choose(Treatment.RUN)
def test_a_script_prints_what_the_page_shows(example: Example, tmp_path: Path) -> None:
    script = run_script(example.code, tmp_path)

    assert script.stderr == ""
    assert script.stdout == example.output
    assert script.returncode == 0


@choose(Treatment.PARSE)
def test_a_block_is_well_formed(example: Example) -> None:
    PARSERS[example.language](example.code)
