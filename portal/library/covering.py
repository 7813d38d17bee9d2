"""Whether a lesson covers what the roadmap says that it does.

A phrase is covered where all its words, in any form and order, stand together under one heading. Where a lesson says
it in other words, `wordings.yml` names them.
"""

import itertools
import re
from collections.abc import Mapping, Sequence

from portal.search.analysis import STOP_WORDS, stems_of

HEADING = re.compile(r"^#{2,4} ", re.MULTILINE)
LINK_WORDS = frozenset({"versus"})
"""Words that join terms in a phrase, beside those which say little anyway."""

Stems = frozenset[str]


def passages_of(prose: str) -> list[Stems]:
    """Return the stems of each part of a text that stands under a heading of its own."""
    starts = [match.start() for match in HEADING.finditer(prose)]
    bounds = [0, *starts, len(prose)]
    return [frozenset(stems_of(prose[begin:end])) for begin, end in itertools.pairwise(bounds)]


def find_uncovered(
    phrases: Sequence[str], passages: Sequence[Stems], others: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return the phrases that are not covered, each with the wordings that were looked for in vain."""
    missing = {
        phrase: [wording for wording in others.get(phrase, (phrase,)) if not _is_said(wording, passages)]
        for phrase in phrases
    }
    return {phrase: wordings for phrase, wordings in missing.items() if wordings}


def _is_said(wording: str, passages: Sequence[Stems]) -> bool:
    wanted = _stems_that_count(wording)
    return any(wanted <= passage for passage in passages)


def _stems_that_count(wording: str) -> Stems:
    words = [word for word in wording.split() if word.lower() not in STOP_WORDS | LINK_WORDS]
    return frozenset(stems_of(" ".join(words)))
