"""What every engine must do."""

from itertools import product

import pytest

from portal.search import ranking
from portal.search.domain import MAX_QUERY, Engine, SearchRequest, State
from portal.search.engines.memory import MemoryEngine
from portal.search.engines.whoosh import WhooshEngine
from tests.search.documents import fill, make_document, search, titles, written

HOSTILE = [
    "",
    "\x00",
    "*",
    "*a*",
    "[a TO z]",
    "fuzzy~2/0",
    "title:lock",
    "status:x AND NOT (",
    '"',
    '"" "',
    "a" * 1_000_000,
    "a " * 500_000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%s %(x)s {0} {{x}}",
    "\ud800",
    "\u202e\u0000\uffff",
    "💥",
    "." * 5000,
    "-" * 5000,
    "a-" * 5000,
    "key:~",
    "~",
]

LIBRARY = [
    make_document(
        "Transactions",
        key="lesson:1",
        summary="Grouping statements so that all happen or none.",
        headings=("Isolation levels", "Locks and deadlocks"),
        body="A transaction groups statements.\nRead committed is the default level.\nA deadlock ends one transaction.",
        tags=("database", "consistency"),
        stage="data",
        level="core",
    ),
    make_document(
        "HTTP caching",
        key="lesson:2",
        summary="Who may keep an answer, and for how long.",
        body="The server sends Cache-Control and an ETag.\nStatus 304 saves the body, 429 asks for patience.",
        tags=("http",),
        stage="async",
        level="advanced",
    ),
    make_document(
        "Talking to a database",
        key="lesson:3",
        body="Use queryset.select_related() against the N+1 problem. C++ has bindings too. The database waits.",
        stage="data",
        level="foundation",
    ),
    make_document(
        "ACID", key="term:4", kind="term", slug="acid", summary="The four promises of a transaction.",
        aliases=("atomicity, consistency, isolation, durability",), stage="data", level="core",
    ),
    make_document("About", key="page:5", kind="page", slug="about", body="Who writes this, and why."),
    make_document(
        "A lock that never came back", key="note:6", kind="note", topic="Transactions", stage="data", level="core",
        body="We waited for a deadlock that was none.",
    ),
]  # fmt: skip


@pytest.fixture
def library(engine: Engine) -> Engine:
    """An engine that knows a small library."""
    fill(engine, *LIBRARY)
    return engine


def test_a_document_is_found_by_its_title_body_headings_tags_summary_and_other_names(library: Engine) -> None:
    assert titles(library, "caching")[0] == "HTTP caching"
    assert titles(library, "patience") == ["HTTP caching"]
    assert titles(library, "levels")[0] == "Transactions"
    assert titles(library, "consistency")[0] in ("ACID", "Transactions")
    assert titles(library, "promises") == ["ACID"]
    assert titles(library, "durability") == ["ACID"]


def test_all_forms_of_a_word_are_found(library: Engine) -> None:
    assert titles(library, "grouped statement") == titles(library, "grouping statements") == ["Transactions"]


def test_case_accents_and_control_characters_do_not_matter(library: Engine) -> None:
    assert titles(library, "\tTRÁNSACTIONS\x00 ") == titles(library, "transactions")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("select_related", "Talking to a database"),
        ("queryset.select_related", "Talking to a database"),
        ("related", "Talking to a database"),
        ("N+1", "Talking to a database"),
        ("c++", "Talking to a database"),
        ("Cache-Control", "HTTP caching"),
        ("cache control", "HTTP caching"),
        ("429", "HTTP caching"),
        ("etag", "HTTP caching"),
    ],
)
def test_code_is_found_as_it_is_written(library: Engine, query: str, title: str) -> None:
    assert titles(library, query) == [title]


def test_a_language_is_not_found_by_its_letter(library: Engine) -> None:
    assert titles(library, "c") == []


def test_a_joined_word_is_found_apart_too_but_as_written_first(engine: Engine) -> None:
    fill(engine, make_document("Apart", body="is read only " * 4), make_document("Joined", body="is read-only"))
    assert titles(engine, "read-only") == ["Joined", "Apart"]


def test_a_joined_word_that_nobody_writes_stands_for_its_parts(engine: Engine) -> None:
    fill(engine, make_document("Both", body="first try it and later catch it"), make_document("One", body="catch it"))
    assert titles(engine, "try/catch") == ["Both"]
    assert titles(engine, '"try/catch"') == []
    fill(engine, make_document("Letters", body="n is more than 1"))
    assert titles(engine, "n+1") == []


def test_whoever_is_named_as_asked_stands_on_top(engine: Engine) -> None:
    fill(
        engine,
        make_document("Locks in transactions", body="transaction " * 300, tags=("transaction",)),
        make_document("Transactions", body="A short text."),
        make_document("Other", aliases=("the unit of work",), body="nothing"),
        make_document("Work", body="unit of work " * 50),
    )
    assert titles(engine, "transaction")[0] == "Transactions"
    assert titles(engine, "Unit of Work")[0] in ("Work", "Other")
    assert titles(engine, "the unit of work")[0] == "Other"


def test_a_title_counts_more_than_the_body(engine: Engine) -> None:
    fill(engine, make_document("Deadlocks", body="x"), make_document("Other things", body="deadlock " * 4))
    assert titles(engine, "deadlock and things that wait")[0] in ("Deadlocks", "Other things")
    assert titles(engine, "deadlock")[0] == "Deadlocks"


def test_what_has_all_the_words_comes_first_and_what_has_hardly_any_not_at_all(engine: Engine) -> None:
    fill(
        engine,
        make_document("All", body="alpha beta gamma"),
        make_document("Two", body="beta gamma"),
        make_document("One", body="alpha"),
        make_document("None", body="delta"),
    )
    assert titles(engine, "gamma beta alpha") == ["All", "Two"]


def test_what_has_most_is_shown_where_nothing_has_all(engine: Engine) -> None:
    fill(engine, make_document("First", body="alpha"), make_document("Second", body="beta"))
    assert set(titles(engine, "alpha beta")) == {"First", "Second"}


def test_a_quoted_phrase_must_stand_there_as_it_is(engine: Engine) -> None:
    fill(
        engine,
        make_document("Yes", body="The level is read committed."),
        make_document("Mixed", body="It committed what it read."),
        make_document("Across", headings=("What was read",), body="Committed"),
    )
    assert titles(engine, '"read committed"') == ["Yes"]
    assert titles(engine, '"read committed" level') == ["Yes"]
    assert titles(engine, '"committed read"') == []
    assert titles(engine, '"read committed" "never there"') == []


def test_a_half_typed_word_is_completed_from_three_letters_on(library: Engine) -> None:
    assert titles(library, "transac") == titles(library, "transaction")
    assert titles(library, "pati") == ["HTTP caching"]
    assert titles(library, "pa") == []


def test_passages_show_where_the_words_stand(library: Engine) -> None:
    (hit,) = search(library, "patience").hits
    assert [written(passage) for passage in hit.passages] == ["Status 304 saves the body, 429 asks for [patience]."]


def test_the_summary_is_shown_where_the_body_says_nothing(library: Engine) -> None:
    (hit,) = search(library, "durability").hits
    assert [written(passage) for passage in hit.passages] == ["The four promises of a transaction."]
    assert "[promises]" in written(search(library, "promises").hits[0].passages[0])


def test_a_completed_word_is_marked(library: Engine) -> None:
    assert "[patience]" in written(search(library, "patien").hits[0].passages[0])


def test_a_hit_says_all_that_leads_to_it(library: Engine) -> None:
    (hit,) = search(library, "four promises").hits
    assert (hit.kind, hit.slug, hit.title, hit.stage, hit.level) == ("term", "acid", "ACID", "data", "core")


def test_filters_let_through_what_has_the_value(library: Engine) -> None:
    assert titles(library, "deadlock", kind="note") == ["A lock that never came back"]
    assert titles(library, "deadlock", stage="data", level="core", kind="lesson") == ["Transactions"]
    assert titles(library, "deadlock", stage="async") == []
    assert titles(library, "deadlock", kind="nonsense") == []


def test_counts_tell_what_each_filter_would_leave(library: Engine) -> None:
    text = "transaction database deadlock"
    for kind, level in product(["", "lesson", "note"], ["", "core", "advanced"]):
        results = search(library, text, kind=kind, level=level)
        for name in ("stage", "level", "kind"):
            filters = {"kind": kind, "level": level}
            for value, count in results.facets[name].items():
                assert search(library, text, **{**filters, name: value}).total == count
        assert results.unfiltered == search(library, text).total


def test_results_come_in_pages_that_neither_overlap_nor_leave_out(engine: Engine) -> None:
    fill(engine, *(make_document(f"Lock {number:02}", body="lock") for number in range(25)))
    pages = [search(engine, "lock", page=page, page_size=10) for page in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [10, 10, 5]
    assert {page.total for page in pages} == {25}
    assert {page.pages for page in pages} == {3}
    assert [hit.title for page in pages for hit in page.hits] == [f"Lock {number:02}" for number in range(25)]


@pytest.mark.parametrize(("asked", "shown"), [(4, 3), (10**30, 3), (0, 1), (-7, 1)])
def test_a_page_that_does_not_exist_is_the_nearest_that_does(engine: Engine, asked: int, shown: int) -> None:
    fill(engine, *(make_document(f"Lock {number}") for number in range(25)))
    results = search(engine, "lock", page=asked)
    assert results.page == shown
    assert results.hits


def test_a_misspelt_word_is_corrected_only_where_nothing_has_it(library: Engine) -> None:
    assert search(library, "deadlok").did_you_mean == "deadlock"
    assert search(library, "Transactoin isolation").did_you_mean == "transaction isolation"
    assert search(library, "deadlock").did_you_mean is None
    assert search(library, "deadl").did_you_mean is None
    assert search(library, "xylophone").did_you_mean is None


def test_only_a_few_words_are_corrected_and_remembered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST_CORRECTIONS", 2)
    fill(engine, make_document(body="alpha bravo charlie delta"))
    assert search(engine, "alpah brvao chralie detla").did_you_mean == "alpha bravo charlie detla"
    assert search(engine, "alpah").did_you_mean == "alpha"


def test_the_correction_is_found(library: Engine) -> None:
    for typed in ("deadlok", "databse", "comitted", '"read comitted"'):
        better = search(library, typed).did_you_mean
        assert better is not None
        assert search(library, better).total
        assert search(library, better).did_you_mean is None


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_can_be_typed_breaks_the_search(library: Engine, typed: str) -> None:
    results = search(library, typed)
    assert results.total == len(results.hits)
    assert (results.page, results.pages) in ((1, 0), (1, 1))
    assert len(library.suggest(typed, 5)) <= 5


def test_a_long_query_is_read_up_to_its_limit(library: Engine) -> None:
    assert titles(library, "x" * MAX_QUERY + " deadlock") == []
    assert "Transactions" in titles(library, "x " * 50 + " deadlock" + " y" * 90)


def test_names_are_suggested_by_their_beginning_and_by_that_of_their_words(library: Engine) -> None:
    def suggested(typed: str) -> list[str]:
        return [suggestion.title for suggestion in library.suggest(typed, 5)]

    assert suggested("Tra") == ["Transactions"]
    assert suggested("cach") == ["HTTP caching"]
    assert suggested("http cac") == ["HTTP caching"]
    assert suggested("atom") == ["ACID"]
    assert suggested("a") == ["ACID", "About", "A lock that never came back", "Talking to a database"]
    assert suggested("ansactions") == []
    assert suggested(" ") == []
    assert len(library.suggest("a", 2)) == 2


def test_a_suggestion_says_where_it_leads(library: Engine) -> None:
    (suggestion,) = library.suggest("ACI", 5)
    assert (suggestion.title, suggestion.kind, suggestion.slug) == ("ACID", "term", "acid")


def test_a_document_that_changed_is_found_by_what_it_says_now(engine: Engine) -> None:
    fill(engine, make_document("Old name", key="lesson:1", body="alpha"))
    fill(engine, make_document("New name", key="lesson:1", body="beta"))
    assert titles(engine, "alpha") == []
    assert titles(engine, "beta") == ["New name"]
    assert [suggestion.title for suggestion in engine.suggest("na", 5)] == ["New name"]
    assert engine.status().documents == 1


def test_a_document_that_was_taken_out_leaves_nothing_behind(engine: Engine) -> None:
    fill(engine, make_document("Kept", body="alpha"), make_document("Gone", key="lesson:gone", body="withdrawn words"))
    assert engine.update((), {"lesson:gone", "lesson:unknown"}, since=1, up_to=2)
    assert titles(engine, "withdrawn") == []
    assert titles(engine, "withdr") == []
    assert search(engine, "withdrawm").did_you_mean is None
    assert engine.suggest("gone", 5) == []
    assert engine.status().documents == 1


def test_scores_do_not_depend_on_what_was_there_before(engine: Engine) -> None:
    fill(engine, *LIBRARY)
    fresh = MemoryEngine()
    fill(fresh, *LIBRARY)
    for _ in range(3):
        fill(engine, make_document("Passing", key="x", body="deadlock transaction database"))
    assert engine.update((), {"x"}, since=4, up_to=5)
    for text in ("transaction", "deadlock database", "data", '"read committed"'):
        assert search(engine, text) == search(fresh, text)


def test_an_index_remembers_what_it_has_seen(engine: Engine) -> None:
    assert engine.seen() == 0
    assert engine.update([make_document("One")], (), since=0, up_to=7)
    assert engine.seen() == 7


def test_what_was_seen_already_is_not_taken_in_again(engine: Engine) -> None:
    assert engine.update([make_document("Newer", key="a")], (), since=0, up_to=7)
    assert engine.update([make_document("Older", key="a")], (), since=3, up_to=6)
    assert titles(engine, "newer") == ["Newer"]
    assert engine.seen() == 7


def test_nothing_is_taken_in_after_a_gap(engine: Engine) -> None:
    assert engine.update([make_document("One")], (), since=0, up_to=2)
    assert not engine.update([make_document("Later")], (), since=5, up_to=6)
    assert titles(engine, "later") == []
    assert engine.seen() == 2


def test_a_rebuild_puts_what_is_given_in_place_of_what_was_there(engine: Engine) -> None:
    fill(engine, *LIBRARY)
    assert engine.rebuild(iter([make_document("Only this")]), up_to=3)
    assert engine.seen() == 3
    assert titles(engine, "transactions") == []
    assert titles(engine, "only") == ["Only this"]


def test_a_sound_index_is_not_rebuilt_when_only_a_broken_one_should_be(library: Engine) -> None:
    assert not library.rebuild((), up_to=9, only_if_broken=True)
    assert titles(library, "patience") == ["HTTP caching"]


def test_an_index_tells_how_it_is(library: Engine) -> None:
    status = library.status()
    assert (status.state, status.documents, status.seen) == (State.READY, len(LIBRARY), 1)


def test_all_engines_answer_alike(whoosh: WhooshEngine) -> None:
    memory = MemoryEngine()
    for engine in (memory, whoosh):
        fill(engine, *LIBRARY[:3])
        fill(engine, *LIBRARY[2:])
    words = {word.strip(".,") for document in LIBRARY for word in document.body.split()}
    for text in [*sorted(words), "transactions database", "the lock is a lock", "isolat durab", '"a transaction"']:
        for page_size in (2, 10):
            request = SearchRequest(text=text, page_size=page_size)
            assert memory.search(request) == whoosh.search(request)
        assert memory.suggest(text, 3) == whoosh.suggest(text, 3)
