"""The last steps on the tree of a text: what python-markdown leaves out, or does in another form than this site's."""

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Mapping

from markdown.extensions.footnotes import FN_BACKLINK_TEXT, NBSP_PLACEHOLDER

from portal.markup.options import Addresses, Options
from portal.markup.terms import link_terms

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CALLOUTS = ("note", "tip", "warning")
OUTSIDE = ("http:", "https:", "mailto:")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Browsers drop some of these from addresses, so that `java<tab>script:` is a script; none of them belongs into one.
INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
ALIGNMENT = re.compile(r"text-align: (left|center|right);")


def finish(root: etree.Element, options: Options) -> None:
    """Turn the tree of a text into the form that the site shows; ids and links come last, when all are there."""
    _shape_callouts(root)
    _shape_tables(root)
    _shape_footnotes(root)
    _direct_links(root, options)
    _shape_figures(root)
    link_terms(root, options.terms)
    _number_headings(root)
    if options.id_prefix:
        _prefix_ids(root, options.id_prefix)


def list_targets(root: etree.Element) -> list[str]:
    """Return where the links and pictures of a tree lead, as written, in order and each once."""
    found = [_target(element) for element in root.iter() if element.tag in ("a", "img")]
    return list(dict.fromkeys(found))


def slugify(text: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-") or "section"


def _shape_callouts(root: etree.Element) -> None:
    for element in root.iter():
        names = element.get("class", "").split(" ")
        if names[0] == "admonition":
            kind = next((name for name in names if name in CALLOUTS), "note")
            element.attrib = {"class": f"callout callout-{kind}", "role": "note"}
        elif names[0] == "admonition-title":
            element.set("class", "callout-title")


def _shape_tables(root: etree.Element) -> None:
    """Let wide tables scroll by themselves, also with the keyboard."""
    for cell in root.iter():
        if cell.tag not in ("td", "th"):
            continue
        if cell.tag == "th" and not (cell.text or len(cell)):
            cell.tag = "td"  # an empty corner is the heading of nothing
        if cell.tag == "th":
            cell.set("scope", "col")
        if alignment := ALIGNMENT.fullmatch(cell.attrib.pop("style", "")):
            cell.set("class", f"align-{alignment[1]}")
    _wrap(root, ("table",), {"class": "table", "role": "group", "aria-label": "Table", "tabindex": "0"})


def _shape_footnotes(root: etree.Element) -> None:
    """Number footnotes in the order in which the text calls them, as Git hosts do."""
    numbers: dict[str, int] = {}
    for link in root.iter("a"):
        if link.get("class") == "footnote-ref":
            link.text = str(numbers.setdefault(link.get("href", ""), len(numbers) + 1))
    for element in root.iter("div"):
        notes = element.find("ol") if element.get("class") == "footnote" else None
        if notes is None:
            continue
        element.attrib = {"class": "footnotes", "role": "group", "aria-label": "Footnotes"}
        element[:] = [notes]
        for note in notes:
            numbers.setdefault(f"#{note.get('id')}", len(numbers) + 1)
        notes[:] = sorted(notes, key=lambda note: numbers[f"#{note.get('id')}"])
        for number, note in enumerate(notes, start=1):
            _shape_footnote(note, number)


def _shape_footnote(note: etree.Element, number: int) -> None:
    for element in note.iter():
        element.text = _fill_footnote(element.text)
        element.tail = _fill_footnote(element.tail)
        if element.get("class") == "footnote-backref":
            element.attrib.pop("title")
            element.set("aria-label", f"Back to the place of footnote {number}")


def _fill_footnote(text: str | None) -> str | None:
    return text and text.replace(NBSP_PLACEHOLDER, "\xa0").replace(FN_BACKLINK_TEXT, "↩")


def _wrap(root: etree.Element, tags: tuple[str, ...], attributes: Mapping[str, str]) -> list[etree.Element]:
    """Put a `div` around every element with one of the tags, and return these."""
    wrappers = []
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            if child.tag in tags:
                wrapper = etree.Element("div", dict(attributes))
                wrapper.append(child)
                wrapper.tail, child.tail = child.tail, None
                parent[place] = wrapper
                wrappers.append(wrapper)
    return wrappers


def _direct_links(root: etree.Element, options: Options) -> None:
    """Send every link and picture to its address; show as plain text what leads nowhere."""
    inside = [target for target in list_targets(root) if not _is_outside(target) and _may_lead_somewhere(target)]
    addresses = options.find_addresses(inside) if inside else {}
    linked_pictures = {picture for link in root.iter("a") for picture in link.iter("img")}
    for element in list(root.iter()):
        if element.tag == "a":
            _direct_link(element, addresses, options)
        elif element.tag == "img":
            _direct_picture(element, addresses, options, is_linked=element in linked_pictures)


def _target(element: etree.Element) -> str:
    return INVISIBLE.sub("", html.unescape(element.get("href") or element.get("src") or ""))


def _is_outside(target: str) -> bool:
    return target.lower().startswith(OUTSIDE)


def _may_lead_somewhere(target: str) -> bool:
    """Leave out anchors of the same text, foreign schemes, and what browsers read as the name of another host."""
    return target != "" and not target.startswith(("#", "//")) and "\\" not in target and SCHEME.match(target) is None


def _direct_link(element: etree.Element, addresses: Addresses, options: Options) -> None:
    target = _target(element)
    if title := element.get("title"):
        element.set("title", html.unescape(title))
    if _is_outside(target):
        element.set("href", target)
        if not target.lower().startswith("mailto:"):
            element.set("rel", _relation(options))
    elif target.startswith("#"):
        element.set("href", target)
    elif address := addresses.get(target):
        element.set("href", address)
    else:
        _break_link(element)


def _direct_picture(element: etree.Element, addresses: Addresses, options: Options, *, is_linked: bool) -> None:
    """Show pictures of this site only: one from elsewhere would tell that site who reads what."""
    target = _target(element)
    words = html.unescape(element.get("alt", ""))
    if address := addresses.get(target):
        title = {"title": html.unescape(element.get("title", ""))} if element.get("title") else {}
        width, height = options.figures.get(address, (0, 0))
        size = {"width": str(width), "height": str(height)} if width and height else {}
        element.attrib = {"src": address, "alt": words, **title, **size, "loading": "lazy"}
        return
    element.text = words
    if _is_outside(target) and not is_linked:
        element.tag = "a"
        element.attrib = {"href": target, "rel": _relation(options)}
    else:
        _break_link(element)


def _relation(options: Options) -> str:
    return "external noopener nofollow ugc" if options.is_contributed else "external noopener"


def _break_link(element: etree.Element) -> None:
    element.tag = "span"
    element.attrib = {"class": "broken-link"}


def _shape_figures(root: etree.Element) -> None:
    """Make a paragraph that holds one picture and nothing else a figure, the title its caption."""
    for paragraph in root.iter("p"):
        if len(paragraph) != 1 or (paragraph.text or "").strip() or (paragraph[0].tail or "").strip():
            continue
        picture = paragraph[0]
        if picture.tag == "img":
            paragraph.tag = "figure"
            paragraph.attrib = {"class": "figure"}
            if title := picture.attrib.pop("title", ""):
                etree.SubElement(paragraph, "figcaption").text = title


def _number_headings(root: etree.Element) -> None:
    """Give headings their anchors, and levels without gaps: the page around a text has the first for itself."""
    level = 1
    uses: dict[str, int] = {}
    for element in root.iter():
        if element.tag in HEADINGS:
            level = min(max(2, int(element.tag[1])), level + 1)
            element.tag = f"h{level}"
            element.set("id", _unique(slugify("".join(element.itertext())), uses))
    for wrapper in _wrap(root, HEADINGS, {"class": "heading"}):
        name = "".join(wrapper[0].itertext()).strip()
        anchor = {
            "class": "heading-anchor",
            "href": f"#{wrapper[0].get('id')}",
            "aria-label": f"Link to section: {name}",
        }
        etree.SubElement(wrapper, "a", anchor).text = "#"


def _unique(slug: str, uses: dict[str, int]) -> str:
    """Return the slug with a number where it was used before, as GitHub counts."""
    result = slug
    while result in uses:
        uses[slug] += 1
        result = f"{slug}-{uses[slug]}"
    uses[result] = 0
    return result


def _prefix_ids(root: etree.Element, prefix: str) -> None:
    ids = {element.get("id") for element in root.iter()} - {None}
    for element in root.iter():
        if element.get("id"):
            element.set("id", prefix + element.get("id", ""))
        if element.get("href", "").startswith("#") and element.get("href", "")[1:] in ids:
            element.set("href", f"#{prefix}{element.get('href', '')[1:]}")
