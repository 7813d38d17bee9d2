"""A portal before anything was imported: every page says what to do instead of breaking."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.people import sign_in


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "There is nothing to read yet"),
        ("/roadmap", "The roadmap is empty"),
    ],
)
def test_an_empty_portal_says_how_to_fill_it(client: FlaskClient, address: str, words: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert words in page.text
    assert "content import" in page.text


def test_the_dashboard_of_an_empty_portal_says_so(app: Flask) -> None:
    page = sign_in(app, "ada").get("/progress")
    assert page.status_code == 200
    assert "The roadmap is empty" in page.text


@pytest.mark.parametrize("address", ["/feed.atom", "/sitemap.xml", "/robots.txt"])
def test_the_feeds_of_an_empty_portal_are_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200
