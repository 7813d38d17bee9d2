"""The term that was asked for by its name, which stands above the results."""

from dataclasses import dataclass

from portal.library.domain import Kind
from portal.roadmap.domain import Roadmap, TopicEntry
from portal.search.domain import Order, Results, SearchRequest
from portal.web.addresses import document_address


@dataclass(frozen=True)
class Definition:
    """A term of the glossary, and the topic whose lesson teaches it, where there is one."""

    title: str
    text: str
    address: str
    topic: TopicEntry | None


def find_definition(request: SearchRequest, results: Results, roadmap: Roadmap) -> Definition | None:
    """Return the definition that answers a search; None beside a later page, another order and filters it fails."""
    answer = results.answer
    if answer is None or results.page > 1 or request.order is not Order.RELEVANCE:
        return None
    topic = next((topic for topic in roadmap if topic.title == answer.topic), None)
    if not _passes(request, topic):
        return None
    address = document_address(Kind.TERM, answer.slug, answer.document_id)
    return Definition(answer.title, answer.definition, address, topic if topic and topic.has_lesson else None)


def _passes(request: SearchRequest, topic: TopicEntry | None) -> bool:
    """Tell whether a term of this topic passes the filters; no term has tags."""
    stage, level = (topic.stage, topic.level) if topic else ("", "")
    wanted = (request.stage in ("", stage), request.level in ("", level), request.kind in ("", Kind.TERM))
    return all(wanted) and not request.tag
