"""The real content keeps the rules that CONTRIBUTING.md gives to authors."""

import pytest

from portal.library.checking import check_content
from portal.roadmap.checking import check_roadmap
from tests.support.examples import CONTENT


@pytest.mark.unmeasured
def test_nothing_is_wrong_with_the_content() -> None:
    assert [str(problem) for problem in [*check_content(CONTENT), *check_roadmap(CONTENT)]] == []
