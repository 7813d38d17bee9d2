from collections.abc import Collection, Iterable, Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.db import db, transaction
from portal.library import indexing
from portal.library.domain import Kind
from portal.library.indexing import Place, catch_up, load_synonyms, rebuild
from portal.library.models import Rendering, RevisionCounter
from portal.library.publishing import publish_change, publish_note
from portal.library.queries import library_generation
from portal.search.domain import SECTION_BREAK, Busy, Heading, SearchDocument, SearchRequest, Unavailable
from portal.search.engines.memory import MemoryEngine
from portal.search.synonyms import Wording
from tests.support.content import Content, get_document

PLACES = {
    "locks": Place(stage="data", level="core", topic_slug="locks", topic_title="Locks"),
    "http": Place(stage="web", level="foundation", topic_slug="http", topic_title="HTTP"),
}


class WatchedEngine(MemoryEngine):
    """An engine that remembers what it was given, and whose index can be missing or go back."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[SearchDocument] = []
        self.updates: list[tuple[int, int]] = []
        self.rebuilds = 0
        self.is_missing = False
        self.goes_back = 0

    def seen(self) -> int:
        if self.is_missing:
            raise Unavailable("It is missing.")
        return super().seen()

    def update(self, documents: Sequence[SearchDocument], removed: Collection[str], *, since: int, up_to: int) -> bool:
        if self.goes_back:
            self.goes_back -= 1
            return False
        self.given.extend(documents)
        self.updates.append((since, up_to))
        return super().update(documents, removed, since=since, up_to=up_to)

    def rebuild(self, documents: Iterable[SearchDocument], *, up_to: int, only_if_broken: bool = False) -> bool:
        self.rebuilds += 1
        self.given = list(documents)
        is_missing, self.is_missing = self.is_missing, False
        return super().rebuild(self.given, up_to=up_to, only_if_broken=only_if_broken and not is_missing)


@pytest.fixture
def engine() -> WatchedEngine:
    return WatchedEngine()


def advance(session: Session, engine: WatchedEngine) -> int:
    session.rollback()
    return catch_up(session, engine, lambda: PLACES)


def titles(engine: WatchedEngine, text: str) -> list[str]:
    return [hit.title for hit in engine.search(SearchRequest(text=text)).hits]


def note(title: str, body: str, topic: str = "locks") -> int:
    with transaction() as session:
        document = publish_note(
            session, topic_key=topic, title=title, summary="A note.", body=body, author_id=None, approver_id=None,
            now=utc_now(),
        )  # fmt: skip
    return document.id


def test_an_empty_library_gives_an_empty_index(session: Session, engine: WatchedEngine) -> None:
    assert advance(session, engine) == 0
    assert engine.seen() == 0


def test_everything_that_is_read_is_given_to_the_index(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    content.lesson("data/locks", "## In short\n\nA *lock* holds.\n\n### Deadlocks\n\nTwo wait.\n", tags=["database"])
    content.page("about")
    content.text(
        "challenges/slow.md", "## Symptom\n\nIt crawls.\n", title="Slow", summary="A case.", topics=["no", "http"]
    )
    content.glossary({"term": "ACID", "expansion": "four words", "aliases": ["acidity"], "topic": "locks"})
    content.data("tools", languages=[], purposes=[], tools=[])
    content.import_all()
    note("On waiting", "Wait *less*.")
    assert advance(session, engine) == 5
    assert engine.seen() == library_generation(session)
    found = {document.kind: document for document in engine.given}
    assert set(found) == {"lesson", "page", "challenge", "term", "note"}
    lesson, term, challenge, written = (found[kind] for kind in ("lesson", "term", "challenge", "note"))
    assert lesson.headings == (
        Heading("In short", "in-short", is_usual=True),
        Heading("Deadlocks", "deadlocks"),
    )
    assert lesson.body.split(SECTION_BREAK)[1:3] == ["In short\nA lock holds.", "Deadlocks\nTwo wait."]
    assert lesson.published_at is not None
    assert (lesson.stage, lesson.level, lesson.topic, lesson.tags) == ("data", "core", "Locks", ("database",))
    assert (term.summary, term.aliases, term.stage) == ("What ACID means.", ("four words", "acidity"), "data")
    assert (challenge.stage, challenge.level, challenge.topic) == ("web", "foundation", "HTTP")
    assert (written.tags, written.topic, written.body.strip()) == (("Locks",), "Locks", "Wait less.")
    assert (found["page"].stage, found["page"].slug) == ("", "about")


def test_only_what_is_new_is_given_again(session: Session, content: Content, engine: WatchedEngine) -> None:
    content.lesson("data/locks", "## In short\n\nAlpha.\n")
    content.lesson("web/http")
    content.import_all()
    advance(session, engine)
    engine.given.clear()
    assert advance(session, engine) == 0
    with transaction() as writing:
        document = get_document(writing, Kind.LESSON, "locks")
        publish_change(
            writing,
            document,
            body="## In short\n\nBeta.\n",
            comment="",
            author_id=None,
            approver_id=None,
            now=utc_now(),
        )
    assert advance(session, engine) == 1
    assert [document.slug for document in engine.given] == ["locks"]
    assert titles(engine, "alpha") == []
    assert titles(engine, "beta") == ["On locks"]


def test_a_term_is_found_by_what_its_lesson_says_of_it_and_a_lesson_by_its_terms(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    content.lesson("data/locks", "## In short\n\nOptimistic locking checks `row_version`.\n\n### More\n\nSee `xmin`.\n")
    content.glossary({"term": "optimistic locking", "slug": "o", "definition": "Hope and verify.", "topic": "locks"})
    content.import_all()
    advance(session, engine)
    assert titles(engine, "row_version") == ["On locks", "optimistic locking"]
    assert titles(engine, "xmin") == ["On locks"]
    assert set(titles(engine, "verify")) == {"On locks", "optimistic locking"}


def test_what_a_lesson_does_not_say_any_more_finds_its_terms_no_more(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    content.lesson("data/locks", "## In short\n\nLocks check `row_version`.\n")
    content.lesson("web/http")
    content.glossary(
        {"term": "locks", "definition": "Hold.", "topic": "locks"}, {"term": "Get", "definition": "A.", "topic": "http"}
    )
    content.import_all()
    advance(session, engine)
    engine.given.clear()
    content.lesson("data/locks", "## In short\n\nLocks check `xmin`.\n")
    content.import_all()
    advance(session, engine)
    assert titles(engine, "row_version") == []
    assert titles(engine, "xmin") == ["On locks", "locks"]
    assert [document.slug for document in engine.given] == ["locks", "locks"]
    content.lesson("data/locks", "## In short\n\nLocks check `xmin`.\n", retired=True)
    content.import_all()
    advance(session, engine)
    assert titles(engine, "xmin") == []


def test_lists_are_found_on_the_page_that_shows_them(session: Session, content: Content, engine: WatchedEngine) -> None:
    tool = {
        "name": "psql",
        "slug": "psql",
        "purpose": "data-access",
        "languages": ["any"],
        "use": "For a shell.",
        "url": "https://example.org/",
    }
    book = {"title": "On SQL", "slug": "on-sql", "kind": "book", "url": "https://example.org/", "topics": []}
    content.page("tools")
    content.page("resources")
    content.data("tools", languages=[], purposes=[], tools=[tool])
    content.data("resources", resources=[{**book, "why": "It teaches joins."}])
    content.import_all()
    advance(session, engine)
    (hit,) = engine.search(SearchRequest(text="shell")).hits
    assert (hit.slug, hit.anchor, hit.passages[0].heading) == ("tools", "data-access", "psql")
    (hit,) = engine.search(SearchRequest(text="joins")).hits
    assert (hit.slug, hit.anchor) == ("resources", "on-sql")
    content.data("tools", languages=[], purposes=[], tools=[{**tool, "use": "For a prompt."}])
    content.import_all()
    advance(session, engine)
    assert titles(engine, "shell") == []
    assert len(titles(engine, "prompt")) == 1


def test_synonyms_come_from_the_list_and_from_the_glossary(session: Session, content: Content) -> None:
    content.glossary({"term": "ACID", "expansion": "four words", "aliases": ["acidity"], "definition": "A."})
    content.data(
        "synonyms", synonyms=[{"words": ["Kubernetes", "k8s"]}], narrower=[{"word": "auth", "means": ["login"]}]
    )
    content.import_all()
    others = load_synonyms(session).of
    assert others(("k8s",)) == (Wording("Kubernetes"),)
    assert others(("acid",)) == (Wording("four words"),)
    assert others(("four", "word")) == (Wording("ACID"), Wording("acidity"))
    assert others(("auth",)) == (Wording("login", is_wider=True),)
    assert others(("login",)) == ()


def test_a_text_is_found_by_the_wordings_under_which_people_ask(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    content.lesson("data/locks", "## In short\n\nAlpha.\n")
    content.data("asked", asked=[{"document": "lesson/locks", "wordings": ["two people bought the last seat"]}])
    content.import_all()
    advance(session, engine)
    (title,) = titles(engine, "last seat")
    content.data("asked", asked=[{"document": "lesson/locks", "wordings": ["who was first"]}])
    content.import_all()
    advance(session, engine)
    assert (titles(engine, "last seat"), titles(engine, "who was first")) == ([], [title])


def test_there_are_no_synonyms_without_a_list(session: Session, content: Content) -> None:
    assert load_synonyms(session).longest == 0


def test_what_was_retired_leaves_the_index(session: Session, content: Content, engine: WatchedEngine) -> None:
    content.lesson("data/locks", "## In short\n\nAlpha.\n")
    content.import_all()
    advance(session, engine)
    content.lesson("data/locks", "## In short\n\nAlpha.\n", retired=True)
    content.import_all()
    assert advance(session, engine) == 1
    assert titles(engine, "alpha") == []
    rebuild(session, engine, lambda: PLACES)
    assert engine.given == []


def test_a_text_that_was_never_rendered_is_indexed_all_the_same(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    content.lesson("data/locks", "## In short\n\nAlpha.\n")
    content.import_all()
    with transaction() as writing:
        writing.execute(delete(Rendering))
    assert advance(session, engine) == 1
    assert titles(engine, "alpha") == ["On locks"]


def test_a_new_roadmap_puts_everything_in_its_new_place(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    content.lesson("data/locks")
    content.data("roadmap", stages=[{"slug": "data", "title": "Data", "topics": []}])
    content.import_all()
    advance(session, engine)
    before = engine.rebuilds
    content.data("roadmap", stages=[{"slug": "data", "title": "Databases", "topics": []}])
    content.import_all()
    assert advance(session, engine) == 1
    assert engine.rebuilds == before + 1


def test_much_is_taken_in_by_batches_that_last(
    session: Session, content: Content, engine: WatchedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    for number in range(4):
        note(f"Note {number}", "Text.")
    assert advance(session, engine) == 4
    assert engine.updates == [(0, 2), (2, 4)]
    note("Note 5", "Text.")
    assert advance(session, engine) == 1
    assert engine.updates[2:] == [(4, 5)]


def test_a_missing_index_is_rebuilt(session: Session, content: Content, engine: WatchedEngine) -> None:
    note("On waiting", "Wait.")
    engine.is_missing = True
    assert advance(session, engine) == 1
    assert engine.rebuilds == 1
    assert titles(engine, "waiting") == ["On waiting"]


def test_an_index_ahead_of_a_library_that_was_restored_is_rebuilt(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    note("On waiting", "Wait.")
    engine.update((), (), since=0, up_to=99)
    assert advance(session, engine) == 1
    assert engine.seen() == 1


def test_an_index_that_another_process_brought_further_is_left_alone(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    with transaction() as writing:
        writing.add(RevisionCounter(id=1, value=1))
    assert library_generation(session) == 1  # on SQLite, this transaction goes on seeing the library as it is now
    another = sa.create_engine(db.engine.url)
    with another.begin() as connection:
        connection.execute(update(RevisionCounter).values(value=2))
    another.dispose()
    engine.update((), (), since=0, up_to=2)
    assert catch_up(session, engine, lambda: PLACES) == 0
    assert engine.rebuilds == 0


def test_catching_up_starts_anew_where_the_index_went_back(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    note("On waiting", "Wait.")
    engine.goes_back = 2
    assert advance(session, engine) == 1
    engine.goes_back = 3
    note("On locking", "Lock.")
    with pytest.raises(Busy):
        advance(session, engine)


def test_places_are_loaded_when_it_is_known_what_is_new(
    session: Session, content: Content, engine: WatchedEngine
) -> None:
    note("On waiting", "Wait.")
    moments = []

    def load() -> dict[str, Place]:
        moments.append(library_generation(session))
        return PLACES

    session.rollback()
    catch_up(session, engine, load)
    catch_up(session, engine, load)
    assert moments == [1]
