"""Different words for one thing: what a query with one of them finds, a query with another one finds too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.search.analysis import stems_of

Stems = tuple[str, ...]


class Wording(NamedTuple):
    """Another way to say a thing."""

    text: str
    is_wider: bool = False
    """It says more than what was asked for."""


@dataclass(frozen=True)
class Synonyms:
    """For the stems of a wording, the other wordings of the same."""

    others: Mapping[Stems, tuple[Wording, ...]] = field(default_factory=dict)
    longest: int = 0
    """Stems of the longest wording."""

    def of(self, stems: Stems) -> tuple[Wording, ...]:
        """Return the other wordings of what these stems say."""
        return self.others.get(stems, ())


NO_SYNONYMS = Synonyms()


def gather_synonyms(groups: Iterable[Sequence[str]], narrower: Iterable[tuple[str, Sequence[str]]] = ()) -> Synonyms:
    """Return the synonyms of groups of wordings that mean the same, each for each.

    `narrower` are wordings that stand for others and not the other way round: who asks for `auth` may mean
    authentication, but who asks for authentication does not mean all of `auth`.
    """
    others: dict[Stems, dict[str, Wording]] = {}
    for group in groups:
        for text in group:
            _add(others, text, map(Wording, group))
    for text, wider in narrower:
        _add(others, text, (Wording(other, is_wider=True) for other in wider))
    return Synonyms(
        {stems: tuple(wordings.values()) for stems, wordings in others.items() if wordings},
        longest=max(map(len, others), default=0),
    )


def _add(others: dict[Stems, dict[str, Wording]], text: str, wordings: Iterable[Wording]) -> None:
    stems = stems_of(text)
    if stems:
        known = others.setdefault(stems, {})
        for wording in wordings:
            if stems_of(wording.text) not in ((), stems):
                known.setdefault(wording.text, wording)
