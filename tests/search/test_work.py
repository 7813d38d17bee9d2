"""How much work a query makes, counted and not timed: whatever is typed, a small multiple of what two words make."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.library.indexing import load_synonyms, rebuild
from portal.search import answering
from portal.search.domain import MAX_QUERY, MAX_TERMS, SearchRequest
from portal.search.entries import make_entry
from portal.search.finding import MOST_COMPLETED, MOST_COMPLETIONS, MOST_CORRECTED
from portal.search.parsing import MOST_WORDINGS, read_query
from portal.search.synonyms import Synonyms
from tests.bench.corpus import Keeper
from tests.search.counting import CountingIndex
from tests.search.test_relevance import places_of

pytestmark = [
    pytest.mark.xdist_group("journeys"),  # which need the same import of the real content
    pytest.mark.timeout(120, func_only=True),
    pytest.mark.unmeasured,
]

PLAIN = "http request"
"""Two words that stand in half of all texts."""
HANDLED = 12
"""How many times as much may be handled as for the plain query; eight times as many words may be looked up."""
CALLS = 10
"""How many times as often the index may be asked; in PostgreSQL each time is a statement."""
TWICE = 2
"""A query that was mended is looked up again."""


@pytest.fixture(scope="module")
def library(prepared: Path) -> tuple[CountingIndex, Synonyms]:
    """The real content in an index that counts, and the words that mean the same."""
    with Session(sa.create_engine(f"sqlite:///{prepared / 'instance' / 'portal.db'}")) as session:
        keeper = Keeper()
        rebuild(session, keeper, lambda: places_of(session))
        return CountingIndex(map(make_entry, keeper.documents)), load_synonyms(session)


class Meter:
    """Counts the work of queries on the real content, each beside the plain one."""

    def __init__(self, index: CountingIndex, synonyms: Synonyms) -> None:
        self.index = index
        self.synonyms = synonyms
        self.search(PLAIN)
        self.plain = index.work.copy()
        self.plain_handled = index.handled

    def search(self, text: str) -> None:
        self.index.work.clear()
        self.index.corrections.clear()  # what was found out before costs nothing
        answering.answer(self.index, SearchRequest(text=text, synonyms=self.synonyms))

    def assert_bounded(self, text: str) -> None:
        self.search(text)
        work = self.index.work
        assert self.index.handled <= HANDLED * self.plain_handled, work
        assert work["calls"] <= CALLS * self.plain["calls"], work
        assert work["walks"] <= MOST_CORRECTED, work
        assert work["completions"] <= TWICE * MOST_COMPLETED * MOST_COMPLETIONS, work
        assert work["pages"] <= self.plain["pages"] + 1, work  # one more for a definition


@pytest.fixture(scope="module")
def meter(library: tuple[CountingIndex, Synonyms]) -> Meter:
    return Meter(*library)


COMMON = re.findall(
    r"\w+",
    "one each all same two first time only after name every without nothing second before once may own request code "
    "other server read must database out new data short use import shows over example",
)
"""Words that stand in most texts."""
SHORTENED = "aaaaa ZZ" + " con pre tra aut rep ser dat int sta per com pro dis sub res inf"
MISSPELT = (
    "trnasaction kuberntes concurency midleware deploymnt paginaton certifcate replicaton permision authenticaton"
)
HOSTILE = {
    "common words": " ".join(COMMON),
    "one letter and a star": "a* " * 70,
    "one letter": "a" * MAX_QUERY,
    "half-typed words": SHORTENED,
    "operators": "stage:http level:core kind:lesson tag:x -a -b --c " * 6 + PLAIN,
    "exclusions": "request " + " ".join(f"-{word}" for word in COMMON),
    "exclusions alone": " ".join(f"-{word}" for word in COMMON),
    "quotation marks": '"' * MAX_QUERY,
    "quoted words": " ".join(f'"{word}"' for word in COMMON),
    "quoted pairs": " ".join(f'"{one} {other}"' for one, other in pairwise(COMMON)),
    "a phrase of common words": f'"{" ".join(COMMON[:MAX_TERMS])}"',
    "a phrase of little words": '"the a of to in is and"',
    "misspelt words": MISSPELT,
    "a phrase of misspelt words": f'"{MISSPELT}"',
    "unknown words": " ".join(f"qzxvwkjh{letter}" for letter in "abcdefghijklmnop"),
    "joined words": " ".join("_".join(COMMON[start : start + 4]) for start in range(0, 32, 4)),
    "one joined word": ".".join("abcdefghij" * 9),
    "hyphens": "a-b-c-d-e-f-g-h " * 12,
    "halves of words": "time out data base back end front end " * 5,
    "signs": "C++ " * 50,
    "ligatures": "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * MAX_QUERY,
    "accents": "e\u0301\u0302\u0303" * 50,
    "ideographs": "漢字 " * 66,
    "emoji": "\N{WOMAN}\u200d\N{GIRL} " * 50,
    "nothing printable": "\u202e\x00\u200b" * 66,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_costs_a_small_multiple_of_a_plain_one(meter: Meter, text: str) -> None:
    meter.assert_bounded(text)


def test_words_with_many_other_wordings_cost_no_more(meter: Meter) -> None:
    """The worst that the maintained list holds: single words whose other wordings have the longest postings."""
    known = meter.index.postings

    def cost(stem: str) -> int:
        terms = {term for other in read_query(stem, meter.synonyms).clauses[0].alternatives for term in other.terms}
        return sum(map(len, known(terms).values()))

    costly = sorted((stems[0] for stems in meter.synonyms.others if len(stems) == 1), key=cost, reverse=True)
    text = " ".join(costly[:MAX_TERMS])
    clauses = read_query(text, meter.synonyms).clauses
    assert len(clauses) > MAX_TERMS / 2
    assert sum(len(clause.alternatives) for clause in clauses) <= MOST_WORDINGS
    meter.assert_bounded(text)


PIECES = st.sampled_from(
    [
        *COMMON,
        *SHORTENED.split(),
        *MISSPELT.split(),
        "-",
        '"',
        "tag:",
        "k8s",
        "oom",
        "c++",
        "a.b",
        "\u0301",
        " ",
        " ",
        " ",
    ]
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(pieces=st.lists(PIECES, min_size=1, max_size=60))
def test_no_mixture_of_these_costs_more(meter: Meter, pieces: list[str]) -> None:
    meter.assert_bounded(" ".join(pieces))
    meter.assert_bounded("".join(pieces))
