import re
import shutil
import threading
import xml.etree.ElementTree as etree
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.clock import utc_now
from portal.db import transaction
from portal.library import indexing
from portal.library.domain import Kind
from portal.library.publishing import publish_change, publish_note
from portal.search.domain import Busy, SearchRequest, State, Unavailable
from portal.search.store import Store
from portal.settings import Settings
from portal.web import searching
from portal.web.services import catch_up_search, find_similar, rebuild_search, search_engine
from tests.support.content import get_document
from tests.support.databases import SqliteTemplate
from tests.support.library import CHALLENGE, import_library, lesson

TAG = re.compile(r"<[^>]+>")


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.text


def links(page: str, within: str = "<main") -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page.partition(within)[2])]


def hits(page: str) -> list[str]:
    """Return the addresses of what was found, the best first."""
    return re.findall(r'<li class="hit">\s*<h3>\s*<a href="([^"]+)"', page)


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
def database_url(
    sqlite_template: SqliteTemplate, sqlite_library: SqliteTemplate, request: pytest.FixtureRequest, tmp_path: Path
) -> str:
    """SQLite alone: what search asks of the database is tested with `portal.library.indexing`, on both."""
    template = sqlite_library if "library" in request.fixturenames else sqlite_template
    return template.copy(tmp_path)


@pytest.fixture
def index(settings: Settings, library: Path) -> Path:
    """The folder of the index of a small library."""
    catch_up_search()
    return settings.instance_path / "search"


# The page of results


def test_a_search_leads_to_what_was_found(client: FlaskClient, library: Path) -> None:
    note = publish("Stampedes", "When many miss at once, **one** should compute.")
    assert hits(read(client, "/search?q=http+caching"))[0] == "/lessons/http-caching"
    assert "/lessons/http" in hits(read(client, "/search?q=http"))
    assert hits(read(client, "/search?q=slow+query+log")) == ["/challenges/slow-queries"]
    assert hits(read(client, "/search?q=teaches")) == ["/about"]
    assert hits(read(client, "/search?q=stampede")) == [f"/notes/{note}-stampedes"]
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]


def test_every_hit_opens(client: FlaskClient, library: Path) -> None:
    publish("On waiting", "Wait for http.")
    for query in ("caching", "teaches", "slow", "waiting", "etag"):
        for address in hits(read(client, f"/search?q={query}")):
            assert client.get(address).status_code == 200


def test_matches_are_marked_and_text_is_escaped(client: FlaskClient, library: Path) -> None:
    publish("Escaping", "Write `<script>alert(1)</script>` & never run it.")
    page = read(client, "/search?q=script+alert")
    assert "&lt;<mark>script</mark>&gt;<mark>alert</mark>(1)" in page
    assert "<script>alert" not in page


def test_what_was_typed_stands_in_both_boxes_and_in_the_title(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=" + quote('"><b>cache</b>'))
    assert page.count('value="&#34;&gt;&lt;b&gt;cache&lt;/b&gt;"') == 2
    assert "<b>cache" not in page
    assert "cache" in page.partition("<title>")[2].partition("</title>")[0]


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
    assert "/search?q=http&level=foundation&kind=lesson" in links(page)
    assert '<input type="hidden" name="stage" value="web">' in page


def test_results_come_in_pages(client: FlaskClient, library: Path) -> None:
    for number in range(12):
        publish(f"Zebra {number:02}", "A zebra.")
    first, second = (read(client, f"/search?q=zebra&kind=note&page={page}") for page in (1, 2))
    assert len(hits(first)) == 10
    assert len(hits(second)) == 2
    assert not set(hits(first)) & set(hits(second))
    assert 'rel="next" href="/search?q=zebra&amp;kind=note&amp;page=2"' in first
    assert 'rel="prev" href="/search?q=zebra&amp;kind=note&amp;page=1"' in second
    assert '<ol class="hits" start="11">' in second
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


def test_nothing_that_is_sent_breaks_the_page(client: FlaskClient, library: Path) -> None:
    typed = ["\x00", "*", "[a TO z]", "title:x", '"', "%", "' OR 1=1", "💥", "\ufffe"]
    queries = ["q=" + quote(text) for text in typed]
    queries += ["q=%ff%fe", "q=a&q=b", "q[]=a", "=", "q=cache&stage=%00&level=%00&kind=%00&page=%00"]
    for query in queries:
        read(client, f"/search?{query}")
        assert client.get(f"/search/suggest?{query}").status_code == 200, query


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


def test_without_a_library_the_page_works(client: FlaskClient) -> None:
    assert "How to search" in read(client, "/search")
    assert "Nothing was found" in read(client, "/search?q=cache")


def test_where_nothing_is_found_there_is_help(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=xylophone")
    assert "Nothing was found for “xylophone”" in words(page)
    assert {"/contribute", "/roadmap"} <= set(links(page))
    assert "Did you mean" not in page


def test_a_misspelt_word_is_corrected_and_keeps_the_filters(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=hypertxet&kind=term")
    assert "Did you mean hypertext ?" in words(page)
    (better,) = [link for link in links(page) if "hypertext" in link]
    assert better == "/search?q=hypertext&kind=term"
    assert hits(read(client, better)) == ["/glossary#http"]


def test_a_word_that_nothing_has_is_corrected_beside_what_was_found(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=hypertext+protocl")
    assert hits(page) == ["/glossary#http"]
    assert "Did you mean hypertext protocol ?" in words(page)


def test_a_filter_that_leaves_nothing_can_be_left(client: FlaskClient, library: Path) -> None:
    page = read(client, "/search?q=hypertext&kind=note")
    assert "Without the filters there is 1 result" in words(page)
    assert hits(read(client, "/search?q=hypertext")) == ["/glossary#http"]


# Suggestions and OpenSearch


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
    url = description.find("Url", space)
    assert url is not None
    assert url.attrib == {"type": "text/html", "template": "https://learn.example.org/search?q={searchTerms}"}
    assert description.findtext("ShortName", namespaces=space) == "Nexus"


def test_the_public_address_and_a_long_name_are_used_as_set(settings: Settings) -> None:
    named = create_app(replace(settings, site_url="https://a.example/", site_name="<Learning> & doing backends"))
    text = named.test_client().get("/opensearch.xml").text
    assert 'template="https://a.example/search?q={searchTerms}"' in text
    assert "<ShortName>&lt;Learning&gt; &amp; doi</ShortName>" in text


# Freshness


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


def test_what_is_retired_is_gone(client: FlaskClient, library: Path) -> None:
    assert hits(read(client, "/search?q=slow+query+log")) == ["/challenges/slow-queries"]
    retired = CHALLENGE.replace("title:", "retired: true\ntitle:", 1)
    (library / "challenges/slow-queries.md").write_text(retired, encoding="utf-8")
    import_library(library)
    assert hits(read(client, "/search?q=slow+query+log")) == []


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


def test_another_worker_finds_what_this_one_published(settings: Settings, client: FlaskClient, library: Path) -> None:
    other = create_app(settings).test_client()
    assert "Nothing was found" in read(other, "/search?q=quagga")
    publish("On quaggas", "A quagga.")
    catch_up_search()
    assert len(hits(read(other, "/search?q=quagga"))) == 1
    suggested = other.get("/search/suggest?q=quag").json
    assert suggested is not None
    assert len(suggested["suggestions"]) == 1


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
