import json
import re
import shutil
import threading
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.clock import utc_now
from portal.db import db, transaction
from portal.library import indexing
from portal.library.domain import Kind
from portal.library.publishing import publish_change, publish_note
from portal.search.domain import Busy, SearchRequest, State, Unavailable
from portal.search.store import Store
from portal.settings import Settings
from portal.web import searching
from portal.web.services import catch_up_search, find_similar, rebuild_search, search_engine
from tests.support.content import get_document
from tests.support.databases import Template
from tests.support.library import CHALLENGE, import_library, lesson

TAG = re.compile(r"<[^>]+>")


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.text


def links(page: str, within: str = "<main") -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page.partition(within)[2])]


def targets(page: str) -> list[str]:
    """Return to where the titles of what was found lead, the best first."""
    return re.findall(r'<li class="hit">\s*<h3>\s*<a href="([^"]+)"', page)


def hits(page: str) -> list[str]:
    """Return the addresses of what was found, whichever section of it is the best."""
    return [target if target.startswith("/glossary") else target.partition("#")[0] for target in targets(page)]


def import_terms(library: Path, text: str) -> None:
    """Add terms to the glossary."""
    with (library / "glossary.yml").open("a", encoding="utf-8") as file:
        file.write(text)
    import_library(library)


def words(page: str) -> str:
    return " ".join(TAG.sub(" ", page.partition("<main")[2]).split())


def publish(title: str, body: str) -> int:
    with transaction() as session:
        note = publish_note(
            session, topic_key="caching", title=title, summary="A note.", body=body, author_id=None, approver_id=None,
            now=utc_now(),
        )  # fmt: skip
    return note.id


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of one test's own: SQLite, with an index in a folder, unless the test asks for BOTH."""
    kind = getattr(request, "param", "sqlite")
    content = "library" if "library" in request.fixturenames else "template"
    template: Template = request.getfixturevalue(f"{kind}_{content}")
    address = template.copy(tmp_path)
    yield address
    template.drop(address)


BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
"""Runs a test also on PostgreSQL, which keeps the index as well."""


@pytest.fixture
def other_worker(settings: Settings) -> Iterator[FlaskClient]:
    """A browser at another process of the same portal."""
    other = create_app(settings)
    yield other.test_client()
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def index(settings: Settings, library: Path) -> Path:
    """The folder of the index of a small library."""
    catch_up_search()
    return settings.instance_path / "search"


# The page of results


@BOTH
def test_a_search_leads_to_what_was_found(client: FlaskClient, library: Path) -> None:
    note = publish("Stampedes", "When many miss at once, **one** should compute.")
    assert hits(read(client, "/search?q=http+caching"))[0] == "/lessons/http-caching"
    assert "/lessons/http" in hits(read(client, "/search?q=http"))
    assert hits(read(client, "/search?q=slow+query+log")) == ["/challenges/slow-queries"]
    assert hits(read(client, "/search?q=teaches")) == ["/about"]
    assert hits(read(client, "/search?q=stampede")) == [f"/notes/{note}-stampedes"]
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]


@BOTH
def test_every_hit_opens(client: FlaskClient, library: Path) -> None:
    publish("On waiting", "Wait for http.")
    for query in ("caching", "teaches", "slow", "waiting", "etag"):
        for address in hits(read(client, f"/search?q={query}")):
            assert client.get(address).status_code == 200


@BOTH
def test_matches_are_marked_and_text_is_escaped(client: FlaskClient, library: Path) -> None:
    publish("Escaping", "Write `<script>alert(1)</script>` & never run it.")
    page = read(client, "/search?q=script+alert")
    assert "&lt;<mark>script</mark>&gt;<mark>alert</mark>(1)" in page
    assert "<script>alert" not in page


@BOTH
def test_a_hit_leads_to_the_section_that_answers(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=slow+query+log")
    assert targets(page) == ["/challenges/slow-queries#how-it-was-found"]
    section = re.search(
        r'<p class="hit-section">\s*<a href="([^"]+)">([^<]+)<span class="visually-hidden">([^<]+)', page
    )
    assert section is not None
    assert section.groups() == ("/challenges/slow-queries#how-it-was-found", "How it was found", " in Slow queries")
    assert 'id="how-it-was-found"' in read(client, "/challenges/slow-queries")
    assert targets(read(client, "/search?q=hypertext")) == ["/glossary#http"]
    assert targets(read(client, "/search?q=caching+strategies"))[0] == "/lessons/caching"


def test_passages_of_one_section_stand_under_its_heading_once(client: FlaskClient, library: Path) -> None:
    pause = "Nothing happens here. " * 40
    publish("On waiting", f"## Where it waits\n\nA zebra waits. {pause}An okapi goes.")
    page = read(client, "/search?q=zebra+okapi")
    assert page.count("<mark>zebra</mark>") == page.count("<mark>okapi</mark>") == 1
    assert page.count(">Where it waits<") == 1


def test_what_was_typed_stands_in_both_boxes_and_in_the_title(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=" + quote('"><b>cache</b>'))
    assert page.count('value="&#34;&gt;&lt;b&gt;cache&lt;/b&gt;"') == 2
    assert "<b>cache" not in page
    assert "cache" in page.partition("<title>")[2].partition("</title>")[0]


@BOTH
def test_filters_say_how_much_they_leave_and_keep_the_query(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=caching")
    for address in [link for link in links(page, "<aside") if link.startswith("/search")]:
        assert "q=caching" in address
        count = re.search(rf'href="{re.escape(address.replace("&", "&amp;"))}".*?class="count">(\d+)', page, re.DOTALL)
        assert count is not None
        assert f"{count[1]} result" in words(read(client, address))


def test_a_chosen_filter_is_marked_and_can_be_left(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=http&stage=web&kind=lesson&level=foundation")
    assert hits(page) == ["/lessons/http"]
    assert len(re.findall('aria-current="true"', page.partition("<aside")[2])) == 3
    assert "/search?q=http&level=foundation&kind=lesson" in links(page, "<aside")
    assert '<input type="hidden" name="stage" value="web">' in page


@BOTH
def test_results_come_in_pages(client: FlaskClient, library: Path) -> None:
    for number in range(12):
        publish(f"Zebra {number:02}", "A zebra.")
    first, second = (read(client, f"/search?q=zebra&kind=note&page={page}") for page in (1, 2))
    assert len(hits(first)) == 10
    assert len(hits(second)) == 2
    assert not set(hits(first)) & set(hits(second))
    assert 'rel="next" href="/search?q=zebra&amp;kind=note&amp;page=2"' in first
    assert 'rel="prev" href="/search?q=zebra&amp;kind=note&amp;page=1"' in second
    assert '<ol class="list hits" start="11">' in second
    assert "12 results" in words(first)


def test_a_page_too_far_shows_the_last_one_and_says_so(client: FlaskClient, library: Path) -> None:
    for page in ("2", "99", "9" * 30):
        text = words(read(client, f"/search?q=hypertext&page={page}"))
        assert "There are no more pages" in text
        assert "1 result for" in text


def test_a_page_that_is_no_number_is_the_first(client: FlaskClient, library: Path) -> None:
    for page in ("abc", "-1", "0", "1.5", "", "\x00", "²"):
        text = words(read(client, f"/search?q=hypertext&page={quote(page)}"))
        assert "1 result for" in text, page
        assert "no more pages" not in text, page


def test_a_filter_that_does_not_exist_is_left_out_and_remarked_upon(client: FlaskClient, library: Path) -> None:
    for name, value in (("kind", "nonsense"), ("stage", "<b>"), ("level", "x" * 5000)):
        page = read(client, f"/search?q=hypertext&{name}={quote(value)}")
        assert f"There is no {name} “" in words(page)
        assert hits(page) == ["/glossary#http"]
        assert "<b>" not in page
        assert len(page) < 20_000


def test_operators_are_filters_and_stay_in_the_box(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=http+kind:Glossary+LEVEL:found")
    assert hits(page) == ["/glossary#http"]
    assert page.count('value="http kind:Glossary LEVEL:found"') == 2
    assert 'type="hidden"' not in page
    assert "1 result for “http”" in words(page)
    offered = [link for link in links(page) if link.startswith("/search")]
    assert {"/search?q=http&level=foundation", "/search?q=http&kind=term"} <= set(offered)
    assert not [link for link in offered if ":" in link]


def test_what_is_typed_counts_more_than_the_address_which_is_kept_where_it_does_not_clash(
    client: FlaskClient, library: Path
) -> None:
    page = read(client, "/search?q=http+kind:lesson&kind=term&stage=web&sort=date")
    assert hits(page) == ["/lessons/http"]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page)
    assert hidden == [("stage", "web"), ("sort", "date")]


def test_a_chosen_filter_can_be_taken_away_above_the_results(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=slow&tag=Database&kind=challenge")
    assert hits(page) == ["/challenges/slow-queries"]
    chosen = page.partition('<ul class="chosen"')[2].partition("</ul>")[0]
    assert words("<main" + chosen.partition(">")[2]).startswith("Remove the filter Kind: Challenges")
    assert [link for link in links(chosen, ">") if "?q=" in link] == [
        "/search?q=slow&tag=database",
        "/search?q=slow&kind=challenge",
    ]
    assert hits(read(client, "/search?q=slow&tag=nothing")) == []
    assert 'class="chosen"' not in read(client, "/search?q=slow")


def test_a_tag_alone_finds_what_has_it_and_another_filter_alone_asks_for_a_word(
    client: FlaskClient, library: Path
) -> None:
    for address in ("/search?q=tag:sample", "/search?tag=sample", "/search?q=TAG:Sample+kind:lesson"):
        assert set(hits(read(client, address))) == {"/lessons/http", "/lessons/caching", "/lessons/http-caching"}
    page = read(client, "/search?q=kind:lesson")
    assert "a filter alone finds nothing" in words(page)
    assert "How to search" in page


@BOTH
def test_results_are_sorted_by_date_where_that_is_asked_for(client: FlaskClient, library: Path) -> None:
    publish("On http", "Something new.")
    page = read(client, "/search?q=http&stage=speed")
    assert hits(page)[0] == "/lessons/http-caching"
    assert '<a href="/search?q=http&amp;stage=speed" aria-current="true">Relevance</a>' in page
    assert "<time" not in page.partition("<main")[2]
    assert "/search?q=http&stage=speed&sort=date" in links(page)
    newest = read(client, "/search?q=http&stage=speed&sort=date")
    assert hits(newest)[0].endswith("-on-http")
    assert re.search(r'Updated <time datetime="[\d:T+-]+">\d+ \w+ \d{4}</time>', newest)
    assert 'sort=date" aria-current="true">Newest</a>' in newest
    kept = [link for link in links(newest, "<aside") if link.startswith("/search")]
    assert kept
    assert all("sort=date" in link for link in kept)
    assert hits(read(client, "/search?q=http&stage=speed&sort=nonsense")) == hits(page)


def test_one_result_is_not_put_in_order(client: FlaskClient, library: Path) -> None:
    assert "Sort by" not in read(client, "/search?q=hypertext&kind=term")


@BOTH
def test_other_words_for_the_same_are_found(app: Flask, client: FlaskClient, library: Path) -> None:
    assert hits(read(client, "/search?q=webstuff")) == []
    text = "synonyms:\n  - words: [hypertext, webstuff]\nnarrower: []\n"
    (library / "synonyms.yml").write_text(text, encoding="utf-8")
    import_library(library)
    assert hits(read(client, "/search?q=webstuff")) == ["/glossary#http"]
    assert [similar.address for similar in find_similar("webstuff")] == ["/glossary#http"]


# The definition above the results


def definition(page: str) -> str:
    return page.partition('<section class="callout definition"')[2].partition("</section>")[0]


@BOTH
def test_a_term_is_answered_by_its_definition(client: FlaskClient, library: Path) -> None:
    for asked in ("etag", "what is an ETag", "ETag kind:term", "etag stage:caching level:core"):
        box = definition(read(client, f"/search?q={quote(asked)}"))
        assert 'aria-labelledby="definition"' in box, asked
        assert "Definition of ETag" in words("<main" + box.partition(">")[2]), asked
        assert "A name that a server gives to one version of a resource." in box
        assert links(box, ">") == ["/glossary#etag", "/lessons/http-caching"]


def test_the_list_does_not_repeat_the_definition(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=etag")
    assert "/glossary#etag" in hits(page)
    assert page.count("one version of a resource") == 1


@pytest.mark.parametrize(
    "filters", ["kind=lesson", "stage=web", "level=advanced", "tag=sample", "sort=date", "kind=term&tag=sample"]
)
def test_filters_and_orders_that_a_term_does_not_fit_leave_its_definition_out(
    client: FlaskClient, library: Path, filters: str
) -> None:
    assert not definition(read(client, f"/search?q=etag&{filters}"))


def test_later_pages_leave_the_definition_out(client: FlaskClient, library: Path) -> None:
    for number in range(12):
        publish(f"Note {number}", "About the etag.")
    assert definition(read(client, "/search?q=etag"))
    assert not definition(read(client, "/search?q=etag&page=2"))


def test_a_term_without_a_topic_has_no_lesson(client: FlaskClient, library: Path) -> None:
    import_terms(library, "  - term: quagga\n    slug: quagga\n    definition: >-\n      A striped animal.\n")
    box = definition(read(client, "/search?q=quagga"))
    assert links(box, ">") == ["/glossary#quagga"]
    assert not definition(read(client, "/search?q=quagga&stage=web"))


# What cannot be read


@BOTH
def test_nothing_that_is_sent_breaks_the_page(client: FlaskClient, library: Path) -> None:
    typed = ["\x00", "*", "[a TO z]", "title:x", '"', "%", "' OR 1=1", "💥", "\ufffe"]
    queries = ["q=" + quote(text) for text in typed]
    queries += ["q=%ff%fe", "q=a&q=b", "q[]=a", "=", "q=cache&stage=%00&level=%00&kind=%00&page=%00"]
    queries += ["q=cache&tag=%00&sort=%00", "q=tag:%00+stage:%22+kind:::", "q=cache&tag=" + "x" * 5000]
    for query in queries:
        read(client, f"/search?{query}")
        for address in ("/search/suggest", "/opensearch/suggest"):
            assert client.get(f"{address}?{query}").status_code == 200, query


def test_a_megabyte_is_searched_by_its_beginning(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=hypertext+" + "x" * 1_000_000)
    assert "Only the first 200 characters were searched for." in words(page)
    assert len(page) < 20_000
    suggested = client.get("/search/suggest?q=" + "x" * 1_000_000).json
    assert suggested is not None
    assert len(suggested["query"]) == 200


# Where there is nothing to show


def test_without_a_query_there_are_tips_and_the_stages(client: FlaskClient, library: Path) -> None:
    for address in ("/search", "/search?q=", "/search?q=+", "/search?q=%00&stage=web"):
        page = read(client, address)
        assert "How to search" in page
        assert "/roadmap/web" in links(page)
        assert hits(page) == []


def test_the_start_page_explains_every_operator_with_an_example(client: FlaskClient) -> None:
    page = read(client, "/search")
    examples = [unquote_plus(link.partition("?q=")[2]) for link in links(page, 'class="operators"') if "?q=" in link]
    for operator in ('"', " -", "stage:", "level:", "kind:", "tag:"):
        assert any(operator in example for example in examples), operator


@BOTH
def test_without_a_library_the_page_works(client: FlaskClient) -> None:
    assert "How to search" in read(client, "/search")
    assert "Nothing was found" in read(client, "/search?q=cache")


@BOTH
def test_where_nothing_is_found_there_is_help(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=xylophone")
    assert "Nothing was found for “xylophone”" in words(page)
    assert {"/contribute", "/roadmap"} <= set(links(page))
    assert "Did you mean" not in page
    assert "Or go by the roadmap" in page
    assert "How to search" in page


def test_where_nothing_is_found_the_nearest_topics_are_named(client: FlaskClient, library: Path) -> None:
    page = read(client, '/search?q="caching xylophones"')
    near = page.partition('aria-labelledby="nearest"')[2].partition("</section>")[0]
    assert links(near, ">") == ["/lessons/caching", "/lessons/http-caching"]
    assert "Or go by the roadmap" not in page
    mended = read(client, '/search?q="cachng"')
    assert "Did you mean" in mended
    assert 'aria-labelledby="nearest"' in mended


@BOTH
def test_a_misspelt_word_is_corrected_and_keeps_the_filters(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=hypertxet&kind=term")
    assert "Did you mean hypertext ?" in words(page)
    (better,) = [link for link in links(page) if "hypertext" in link]
    assert better == "/search?q=hypertext&kind=term"
    assert hits(read(client, better)) == ["/glossary#http"]


def test_a_phrase_that_stands_nowhere_is_named_where_the_other_words_are_found(
    client: FlaskClient, library: Path
) -> None:
    text = words(read(client, "/search?q=" + quote('slow queries "users_email_key <b>"')))
    assert "No text has “users_email_key &lt;b&gt;” as it stands" in text
    assert "Slow queries" in text


def test_a_word_that_nothing_has_is_corrected_and_the_results_are_those_of_the_mended_query(
    client: FlaskClient, library: Path
) -> None:
    page = read(client, "/search?q=hypertext+protocl&kind=term")
    text = words(page)
    assert "1 result for “hypertext protocol”" in text
    assert "Nothing was found for “hypertext protocl”. Did you mean hypertext protocol ?" in text
    assert "These are the results for it." in text
    assert "/search?q=hypertext+protocol&kind=term" in links(page)
    assert hits(page) == hits(read(client, "/search?q=hypertext+protocol&kind=term")) == ["/glossary#http"]


def test_a_filter_that_leaves_nothing_can_be_left(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=hypertext&kind=note")
    assert "Without the filters there is 1 result" in words(page)
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]


# Suggestions and OpenSearch


@BOTH
def test_names_are_suggested_while_one_types(client: FlaskClient, index: Path) -> None:
    answer = client.get("/search/suggest?q=+Cach")
    assert answer.json == {
        "query": "Cach",
        "suggestions": [
            {"title": "Caching strategies", "url": "/lessons/caching", "kind": "lesson"},
            {"title": "HTTP caching", "url": "/lessons/http-caching", "kind": "lesson"},
        ],
    }
    hypertext = client.get("/search/suggest?q=hypertext").json
    assert hypertext is not None
    assert hypertext["suggestions"] == [{"title": "HTTP", "url": "/glossary#http", "kind": "term"}]
    assert client.get("/search/suggest").json == {"query": "", "suggestions": []}


@BOTH
def test_what_another_process_has_published_is_suggested_at_once(client: FlaskClient, index: Path) -> None:
    publish("On quaggas", "A quagga.")  # whoever published it has an index of their own
    answer = client.get("/search/suggest?q=quag").json
    assert answer is not None
    assert [suggestion["title"] for suggestion in answer["suggestions"]] == ["On quaggas"]


def test_sections_are_suggested_with_the_document_in_which_they_stand(client: FlaskClient, index: Path) -> None:
    answer = client.get("/search/suggest?q=mechan").json
    assert answer is not None
    assert answer["suggestions"][0] == {
        "title": "The mechanism",
        "url": "/lessons/caching#the-mechanism",
        "kind": "section",
        "within": "Caching strategies",
    }


@BOTH
def test_a_slip_is_forgiven_and_filters_are_not_looked_for(client: FlaskClient, index: Path) -> None:
    for typed in ("hypertxet", "kind:term hypertext", "hypertext level:core"):
        answer = client.get("/search/suggest", query_string={"q": typed}).json
        assert answer is not None
        assert answer["query"] == typed
        assert [suggestion["url"] for suggestion in answer["suggestions"]] == ["/glossary#http"], typed


def test_one_letter_suggests_nothing(client: FlaskClient, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "suggest", None)
    for typed in ("", "h", " h ", "h+", "…", "kind:lesson", "h kind:lesson"):
        assert client.get("/search/suggest", query_string={"q": typed}).json == {
            "query": typed.strip(),
            "suggestions": [],
        }


def test_there_are_no_more_than_eight_suggestions(client: FlaskClient, library: Path) -> None:
    for number in range(12):
        publish(f"Zebra {number}", "A zebra.")
    catch_up_search()
    answer = client.get("/search/suggest?q=zeb").json
    assert answer is not None
    assert len(answer["suggestions"]) == 8


def test_browsers_are_told_how_to_search(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml", base_url="https://learn.example.org")
    assert answer.mimetype == "application/opensearchdescription+xml"
    space = {"": "http://a9.com/-/spec/opensearch/1.1/"}
    description = etree.fromstring(answer.text)  # noqa: S314  # our own page
    root = "https://learn.example.org"
    assert [url.attrib for url in description.findall("Url", space)] == [
        {"type": "text/html", "template": f"{root}/search?q={{searchTerms}}"},
        {"type": "application/x-suggestions+json", "template": f"{root}/opensearch/suggest?q={{searchTerms}}"},
    ]
    assert description.findtext("ShortName", namespaces=space) == "Nexus"


def test_browsers_are_given_suggestions_in_their_own_form(client: FlaskClient, index: Path) -> None:
    answer = client.get("/opensearch/suggest?q=mechan", base_url="https://learn.example.org")
    assert answer.mimetype == "application/x-suggestions+json"
    typed, names, descriptions, addresses = json.loads(answer.data)
    assert typed == "mechan"
    assert names[0] == "The mechanism"
    assert descriptions[0] == "Caching strategies"
    assert addresses[0] == "https://learn.example.org/lessons/caching#the-mechanism"
    assert json.loads(client.get("/opensearch/suggest").data) == ["", [], [], []]


def test_the_public_address_and_a_long_name_are_used_as_set(settings: Settings) -> None:
    named = create_app(replace(settings, site_url="https://a.example/", site_name="<Learning> & doing backends"))
    text = named.test_client().get("/opensearch.xml").text
    assert 'template="https://a.example/search?q={searchTerms}"' in text
    assert "<ShortName>&lt;Learning&gt; &amp; doi</ShortName>" in text


# Freshness


@BOTH
def test_what_is_published_is_found_at_once_and_what_it_said_before_is_not(client: FlaskClient, index: Path) -> None:
    assert "Nothing was found" in read(client, "/search?q=quagga")
    with transaction() as session:
        document = get_document(session, Kind.LESSON, "caching")
        publish_change(
            session, document, body="## In short\n\nThe quagga.\n", comment="", author_id=None, approver_id=None,
            now=utc_now(),
        )  # fmt: skip
    assert hits(read(client, "/search?q=quagga")) == ["/lessons/caching"]
    assert hits(read(client, "/search?q=%22In+one+sentence%22+strategies")) != ["/lessons/caching"]


@BOTH
def test_what_is_retired_is_gone(client: FlaskClient, library: Path) -> None:
    assert hits(read(client, "/search?q=slow+query+log")) == ["/challenges/slow-queries"]
    retired = CHALLENGE.replace("title:", "retired: true\ntitle:", 1)
    (library / "challenges/slow-queries.md").write_text(retired, encoding="utf-8")
    import_library(library)
    assert hits(read(client, "/search?q=slow+query+log")) == []


@BOTH
def test_what_moved_is_found_under_its_new_address(client: FlaskClient, library: Path) -> None:
    read(client, "/search?q=http")
    (library / "lessons/speed/caching.md").unlink()
    text = lesson("Caching strategies", level="core", extra="moved_from: caching\n")
    (library / "lessons/speed/keeping.md").write_text(text, encoding="utf-8")
    roadmap = (library / "roadmap.yml").read_text(encoding="utf-8")
    roadmap = roadmap.replace("slug: caching\n", "slug: keeping\n").replace("[caching, http]", "[keeping, http]")
    (library / "roadmap.yml").write_text(roadmap, encoding="utf-8")
    import_library(library)
    assert hits(read(client, "/search?q=caching+strategies"))[0] == "/lessons/keeping"


@BOTH
def test_another_worker_finds_what_this_one_published(other_worker: FlaskClient, library: Path) -> None:
    assert "Nothing was found" in read(other_worker, "/search?q=quagga")
    publish("On quaggas", "A quagga.")
    catch_up_search()
    assert len(hits(read(other_worker, "/search?q=quagga"))) == 1
    suggested = other_worker.get("/search/suggest?q=quag").json
    assert suggested is not None
    assert len(suggested["suggestions"]) == 1


@BOTH
def test_similar_documents_are_found_by_a_title(app: Flask, index: Path) -> None:
    first, *_ = find_similar("Strategies of caching")
    assert (first.title, first.kind, first.address) == ("Caching strategies", "lesson", "/lessons/caching")
    assert find_similar("Xylophones") == []


# When the index is missing, damaged or busy


@pytest.mark.parametrize("damage", ["folder", "pointer", "segments", "postings", "everything"])
def test_a_broken_index_heals_under_the_next_search(
    client: FlaskClient, index: Path, damage: str, settings: Settings
) -> None:
    assert hits(read(client, "/search?q=hypertext"))
    match damage:
        case "folder":
            shutil.rmtree(index)
        case "pointer":
            (index / "current").write_bytes(b"\x00\xff")
        case "segments":
            for folder in index.glob("index-*"):
                shutil.rmtree(folder)
        case "postings":
            for file in index.glob("index-*/*.pst"):
                file.write_bytes(file.read_bytes()[:10])
        case _:
            for file in index.glob("index-*/*"):
                file.write_bytes(b"foreign")
    assert hits(read(create_app(settings).test_client(), "/search?q=hypertext")) == ["/glossary#http"]
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]
    assert search_engine().status().state is State.READY


def test_suggestions_are_empty_while_a_broken_index_heals(client: FlaskClient, index: Path) -> None:
    shutil.rmtree(index)
    assert client.get("/search/suggest?q=cach").json == {"query": "cach", "suggestions": []}
    for thread in threading.enumerate():
        if thread.name == "search-mending":
            thread.join(20)
    healed = client.get("/search/suggest?q=cach").json
    assert healed is not None
    assert len(healed["suggestions"]) == 2


def test_while_another_process_rebuilds_the_page_says_so_and_works(
    client: FlaskClient, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(index)
    monkeypatch.setattr(searching, "PATIENCE", 0.1)
    monkeypatch.setattr(search_engine(), "_wait", 0.1)
    with Store(index, "any").writing(wait=0):
        page = read(client, "/search?q=hypertext&kind=term")
        assert "The search is being rebuilt" in page
        assert "/search?q=hypertext&kind=term" in links(page)
        assert find_similar("Caching") == []
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]


def test_a_search_goes_on_with_what_it_has_while_another_process_writes(
    client: FlaskClient, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_engine(), "_wait", 0.05)
    publish("On quaggas", "A quagga.")
    with Store(index, "any").writing(wait=0):
        assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]
        assert "Nothing was found" in read(client, "/search?q=quagga")
        with pytest.raises(Busy):
            rebuild_search()
    assert len(hits(read(client, "/search?q=quagga"))) == 1


def test_whatever_becomes_of_the_index_what_was_published_stays_published(
    client: FlaskClient, session: Session, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> int:
        raise OSError("No space left on device")

    publish("On quaggas", "A quagga.")
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "catch_up", fail)
        catch_up_search()
        assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]
    shutil.rmtree(index)
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "rebuild", fail)
        catch_up_search()
        assert "The search is being rebuilt" in read(client, "/search?q=quagga")
        with pytest.raises(Unavailable):
            search_engine().search(SearchRequest(text="quagga"))
    assert len(hits(read(client, "/search?q=quagga"))) == 1
