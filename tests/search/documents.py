"""The words in which tests of search speak of documents."""

import itertools
from typing import Any

from portal.search.domain import Engine, Results, Run, SearchDocument, SearchRequest

_numbers = itertools.count(1)


def make_document(title: str = "On nothing", **values: Any) -> SearchDocument:
    """Return a document, complete but for what is given."""
    number = next(_numbers)
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


def written(runs: tuple[Run, ...]) -> str:
    """Return a passage with its matches in square brackets."""
    return "".join(f"[{run.text}]" if run.is_match else run.text for run in runs)
