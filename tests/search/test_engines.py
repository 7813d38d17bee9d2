"""What every engine must do."""

from datetime import UTC, datetime
from itertools import product

import pytest

from portal.search import finding
from portal.search.domain import MAX_QUERY, SECTION, Engine, Order, SearchRequest, State
from portal.search.engines.memory import MemoryEngine
from portal.search.engines.postgresql import PostgresEngine
from portal.search.engines.whoosh import WhooshEngine
from portal.search.synonyms import gather_synonyms
from tests.search.documents import fill, make_document, marked, search, titles

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
        body="A transaction groups statements.\fIsolation levels\nRead committed is the default level."
        "\fLocks and deadlocks\nA deadlock ends one transaction.",
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
        make_document("All", body="alpha beta gamma delta epsilon zeta"),
        make_document("Two", body="beta gamma"),
        make_document("One", body="alpha"),
        make_document("None", body="eta"),
    )
    assert titles(engine, "gamma beta alpha delta epsilon zeta") == ["All", "Two"]


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


def test_wordings_of_those_who_ask_find_a_text_and_are_neither_quoted_nor_shown(engine: Engine) -> None:
    fill(engine, make_document("Transactions", body="All or nothing.", asked=("two people bought the last seat",)))
    (hit,) = search(engine, "bought last seat").hits
    assert hit.title == "Transactions"
    assert not any("seat" in run.text for passage in hit.passages for run in passage.runs)
    assert titles(engine, '"last seat"') == []


def test_a_phrase_that_stands_nowhere_is_left_out_where_there_is_more_to_look_for(library: Engine) -> None:
    results = search(library, 'deadlock detected on "accounts_pkey constraint"')
    assert results.hits[0].title == "Transactions"
    assert results.left_out == ("accounts_pkey constraint",)
    assert search(library, 'deadlock "read committed"').left_out == ()


def test_signs_about_a_word_count(engine: Engine) -> None:
    fill(
        engine,
        make_document("Plain", body="The env is an init. " * 3),
        make_document("Code", body="See .env, __init__"),
    )
    assert titles(engine, ".env") == titles(engine, "__init__") == ["Code", "Plain"]


def test_a_half_typed_word_is_completed_from_three_letters_on(library: Engine) -> None:
    assert titles(library, "transac") == titles(library, "transaction")
    assert titles(library, "pati") == ["HTTP caching"]
    assert titles(library, "pa") == []


def test_passages_show_where_the_words_stand(library: Engine) -> None:
    assert marked(search(library, "patience")) == ["Status 304 saves the body, 429 asks for [patience]."]


def test_the_summary_is_shown_where_the_body_says_nothing(library: Engine) -> None:
    assert marked(search(library, "durability")) == ["The four promises of a transaction."]
    assert "[promises]" in marked(search(library, "promises"))[0]


def test_a_completed_word_is_marked(library: Engine) -> None:
    assert "[patience]" in marked(search(library, "patien"))[0]


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


def test_a_misspelt_word_is_taken_for_what_it_resembles_where_nothing_has_it(library: Engine) -> None:
    results = search(library, "deadlok")
    assert results.did_you_mean == "deadlock"
    assert [hit.title for hit in results.hits] == titles(library, "deadlock")
    assert "[deadlock]" in marked(results)[0]
    assert search(library, "Transactoin isolation").did_you_mean == "transaction isolation"
    for answered in ("deadlock", "deadl", "read committed"):
        assert search(library, answered).did_you_mean is None


def test_what_resembles_nothing_is_not_found(library: Engine) -> None:
    results = search(library, "xylophone")
    assert (results.total, results.did_you_mean) == (0, None)


def test_a_misspelt_phrase_is_mended_only_when_asked(library: Engine) -> None:
    results = search(library, '"read comitted"')
    assert (results.total, results.did_you_mean) == (0, '"read committed"')
    assert titles(library, '"read committed"') == ["Transactions"]


def test_words_that_were_run_together_are_found_apart(library: Engine) -> None:
    results = search(library, "defaultlevel")
    assert (results.hits[0].title, results.did_you_mean) == ("Transactions", "default level")


def test_words_that_are_written_as_one_or_as_two_are_found_either_way(engine: Engine) -> None:
    fill(engine, make_document("One", body="a timeout of the backend"))
    fill(
        engine, make_document("Two", body="set a back-end time out"), make_document("Apart", body="in time it went out")
    )
    assert titles(engine, "time out")[:2] == ["Two", "One"]
    assert titles(engine, "backend") == ["One", "Two"]
    assert set(titles(engine, "back-end")) == {"One", "Two"}


def test_only_a_few_words_are_corrected_and_remembered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_CORRECTIONS", 2)
    fill(engine, make_document(body="alpha bravo charlie delta foxtrot"))
    for _time in range(2):  # what is remembered by then changes nothing
        assert search(engine, "alpah brvao chralie detla foxtort").did_you_mean == "alpha bravo charlie delta foxtort"
        assert search(engine, "qqqqq wwwww zzzzz alpah brvao").did_you_mean == "qqqqq wwwww zzzzz alpha brvao"
        assert search(engine, "qqqqq wwwww zzzzz vvvvv alpah").did_you_mean is None
    assert search(engine, "alpah").did_you_mean == "alpha"


def test_only_a_few_half_typed_words_are_completed(engine: Engine) -> None:
    fill(engine, *(make_document(word) for word in ("Alpha", "Bravo", "Charlie", "Delta")))
    assert set(titles(engine, "alp qqq brav charl del")) == {"Alpha", "Bravo", "Charlie"}
    assert titles(engine, "del") == ["Delta"]


def test_what_was_taken_out_takes_no_place_of_what_is_there(engine: Engine) -> None:
    words = " ".join(f"zanz{number:03}" for number in range(60))
    fill(engine, make_document("Hidden protocal", key="hidden", body=words), make_document("Protocol", body="other"))
    fill(engine, make_document("Shown", body="zanzibar"))
    seen = engine.seen()
    engine.update((), {"hidden"}, since=seen, up_to=seen + 1)
    assert titles(engine, "zanz") == ["Shown"]
    assert [suggestion.title for suggestion in engine.suggest("protcal", 5)] == ["Protocol"]


def test_a_name_with_many_slips_is_not_mended(engine: Engine) -> None:
    fill(engine, make_document("Alpha bravo charlie delta"))
    for typed, count in (("alpah brvao chralie del", 1), ("alpah brvao chralie detl", 0)):
        assert len(engine.suggest(typed, 5)) == count, typed


def test_british_and_american_spelling_find_the_same(engine: Engine) -> None:
    fill(engine, make_document("Serialisation", body="How behaviour is serialised."), make_document("Other"))
    assert titles(engine, "serialize") == titles(engine, "serialise") == ["Serialisation"]
    assert "[behaviour]" in marked(search(engine, "behavior"))[0]


def test_a_synonym_finds_what_the_word_itself_would(engine: Engine) -> None:
    synonyms = gather_synonyms([["Kubernetes", "k8s"], ["two-phase commit", "2PC"]], [("auth", ["authentication"])])
    fill(
        engine,
        make_document("Kubernetes", body="Pods are scheduled."),
        make_document("On pods", body="In k8s, pods are scheduled."),
        make_document("Agreement", body="A two-phase commit asks twice."),
        make_document("Two phases", body="First commit, then talk of the next phase, of which there are two."),
        make_document("Who are you", body="Authentication comes first."),
    )
    assert titles(engine, "k8s", synonyms=synonyms) == ["Kubernetes", "On pods"]
    assert set(titles(engine, "kubernetes", synonyms=synonyms)) == {"Kubernetes", "On pods"}
    assert titles(engine, "2pc", synonyms=synonyms) == ["Agreement"]
    assert titles(engine, "two phase commit", synonyms=synonyms)[0] == "Agreement"
    assert titles(engine, "auth", synonyms=synonyms) == ["Who are you"]
    assert titles(engine, "2pc") == []
    assert "[Authentication]" in marked(search(engine, "auth", synonyms=synonyms))[0]


def test_what_has_an_unwanted_word_is_left_out(library: Engine) -> None:
    assert "ACID" in titles(library, "transaction")
    assert "ACID" not in titles(library, "transaction -promises")
    assert titles(library, 'deadlock -"deadlock ends"') == ["A lock that never came back"]
    assert titles(library, "deadlock -deadlok") == titles(library, "deadlock")


def test_what_is_about_the_query_leads_to_its_top_and_what_mentions_it_to_the_section(library: Engine) -> None:
    (hit,) = search(library, '"read committed"').hits
    assert hit.anchor == "isolation-levels"
    assert [(passage.heading, passage.anchor) for passage in hit.passages] == [("Isolation levels", "isolation-levels")]
    assert search(library, "transactions").hits[0].anchor == ""


def test_a_term_that_is_asked_for_by_name_is_an_answer(library: Engine) -> None:
    for text in ("acid", "what is acid", "ACID meaning", "atomicity, consistency, isolation, durability"):
        answer = search(library, text).answer
        assert answer is not None, text
        assert (answer.slug, answer.definition) == ("acid", "The four promises of a transaction.")
    for text in ("transactions", "acid rain", "promises"):
        assert search(library, text).answer is None


def test_the_name_word_for_word_comes_before_other_forms_of_it(engine: Engine) -> None:
    fill(engine, make_document("Cache", body="caching " * 20), make_document("Caching"))
    assert titles(engine, "caching") == ["Caching", "Cache"]
    assert titles(engine, "cache") == ["Cache", "Caching"]


def test_words_side_by_side_come_before_the_same_words_apart(engine: Engine) -> None:
    fill(
        engine,
        make_document("Apart", body="The balancer has a load. " * 3),
        make_document("Together", body="One load balancer is here. Nothing has a load, no balancer was."),
    )
    assert titles(engine, "load balancer") == ["Together", "Apart"]


def test_tags_filter_too(library: Engine) -> None:
    assert titles(library, "database", tag="consistency") == ["Transactions"]
    assert titles(library, "database", tag="nonsense") == []
    results = search(library, "database transaction", tag="database", kind="note")
    assert results.total == 0
    assert results.facets["kind"] == {"": 1, "lesson": 1}
    assert results.unfiltered > 1


def test_the_newest_may_come_first(engine: Engine) -> None:
    days = {"First": 1, "Third": 3, "Second": 2}
    fill(
        engine,
        make_document("Undated lock", body="lock"),
        *(make_document(f"{name} lock", published_at=datetime(2026, 1, day, tzinfo=UTC)) for name, day in days.items()),
    )
    order = ["Third lock", "Second lock", "First lock", "Undated lock"]
    assert titles(engine, "lock", order=Order.DATE) == order
    assert titles(engine, "lock", order=Order.DATE, page=2, page_size=2) == order[2:]
    assert search(engine, "lock", order=Order.DATE).hits[0].published_at == datetime(2026, 1, 3, tzinfo=UTC)


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
    assert suggested("a")[:3] == ["ACID", "About", "A lock that never came back"]
    assert suggested("nsactions") == []
    assert suggested("isol") == ["ACID", "Isolation levels"]
    assert suggested(" ") == []
    assert len(library.suggest("a", 2)) == 2


def test_a_suggestion_says_where_it_leads(library: Engine) -> None:
    (suggestion,) = library.suggest("ACI", 5)
    assert (suggestion.title, suggestion.kind, suggestion.slug) == ("ACID", "term", "acid")


def test_a_suggestion_may_lead_to_a_section(library: Engine) -> None:
    (suggestion,) = library.suggest("deadlocks", 5)
    assert (suggestion.title, suggestion.kind, suggestion.within) == ("Locks and deadlocks", SECTION, "Transactions")
    assert (suggestion.document_kind, suggestion.anchor) == ("lesson", "locks-and-deadlocks")


@pytest.mark.parametrize("typed", ["transacton", "Trnasac", "tranzactions", "http cachign", "htpp caching"])
def test_a_slip_in_a_name_still_suggests_it(library: Engine, typed: str) -> None:
    assert library.suggest(typed, 5)[0].title in ("Transactions", "HTTP caching")


def test_of_equal_names_the_better_kind_is_suggested_first(engine: Engine) -> None:
    for kind in ("note", "term", "lesson", "page"):
        fill(engine, make_document("Lock", kind=kind, key=f"{kind}:1"))
    assert [suggestion.kind for suggestion in engine.suggest("lock", 5)] == ["lesson", "term", "page", "note"]


def test_a_document_is_suggested_once(engine: Engine) -> None:
    fill(engine, make_document("Lock", aliases=("locks", "locking", "lock step")), make_document("Lock step"))
    assert [suggestion.title for suggestion in engine.suggest("lock", 5)] == ["Lock", "Lock step"]


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


def test_all_engines_answer_alike(whoosh: WhooshEngine, postgres: PostgresEngine) -> None:
    memory = MemoryEngine()
    for engine in (memory, whoosh, postgres):
        fill(engine, *LIBRARY[:3])
        fill(engine, *LIBRARY[2:])
    words = {word.strip(".,") for document in LIBRARY for word in document.body.split()}
    for text in [*sorted(words), "transactions database", "the lock is a lock", "isolat durab", '"a transaction"']:
        for page_size in (2, 10):
            request = SearchRequest(text=text, page_size=page_size)
            assert memory.search(request) == whoosh.search(request) == postgres.search(request)
        assert memory.suggest(text, 3) == whoosh.suggest(text, 3) == postgres.suggest(text, 3)
