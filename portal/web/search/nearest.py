"""Topics that are near to what was looked for, where nothing was found."""

import heapq
import math
from collections import Counter
from collections.abc import Iterable

from portal.roadmap.domain import Roadmap, TopicEntry
from portal.search.analysis import COMMON_WORDS, STOP_WORDS, stems_of, term_of

MOST_TOPICS = 5
TITLE = 2.0
"""How much a word of a topic's title counts, against one of what the topic covers."""
SILENT = frozenset(term_of(word) for word in STOP_WORDS | COMMON_WORDS)
"""Stems that say too little to bring anybody near to anything."""


def nearest_topics(text: str, roadmap: Roadmap, limit: int = MOST_TOPICS) -> list[TopicEntry]:
    """Return the topics that share words with a text, rare words before common ones, else in the order of travel."""
    wanted = set(stems_of(text)) - SILENT
    weights = [(topic, _stem_weights(topic)) for topic in roadmap]
    counts = Counter(stem for _, stems in weights for stem in stems)
    scored = [
        (sum(stems[stem] * math.log(1 + len(weights) / counts[stem]) for stem in wanted.intersection(stems)), topic)
        for topic, stems in weights
    ]
    best = heapq.nlargest(limit, scored, key=lambda pair: pair[0])  # equals stay in the order in which they come
    return [topic for score, topic in best if score]


def _stem_weights(topic: TopicEntry) -> dict[str, float]:
    covered = dict.fromkeys(_stems(topic.covers), 1.0)
    return covered | dict.fromkeys(_stems([topic.title]), TITLE)


def _stems(texts: Iterable[str]) -> set[str]:
    return {stem for text in texts for stem in stems_of(text)}
