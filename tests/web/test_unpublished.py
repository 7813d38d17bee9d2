"""Nothing unpublished shows in any answer of the search: a portal that holds such texts answers like one without.

Two portals have the same published library. In one of them there are also texts that wait, were rejected, withdrawn or
kept as drafts, and texts that were published, and indexed, and are so no more. Whatever is typed, both answer alike to
the last character; so no word, count, correction or suggestion can come from what is hidden.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.accounts.domain import Role
from portal.app import create_app
from portal.db import current_session, db, transaction
from portal.library.domain import Kind
from portal.library.publishing import newest_revision, publish_change
from portal.search.engines.memory import MemoryEngine
from portal.settings import Settings
from portal.web.services import catch_up_search
from tests.conftest import KEY
from tests.support.content import get_document
from tests.support.databases import Template
from tests.support.library import CHALLENGE, GLOSSARY, import_library, write_content
from tests.support.people import Browser, Person, sign_in

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WAITING, REJECTED, WITHDRAWN, DRAFTED, SENT_BACK, PROPOSED, EDITED, RETIRED, FORGOTTEN = (
    "wobbegong", "numbatine", "quaggaric", "bilbyesque", "potoroos", "dugongish", "platypine", "echidnoid", "kakapoic",
)  # fmt: skip
SECRETS = (WAITING, REJECTED, WITHDRAWN, DRAFTED, SENT_BACK, PROPOSED, EDITED, RETIRED, FORGOTTEN)
NEARLY = ("protocal", "browsars", "cachings", "strategiez")
"""Words of hidden texts that are nearer to a slip than the published words which they resemble."""
RESEMBLING = " ".join(NEARLY)
PUBLISHED = ("http", "caching", "strategies", "protocol", "browsers", "four", "seconds", "index", "mechanism", "etag")


def note(word: str) -> dict[str, str]:
    """Return a note that has a word in its title, summary, headings and text."""
    return {
        "topic": "caching",
        "title": f"Caching {word} strategies",
        "summary": f"What {word} has to do with the protocol.",
        "body": f"## Heading {word}\n\nThe {word} takes four seconds. {RESEMBLING} `{word}_index` talks to browsers.",
    }


def fill_with_proposals(app: Flask) -> None:
    """Send notes in all the ways in which they do not get published."""
    ada, mona = sign_in(app, "ada"), sign_in(app, "mona", Role.MODERATOR)

    def send(word: str, action: str = "submit") -> str:
        answer = ada.send("/contribute", **note(word), action=action)
        assert answer.status_code == 303, answer.text
        return str(answer.location.rsplit("/", 1)[1])

    send(DRAFTED, "draft")
    assert mona.get(f"/moderation/{send(WAITING)}").status_code == 200  # which searches for what is similar
    for word, decision in ((REJECTED, "reject"), (SENT_BACK, "request-changes")):
        item = f"/moderation/{send(word)}"
        answer = mona.send(f"{item}/decision", page=item, decision=decision, comment=f"No {word}.", version=1)
        assert answer.status_code == 303, answer.text
    taken_back = f"/contributions/{send(WITHDRAWN)}"
    assert ada.send(f"{taken_back}/withdraw", page=taken_back, version=1).status_code == 303
    propose(ada)


def propose(author: Person) -> None:
    """Propose a change of a lesson."""
    page = author.get("/contribute/lessons/http").text
    base = page.partition('name="base" type="hidden" value="')[2].partition('"')[0]
    answer = author.send(
        "/contribute/lessons/http",
        summary=f"Adds {PROPOSED}.",
        body=f"## In short\n\nHTTP and {PROPOSED}. {RESEMBLING}",
        base=base,
        action="submit",
    )
    assert answer.status_code == 303, answer.text


def edit_lesson(words: str) -> None:
    """Publish a lesson with further words, take it in, and publish it again as it was."""
    lesson = get_document(current_session(), Kind.LESSON, "http")
    body = newest_revision(current_session(), lesson).body
    for text in (f"{body}\n{words}\n", body):
        with transaction() as session:
            publish_change(session, lesson, body=text, comment="", author_id=None, approver_id=None, now=NOW)
        catch_up_search()


def publish_for_a_while(folder: Path, reader: FlaskClient) -> None:
    """Bring in a case note and a term, find them, and take them away again."""
    file = folder / "challenges/hidden.md"
    text = CHALLENGE.replace("Slow queries", f"Caching {RETIRED} {RESEMBLING}").replace("[database]", f"[{RETIRED}]")
    term = f"""\
  - term: {FORGOTTEN}
    slug: {FORGOTTEN}
    expansion: Caching {FORGOTTEN}
    aliases: [HTTP kakapo]
    definition: >-
      The {FORGOTTEN} protocal of browsars.
    topic: http
"""
    file.write_text(text.replace("four seconds", f"four {RETIRED} seconds"), encoding="utf-8")
    (folder / "glossary.yml").write_text(GLOSSARY + term, encoding="utf-8")
    import_library(folder)
    for word in (RETIRED, FORGOTTEN, NEARLY[0]):
        assert 'class="hit"' in reader.get(f"/search?q={word}").text, word
    file.write_text(file.read_text().replace("---\n", "---\nretired: true\n", 1), encoding="utf-8")
    (folder / "glossary.yml").write_text(GLOSSARY, encoding="utf-8")
    import_library(folder)
    catch_up_search()


@contextmanager
def portal(template: Template, folder: Path, engine: str) -> Iterator[Flask]:
    """Run a portal of its own with the small library in it."""
    folder.mkdir()
    address = template.copy(folder)
    app = create_app(Settings(secret_key=KEY, instance_dir=folder, database_url=address, log_level="ERROR"))
    app.test_client_class = Browser
    if engine == "memory":
        app.extensions["portal.search"].engine = MemoryEngine()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    template.drop(address)


@pytest.fixture(scope="module", params=["memory", "whoosh", "postgresql"])
def twins(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """A stranger's browser at a portal without hidden texts, and at one which is full of them."""
    kind = "postgres" if request.param == "postgresql" else "sqlite"
    template: Template = request.getfixturevalue(f"{kind}_library")
    folder = tmp_path_factory.mktemp("twins")
    with portal(template, folder / "plain", request.param) as plain:
        catch_up_search()
        edit_lesson("")
        with portal(template, folder / "full", request.param) as full:
            catch_up_search()
            edit_lesson(f"The {EDITED} edition. {RESEMBLING}")
            publish_for_a_while(write_content(folder / "content"), full.test_client())
            fill_with_proposals(full)
            yield plain.test_client(), full.test_client()


def slips(word: str) -> st.SearchStrategy[str]:
    """Return a word as somebody types it in haste, or has not finished it."""
    places = st.integers(min_value=1, max_value=len(word) - 2)
    swapped = places.map(lambda at: word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    left_out = places.map(lambda at: word[:at] + word[at + 1 :])
    begun = st.integers(min_value=2, max_value=len(word)).map(lambda end: word[:end])
    return st.one_of(st.just(word), begun, swapped, left_out)


WORDS = st.sampled_from([*SECRETS, *NEARLY, *PUBLISHED]).flatmap(slips)
PIECES = st.one_of(
    WORDS,
    WORDS.map(lambda word: f"-{word}"),
    WORDS.map(lambda word: f"tag:{word}"),
    WORDS.map(lambda word: f'"{word}"'),
    WORDS.map(lambda word: f'"Caching {word} strategies"'),
    WORDS.map(lambda word: f"{word}_index"),
    st.sampled_from(["kind:note", "kind:challenge", "kind:term", "stage:web", "level:foundation", "kakapo", '"', "*"]),
)
QUERIES = st.lists(PIECES, min_size=1, max_size=4).map(" ".join)
ADDRESSES = ("/search", "/search/suggest", "/opensearch/suggest")


@pytest.mark.timeout(120, func_only=True)
@settings(max_examples=40, deadline=None)
@given(query=QUERIES, sort=st.sampled_from(["", "date"]))
@example(query="protcal", sort="")
@example(query="wobbegong caching", sort="")
@example(query=f'"Caching {REJECTED} strategies"', sort="")
@example(query=f"tag:{RETIRED}", sort="")
@example(query="kakap", sort="")
@example(query="http kakapo", sort="date")
@example(query="browsrs", sort="")
def test_what_is_hidden_changes_no_answer(twins: tuple[FlaskClient, FlaskClient], query: str, sort: str) -> None:
    plain, full = twins
    for address in ADDRESSES:
        asked = f"{address}?{urlencode({'q': query, 'sort': sort})}"
        expected, answered = plain.get(asked), full.get(asked)
        assert (answered.status_code, answered.text) == (200, expected.text), asked
