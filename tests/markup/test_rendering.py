"""What every mark of the content looks like on a page."""

import re

import pytest

from portal.markup import (
    RENDERER_VERSION,
    SECTION_BREAK,
    Heading,
    Term,
    find_links,
    reading_minutes,
    render,
    render_inline,
)


def html_of(markdown: str) -> str:
    """The HTML of a text without the ends of lines between blocks."""
    return render(markdown).html.replace(">\n", ">")


def body_of(code: str) -> str:
    """What stands within the one block of code of some HTML, without the marks of its tokens."""
    found = re.search(r"<code>(.*)</code></pre>", code, re.DOTALL)
    assert found is not None
    return re.sub(r"</?span[^>]*>", "", found[1])


def test_the_version_names_what_takes_part() -> None:
    assert re.fullmatch(r"\d+(-\d+(\.\d+)+){3}", RENDERER_VERSION)


@pytest.mark.parametrize("markdown", ["", " ", "\n\n", "\t\n", "\x00\x07"])
def test_nothing_comes_of_nothing(markdown: str) -> None:
    rendered = render(markdown)
    assert (rendered.html, rendered.headings, rendered.text, rendered.words) == ("", (), "", 0)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("one *two* **three**", "<p>one <em>two</em> <strong>three</strong></p>"),
        ("one  \ntwo", "<p>one<br>two</p>"),
        ("one\r\ntwo\rthree", "<p>one\ntwo\nthree</p>"),
        ("> one\n\nafter", "<blockquote><p>one</p></blockquote><p>after</p>"),
        ("---", "<hr>"),
        ("&copy; &#169; &lt; & AT&T", "<p>© © &lt; &amp; AT&amp;T</p>"),
        (r"\* \[ \# \~ \| \{", "<p>* [ # ~ | {</p>"),
        ("`a < b & c`", "<p><code>a &lt; b &amp; c</code></p>"),
        ("`&lt;`", "<p><code>&amp;lt;</code></p>"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("<ana@example.com>", '<p><a href="mailto:ana@example.com">ana@example.com</a></p>'),
    ],
)
def test_words_and_paragraphs(markdown: str, html: str) -> None:
    assert html_of(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("3. one\n4. two", '<ol start="3"><li>one</li><li>two</li></ol>'),
        ("words\n- one", "<p>words</p><ul><li>one</li></ul>"),
        ("in\n1999. it was", "<p>in\n1999. it was</p>"),
        (
            "- one\n  - two\n    - three\n- four",
            "<ul><li>one<ul><li>two<ul><li>three</li></ul></li></ul></li><li>four</li></ul>",
        ),
        ("words\n1. one", "<p>words</p><ol><li>one</li></ol>"),
        ("1. one\n   - two", "<ol><li>one<ul><li>two</li></ul></li></ol>"),
        ("- one\n\n  more\n- two", "<ul><li><p>one</p><p>more</p></li><li><p>two</p></li></ul>"),
    ],
)
def test_lists_nest_by_the_column_of_their_text(markdown: str, html: str) -> None:
    assert html_of(markdown) == html


def test_a_list_in_a_callout_stays_in_it() -> None:
    html = html_of("!!! note\n    Look:\n\n    - one\n      - two\n\nafter")
    assert "<ul><li>one<ul><li>two</li></ul></li></ul></div><p>after</p>" in html


def test_indented_code_in_a_list_is_code() -> None:
    assert "- two\n</code>" in render("- one\n\n      - two").html


def test_a_rule_after_a_paragraph_is_no_list() -> None:
    assert html_of("one\n\n* * *\n\ntwo") == "<p>one</p><hr><p>two</p>"


def test_tables_are_wrapped_so_that_they_can_scroll() -> None:
    html = html_of("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert html.startswith('<div class="table" role="group" aria-label="Table" tabindex="0"><table><thead>')
    assert html.endswith("</tbody></table></div>")
    assert '<th scope="col" class="align-left">a</th>' in html
    assert '<td class="align-center">2</td><td class="align-right">3</td>' in html
    assert "style" not in html


def test_an_empty_corner_of_a_table_is_the_heading_of_nothing() -> None:
    html = html_of("|   | a | `b` |\n|---|---|---|\n| x | 1 |  |")
    assert '<tr><td></td><th scope="col">a</th><th scope="col"><code>b</code></th></tr>' in html
    assert "<tr><td>x</td><td>1</td><td></td></tr>" in html


def test_code_carries_its_language_and_the_classes_of_pygments() -> None:
    html = render("```python\nx = 1  # one\n```").html
    assert html.startswith(
        '<div class="code" data-language="python"><p class="code-language">Python</p>\n<pre tabindex="0"><code>'
    )
    assert '<span class="n">x</span> <span class="o">=</span> <span class="mi">1</span>' in html
    assert '<span class="c1"># one</span>' in html


@pytest.mark.parametrize(
    ("info", "language", "label"),
    [
        ("python no-run", "python", "Python"),
        ("PYTHON", "python", "Python"),
        ("py", "python", "Python"),
        ("yml", "yaml", "YAML"),
        ("docker", "dockerfile", "Dockerfile"),
        ("sh", "sh", "Shell"),
        ("output", "output", "Output"),
        ("text", "text", ""),
        ("", "text", ""),
        ("brainfuck", "brainfuck", "brainfuck"),
        ("<b>", "text", ""),
        ("x" * 31, "text", ""),
    ],
)
@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_the_word_after_the_fence_is_the_language(fence: str, info: str, language: str, label: str) -> None:
    html = render(f"{fence}{info}\n1 < 2\n{fence}").html
    assert f'data-language="{language}"' in html
    assert (f'<p class="code-language">{label}</p>' in html) is bool(label)
    assert body_of(html) == "1 &lt; 2\n"


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ("```\na\n\n\n  b\n```", "a\n\n\n  b\n"),
        ("```\n\n a\n```", "\n a\n"),
        ("````\n```\na\n```\n````", "```\na\n```\n"),
        ("```\na\n~~~\n```", "a\n~~~\n"),
        ("```\nnever closed\n\n", "never closed\n"),
        ("- item\n\n  ```\n  a\n    b\n  ```\n", "a\n  b\n"),
        ("- ```\n  a\n  ```\n  after", "a\n"),
        ("1. ```\n   a\n   ```\n", "a\n"),
        ("> ```\n> a\n> ```\n", "a\n"),
        ("> ```\n> a\n\nafter", "a\n"),
        ("!!! note\n    ```\n    a\n    ```\n", "a\n"),
        ("!!! note\n    ```\n    a\n\nafter", "a\n"),
        ("    a\n      b\n", "a\n  b\n"),
        ("```\n[x](y) <b> &amp; *a* \\*\n```", "[x](y) &lt;b&gt; &amp;amp; *a* \\*\n"),
        ("words\n```\na\n```\nwords", "a\n"),
        ("Term\n:   Words:\n\n    ```\n    a\n    ```\n", "a\n"),
    ],
)
def test_code_is_shown_letter_for_letter(markdown: str, code: str) -> None:
    assert body_of(render(markdown).html) == code


def test_fences_within_indented_code_are_text() -> None:
    html = render("words\n\n    ```\n    a\n    ```\n\nwords").html
    assert html.count("<pre") == 1


def test_backticks_within_a_line_open_no_block() -> None:
    assert html_of("```a``` b") == "<p><code>a</code> b</p>"


@pytest.mark.parametrize(
    "code", ["x = 1\n" * 401, "x = 1 " * 1500, "\n".join(["x" * 100] * 90)], ids=["lines", "line", "characters"]
)
def test_code_that_is_too_long_stays_plain(code: str) -> None:
    html = render(f"```python\n{code}\n```").html
    assert "<span" not in html
    assert 'data-language="python"' in html


def test_much_code_in_one_text_is_highlighted_as_far_as_the_budget_goes() -> None:
    block = "```python\n" + "value = 1\n" * 100 + "```\n\n"
    html = render(block * 20).html
    blocks = html.split("</pre>")[:-1]
    highlighted = ["<span" in one for one in blocks]
    assert highlighted == sorted(highlighted, reverse=True)
    assert set(highlighted) == {True, False}


def test_footnotes_lead_there_and_back() -> None:
    html = html_of("One[^a] and again[^a], two[^b].\n\n[^b]: Second *note*.\n[^a]: First.")
    assert '<sup id="fnref-a"><a href="#fn-a" class="footnote-ref">1</a></sup>' in html
    assert '<sup id="fnref2-a"><a href="#fn-a" class="footnote-ref">1</a></sup>' in html
    assert '<div class="footnotes" role="group" aria-label="Footnotes"><ol><li id="fn-a"><p>First.' in html
    assert 'href="#fnref-a" class="footnote-backref" aria-label="Back to the place of footnote 1">↩</a>' in html
    assert '<li id="fn-b"><p>Second <em>note</em>.' in html
    assert "<hr>" not in html


def test_a_footnote_that_ends_in_code_keeps_its_way_back() -> None:
    html = html_of("x[^1]\n\n[^1]: Note:\n\n    ```text\n    code\n    ```\n")
    assert '<pre tabindex="0"><code>code\n</code></pre></div>&nbsp;<a href="#fnref-1"' in html.replace(
        "\n&nbsp;", "&nbsp;"
    )


@pytest.mark.parametrize("note", ["", " ", "[^2]: other", "[r]: /x"])
def test_a_footnote_without_words_is_no_crash(note: str) -> None:
    html = html_of(f"two[^b] one[^a]\n\n[^a]: {note}\n[^b]: Words.")
    assert html.index('<li id="fn-b">') < html.index('<li id="fn-a">')
    assert 'href="#fnref-a" class="footnote-backref" aria-label="Back to the place of footnote 2">↩</a>' in html
    assert "footnotes" in render(f"unused\n\n[^a]: {note}").html


@pytest.mark.parametrize("kind", ["note", "tip", "warning"])
def test_callouts_have_a_kind_a_title_and_a_body(kind: str) -> None:
    assert html_of(f"!!! {kind}\n    One *two*.\n\n    Three.") == (
        f'<div class="callout callout-{kind}" role="note"><p class="callout-title">{kind.title()}</p>'
        "<p>One <em>two</em>.</p><p>Three.</p></div>"
    )


def test_callouts_may_have_a_title_of_their_own_or_none() -> None:
    assert '<p class="callout-title">Take care</p>' in render('!!! warning "Take care"\n    x').html
    assert html_of('!!! tip ""\n    x') == '<div class="callout callout-tip" role="note"><p>x</p></div>'


def test_a_callout_of_another_kind_is_a_note() -> None:
    assert 'class="callout callout-note"' in render("!!! danger\n    x").html


def boxes_of(html: str) -> list[set[str]]:
    """The attributes of each box; the allow-list puts them in any order."""
    return [set(attributes.split()) for attributes in re.findall(r"<input ([^>]*)>", html)]


def test_tasks_are_boxes_that_nobody_can_tick() -> None:
    html = html_of("- [ ] open *soon*\n- [x] done\n- [X] done too\n- none\n- [x]none")
    locked = {'type="checkbox"', 'disabled=""'}
    assert boxes_of(html) == [locked, locked | {'checked=""'}, locked | {'checked=""'}]
    assert re.sub(r"<input[^>]*>", "<input>", html) == (
        '<ul class="tasks"><li class="task"><label><input> open <em>soon</em></label></li>'
        '<li class="task"><label><input> done</label></li><li class="task"><label><input> done too</label></li>'
        "<li>none</li><li>[x]none</li></ul>"
    )


def test_tasks_with_blank_lines_between_them_are_tasks() -> None:
    html = re.sub(r"<input[^>]*>", "<input>", html_of("- [ ] one\n\n- [x] two\n"))
    assert html == (
        '<ul class="tasks"><li class="task"><p><label><input> one</label></p></li>'
        '<li class="task"><p><label><input> two</label></p></li></ul>'
    )


def test_numbered_items_are_no_tasks() -> None:
    assert "<input" not in render("1. [ ] one").html


def test_definitions() -> None:
    assert html_of("Term *one*\n:   First.\n:   Second.\n\nOther\n\n:   Third.") == (
        "<dl><dt>Term <em>one</em></dt><dd>First.</dd><dd>Second.</dd><dt>Other</dt><dd><p>Third.</p></dd></dl>"
    )


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Hello World", "hello-world"),
        ("Hello, World!", "hello-world"),
        ("What is `HTTP/2`?", "what-is-http2"),
        ("One -- two", "one----two"),
        ("A & B", "a--b"),
        ("snake_case", "snake_case"),
        ("1. First", "1-first"),
        ("Ünïcode — ok", "ünïcode--ok"),
        ("*Bold* [link](/x)", "bold-link"),
        ("!!!", "section"),
    ],
)
def test_headings_have_the_anchors_of_github(title: str, anchor: str) -> None:
    rendered = render(f"## {title}")
    assert rendered.headings[0].id == anchor
    assert f'<h2 id="{anchor}">' in rendered.html
    assert f'href="#{anchor}"' in rendered.html


def test_headings_of_one_name_are_numbered_as_on_github() -> None:
    rendered = render("## A\n\n## A\n\n## A-1\n\n## A\n")
    assert [heading.id for heading in rendered.headings] == ["a", "a-1", "a-1-1", "a-2"]


def test_every_heading_has_a_link_to_itself() -> None:
    assert html_of("## Why *cache*?\n\ntext") == (
        '<div class="heading"><h2 id="why-cache">Why <em>cache</em>?</h2>'
        '<a class="heading-anchor" href="#why-cache" aria-label="Link to section: Why cache?">#</a></div><p>text</p>'
    )


def test_headings_begin_at_the_second_level_and_leave_none_out() -> None:
    rendered = render("# A\n\n#### B\n\n### C\n\n###### D\n\n## E\n\nF\n-\n")
    assert [(heading.text, heading.level) for heading in rendered.headings] == [
        *(("A", 2), ("B", 3), ("C", 3), ("D", 4), ("E", 2), ("F", 2))
    ]
    assert "<h1" not in rendered.html


API = Term("/glossary#api", "interface")
HTTP = Term("/glossary#http", "protocol")
TERMS = {
    "API": API,
    "APIs": API,
    "HTTP": HTTP,
    "HTTP/2": Term("/glossary#http-2"),
    "load balancer": Term("/glossary#lb"),
}


def test_terms_are_linked_where_they_stand_first() -> None:
    html = render("HTTP, *HTTP*, HTTP/2, HTTPS and\n\nthe API.", terms=TERMS).html

    assert html.count('class="term"') == 3
    assert '<abbr title="protocol">HTTP</abbr></a>, <em>HTTP</em>, <a' in html
    assert ">HTTP/2</a>, HTTPS and" in html
    assert '<abbr title="interface">API</abbr></a>.' in html


def test_a_term_is_linked_once_under_all_of_its_names() -> None:
    html = render("Load balancers, a Load balancer, APIs, an API, the load balancer.", terms=TERMS).html

    assert "Load balancers, a <a" in html
    assert ">Load balancer</a>, <a" in html
    assert ">APIs</abbr></a>, an API, the load balancer." in html


@pytest.mark.parametrize("text", ["api", "API-first", "Web-API", "HTTPS", "LOAD balancer", "load-balancer", "API_KEY"])
def test_other_words_are_not_terms(text: str) -> None:
    assert 'class="term"' not in render(text, terms=TERMS).html


def test_terms_are_found_in_the_order_of_the_text() -> None:
    html = render("*One API* API.\n\n> HTTP\n\n- API, *HTTP*", terms=TERMS).html.replace(">\n", ">")

    assert html.startswith("<p><em>One <a")
    assert "</a></em> API.</p>" in html
    assert "<blockquote><p><a" in html
    assert "<li>API, <em>HTTP</em></li>" in html


def test_terms_are_left_alone_in_code_links_headings_and_tasks() -> None:
    text = "## API\n\n`API` [API](/x)\n\n- [ ] API\n\n```\nAPI\n```\n"

    assert 'class="term"' not in render(text, terms=TERMS).html
    assert 'class="term"' in render(f"{text}\nAPI", terms=TERMS).html


def test_relative_links_go_through_the_resolver() -> None:
    asked: list[str] = []

    def resolve(target: str) -> str | None:
        asked.append(target)
        return {"../http/basics.md#methods": "/lessons/http-basics#methods"}.get(target)

    html = render('[a](../http/basics.md#methods "Title & more") [b](#here) [c](gone.md)', resolve=resolve).html
    assert '<a href="/lessons/http-basics#methods" title="Title &amp; more">a</a>' in html
    assert '<a href="#here">b</a>' in html
    assert '<span class="broken-link">c</span>' in html
    assert asked == ["../http/basics.md#methods", "gone.md"]


def test_references_are_links() -> None:
    assert html_of("[a][one] and [two]\n\n[one]: /one\n[two]: /two") == (
        '<p><a href="/one">a</a> and <a href="/two">two</a></p>'
    )


def test_without_a_resolver_only_addresses_of_the_site_are_known() -> None:
    html = render("[a](/lessons/x) [b](x.md) [c]()").html
    assert '<a href="/lessons/x">a</a>' in html
    assert '<span class="broken-link">b</span> <span class="broken-link">c</span>' in html


@pytest.mark.parametrize(
    ("is_contributed", "relation"), [(False, "external noopener"), (True, "external noopener nofollow ugc")]
)
def test_links_to_other_sites_say_whose_they_are(is_contributed: bool, relation: str) -> None:
    html = render("[a](https://example.com/?a=1&b=2) <http://example.org>", is_contributed=is_contributed).html
    assert f'<a href="https://example.com/?a=1&amp;b=2" rel="{relation}">a</a>' in html
    assert f'<a href="http://example.org" rel="{relation}">http://example.org</a>' in html


def test_pictures_have_a_size_where_it_is_known() -> None:
    html = render(
        "See ![one *x*](one.svg) and ![two](two.svg).",
        resolve=lambda target: f"/pictures/{target}",
        figures={"/pictures/one.svg": (640, 480)},
    ).html
    assert '<img src="/pictures/one.svg" alt="one *x*" width="640" height="480" loading="lazy">' in html
    assert '<img src="/pictures/two.svg" alt="two" loading="lazy">' in html
    assert "<figure" not in html


def test_a_picture_by_itself_is_a_figure_and_its_title_the_caption() -> None:
    assert html_of('![a cache](/a.svg "How & why")') == (
        '<figure class="figure"><img src="/a.svg" alt="a cache" loading="lazy">'
        "<figcaption>How &amp; why</figcaption></figure>"
    )
    assert "figcaption" not in render("![a cache](/a.svg)").html


def test_a_picture_among_words_keeps_its_title() -> None:
    assert 'alt="a" title="b"' in render('x ![a](/a.svg "b")').html


def test_pictures_that_lead_nowhere_are_their_words() -> None:
    assert html_of("x ![a cache](gone.svg)") == '<p>x <span class="broken-link">a cache</span></p>'


def test_a_picture_within_a_link_does_not_become_a_second_link() -> None:
    assert html_of("[![logo](https://example.com/l.png)](https://example.com/)") == (
        '<p><a href="https://example.com/" rel="external noopener"><span class="broken-link">logo</span></a></p>'
    )


def test_a_prefix_stands_before_all_ids_and_the_links_to_them() -> None:
    rendered = render("## A\n\n[up](#a) [out](#page) x[^1]\n\n[^1]: n", id_prefix="note-5-")
    assert set(re.findall(r' id="([^"]*)"', rendered.html)) == {"note-5-a", "note-5-fn-1", "note-5-fnref-1"}
    assert set(re.findall(r'href="#([^"]*)"', rendered.html)) == {
        *("note-5-a", "note-5-fn-1", "note-5-fnref-1", "page")
    }
    assert rendered.headings == (Heading(2, "note-5-a", "A"),)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("What does `GET` *mean*?", "What does <code>GET</code> <em>mean</em>?"),
        ("one\n\ntwo", "one two"),
        ("# no heading", "# no heading"),
        ("- no list", "- no list"),
        ("1. no list", "1. no list"),
        ("> no quotation", "&gt; no quotation"),
        ("    no code", "no code"),
        ("``` `a` ```", "<code>`a`</code>"),
        ("<b>", "&lt;b&gt;"),
        ("`&lt;` &lt;", "<code>&amp;lt;</code> &lt;"),
        ("[a](/x) [b](y.md)", '<a href="/x">a</a> <span class="broken-link">b</span>'),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_a_short_text_is_one_line_whatever_it_begins_with(markdown: str, html: str) -> None:
    assert render_inline(markdown) == html


def test_a_short_text_knows_links_and_terms() -> None:
    html = render_inline("[a](x.md) API", resolve={"x.md": "/lessons/x"}.get, terms={"API": API})
    assert (
        html == '<a href="/lessons/x">a</a> <a class="term" href="/glossary#api"><abbr title="interface">API</abbr></a>'
    )


def test_the_links_of_a_text_are_found_once_and_as_written() -> None:
    text = (
        "[a](x.md#s) ![b](y.png) [a again](x.md#s) <https://example.com> [r][1] [h](#here) `[no](code.md)`\n\n"
        "```\n[no](fence.md)\n```\n\nx[^1]\n\n[1]: /reference\n[^1]: [n](note.md)"
    )
    links = find_links(text)
    assert [link for link in links if not link.startswith("#fn")] == [
        *("x.md#s", "y.png", "https://example.com", "/reference", "#here", "note.md")
    ]
    assert find_links("") == []


@pytest.mark.parametrize(
    ("words", "code_lines", "minutes"),
    [(0, 0, 1), (1, 0, 1), (200, 0, 1), (201, 0, 2), (1000, 0, 5), (200, 25, 2), (0, 26, 2), (100, 12, 1)],
)
def test_reading_takes_at_least_a_minute(words: int, code_lines: int, minutes: int) -> None:
    assert reading_minutes(words, code_lines) == minutes


def test_words_are_counted_outside_of_blocks_of_code() -> None:
    rendered = render("## Two words\n\nThree `more` words — here.\n\n```python\nx = 1\ny = 2\n```\n\n    indented\n")
    assert rendered.words == 6
    assert rendered.code_lines == 3


def test_the_plain_text_has_a_line_for_each_block_and_a_break_before_each_heading() -> None:
    rendered = render(
        "Intro *one*  \ntwo.\n\n## First\n\n- a\n- b\n\n```output\n1\n\n2\n```\n\n### Second `code`\n\n"
        "| x | y |\n|---|---|\n| ![alt](/a.png) | z[^1] |\n\n[^1]: Note."
    )
    sections = rendered.text.split(SECTION_BREAK)
    assert sections == [
        "Intro one two.",
        "First\na\nb\n1\n\n2",
        "Second code\nx\ny\nalt\nz\nNote.",
    ]
    assert len(sections) == len(rendered.headings) + 1
    assert [heading.text for heading in rendered.headings] == ["First", "Second code"]


def test_plain_text_is_not_escaped_and_lost_links_keep_their_words() -> None:
    assert render("1 < 2 &amp; [lost](x.md) <b>").text == "1 < 2 & lost <b>"
