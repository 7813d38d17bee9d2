"""The words in which tests of search speak of documents."""

import itertools
from typing import Any

from portal.search.domain import Engine, Heading, Results, Run, SearchDocument, SearchRequest

_numbers = itertools.count(1)


def make_document(title: str = "On nothing", *, headings: tuple[str, ...] = (), **values: Any) -> SearchDocument:
    """Return a document, complete but for what is given; headings get anchors in their own words."""
    number = next(_numbers)
    values["headings"] = tuple(Heading(text, text.lower().replace(" ", "-")) for text in headings)
    defaults = {"key": f"lesson:{number}", "kind": "lesson", "document_id": number, "slug": f"slug-{number}"}
    return SearchDocument(title=title, **{**defaults, **values})


def fill(engine: Engine, *documents: SearchDocument) -> None:
    """Put documents into an engine, as one revision."""
    seen = engine.seen()
    assert engine.update(documents, (), since=seen, up_to=seen + 1)


def search(engine: Engine, text: str, **filters: Any) -> Results:
    """Search an engine."""
    return engine.search(SearchRequest(text=text, **filters))


def titles(engine: Engine, text: str, **filters: Any) -> list[str]:
    """Return the titles of what is found, the best first."""
    return [hit.title for hit in search(engine, text, **filters).hits]


def marked(results: Results) -> list[str]:
    """Return the passages of the first hit with their matches in square brackets."""
    return [written(passage.runs) for passage in results.hits[0].passages]


def written(runs: tuple[Run, ...]) -> str:
    """Return text with its matches in square brackets."""
    return "".join(f"[{run.text}]" if run.is_match else run.text for run in runs)
