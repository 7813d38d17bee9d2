"""From Markdown to safe HTML, and from nowhere else."""

from collections.abc import Mapping

from portal.markup.conversion import Rendered, convert, convert_inline
from portal.markup.options import LinkResolver, Options, keep_site_paths, one_by_one
from portal.markup.reading import SECTION_BREAK, Heading, reading_minutes

__all__ = [
    "SECTION_BREAK",
    "Heading",
    "LinkResolver",
    "Rendered",
    "reading_minutes",
    "render",
    "render_inline",
]


def render(markdown: str, *, resolve: LinkResolver = keep_site_paths, abbreviations: Mapping[str, str] = {},) -> Rendered:
    return convert(markdown, Options(one_by_one(resolve), abbreviations))

def render_inline(markdown: str, *, resolve: LinkResolver = keep_site_paths, abbreviations: Mapping[str, str] = {},) -> str:
    return convert_inline(markdown, Options(one_by_one(resolve), abbreviations))


RENDERER_VERSION = "1"


def render_contributed(
    markdown: str, *, resolve: LinkResolver = keep_site_paths, abbreviations: Mapping[str, str] = {}
) -> Rendered:
    return render(markdown, resolve=resolve, abbreviations=abbreviations)


def check_limits(markdown: str) -> None:
    """(limits follow)"""
