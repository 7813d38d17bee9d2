"""Texts under review, as they would look when published."""

from functools import lru_cache

from portal.contributions.models import Contribution
from portal.db import current_session
from portal.errors import Invalid
from portal.library.queries import library_generation
from portal.library.rendering import preview
from portal.markup import Rendered


def render_contribution(contribution: Contribution) -> Rendered | None:
    """Return a contribution's text rendered; None where that is refused, and its source alone can be shown."""
    return _render(contribution.body, contribution.path, library_generation(current_session()))


@lru_cache(maxsize=64)
def _render(body: str, path: str | None, _generation: int) -> Rendered | None:
    try:
        return preview(current_session(), body=body, path=path)
    except Invalid:
        return None
