import pytest

from portal.web.addresses import document_address


@pytest.mark.parametrize(
    ("kind", "anchor", "address"),
    [
        ("lesson", "", "/lessons/slug"),
        ("lesson", "example", "/lessons/slug#example"),
        ("challenge", "fix", "/challenges/slug#fix"),
        ("page", "who", "/slug#who"),
        ("note", "why", "/notes/7-slug#why"),
        ("term", "", "/glossary#slug"),
        ("term", "example", "/glossary#slug"),
    ],
)
def test_an_address_leads_to_a_section_unless_it_leads_to_a_place_already(kind: str, anchor: str, address: str) -> None:
    assert document_address(kind, "slug", 7, anchor) == address
