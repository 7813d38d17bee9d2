"""From Markdown to safe HTML, and from nowhere else.

`render` is for the texts of content/, `render_contributed` for all that people send. Both end in the same allow-list,
and nothing may change the HTML after it.
"""

from collections.abc import Mapping
from importlib.metadata import version
from types import MappingProxyType

from portal.markup.conversion import Rendered, convert, convert_inline, targets_of
from portal.markup.fences import CodeBlock, find_code_blocks
from portal.markup.limits import check_limits
from portal.markup.options import LinkResolver, Options, Term, keep_site_paths, one_by_one
from portal.markup.reading import SECTION_BREAK, Heading, reading_minutes
from portal.markup.sandbox import convert_apart

__all__ = [
    "RENDERER_VERSION",
    "SECTION_BREAK",
    "CodeBlock",
    "Heading",
    "LinkResolver",
    "Rendered",
    "Term",
    "check_limits",
    "find_code_blocks",
    "find_links",
    "reading_minutes",
    "render",
    "render_contributed",
    "render_inline",
]

RENDERER_VERSION = "-".join(["3", *(version(package) for package in ("markdown", "nh3", "pygments"))])
"""Changes with what this package makes of a text. Raise the first number with every change of the output."""

NO_TERMS: Mapping[str, Term] = MappingProxyType({})
NO_FIGURES: Mapping[str, tuple[int, int]] = MappingProxyType({})


def render(
    markdown: str,
    *,
    resolve: LinkResolver = keep_site_paths,
    terms: Mapping[str, Term] = NO_TERMS,
    figures: Mapping[str, tuple[int, int]] = NO_FIGURES,
    id_prefix: str = "",
    is_contributed: bool = False,
) -> Rendered:
    """Render a text of content/, or one that was approved: it went through `render_contributed` before.

    `resolve` finds addresses for links and pictures; what it does not know is shown as plain text. `terms` leads
    from the names of terms to their entries, `figures` from the address of a picture to its width and height.
    `id_prefix` stands before all ids, for texts that share a page with others. `is_contributed` marks links to other
    sites as not the portal's own.
    """
    return convert(markdown, Options(one_by_one(resolve), terms, figures, id_prefix, is_contributed))


def render_contributed(
    markdown: str,
    *,
    resolve: LinkResolver = keep_site_paths,
    terms: Mapping[str, Term] = NO_TERMS,
    figures: Mapping[str, tuple[int, int]] = NO_FIGURES,
    id_prefix: str = "",
) -> Rendered:
    """Render a text that somebody sent; links to other sites are marked as not the portal's own.

    Takes a few tenths of a second and two at most. Raises Invalid, for the field `body`, where the text is too large,
    too deep, or takes too long.
    """
    check_limits(markdown)
    return convert_apart(markdown, Options(one_by_one(resolve), terms, figures, id_prefix, is_contributed=True))


def render_inline(
    markdown: str, *, resolve: LinkResolver = keep_site_paths, terms: Mapping[str, Term] = NO_TERMS
) -> str:
    """Render a short text of content/, such as a question, as one paragraph without the tags of a paragraph."""
    return convert_inline(markdown, Options(one_by_one(resolve), terms))


def find_links(markdown: str) -> list[str]:
    """Return where the links and pictures of a text lead, as written, each once."""
    return list(targets_of(markdown))
