"""The door from people's Markdown to HTML lets through what is on the list, and nothing takes long.

The attacks stand in corpora/markdown_attacks.txt, one after another, with a line of %% between.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from forum.words import html
from tests.strict import read

CORPUS = Path(__file__).parent / "corpora" / "markdown_attacks.txt"
ATTACKS = CORPUS.read_text(encoding="utf-8").rstrip("\n").split("\n%%\n")

BAD_ADDRESSES = [
    *("javascript:alert(1)", "JAVASCRIPT:alert(1)", "java&#115;cript:alert(1)"),
    *("javascript&colon;alert(1)", "&#1;javascript:alert(1)", "j&Tab;avascript:alert(1)"),
    *("data:text/html,<b>", "data:image/png;base64,AA", "vbscript:x", "file:///etc/passwd"),
    *("blob:https://a.example/1", "//a.example", "ftp://a.example/x"),
    *("http:/a.example", "https:a.example", "http:///a.example", "a.example", "../x", "?x"),
    *("http://me@a.example", "http://a.example:x", "http://a%00b", "http://[a", "http://a\ufffd"),
    *("tel:123", "sms:123", "steam://x", "about:blank", "\x01javascript:1", "\u2028javascript:1"),
]
LINKS = [
    "[x]({})",
    "[x](<{}>)",
    '[x]({} "t")',
    "![x]({})",
    "[![x]({})]({})",
    "<{}>",
    "[x][r]\n\n[r]: {}",
    "![x][r]\n\n[r]: <{}>",
    "n[^1]\n\n[^1]: [x]({})",
    "|[x]({})|\n|-|\n|![x]({})|",
    "> - # [x]({})",
    "*[**x**]({})*",
]


def links(source: str) -> list[str]:
    """Return where the links of a rendered source lead."""
    elements, _ = read(html.render(source))
    return [found["href"] for tag, found in elements if tag == "a" and "href" in found]


def test_the_corpus_is_no_small_one() -> None:
    assert len(ATTACKS) == len(set(ATTACKS)) > 200


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("frame", ["{}", "> - {}", "a[^1]\n\n[^1]: {}", "*a **{}** b*", "# {}"])
def test_no_attack_comes_through(attack: str, frame: str) -> None:
    rendered = html.render(frame.replace("{}", attack))
    read(rendered)
    assert html.sanitise(rendered) == rendered


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_sanitiser_holds_without_the_reader(attack: str) -> None:
    cleaned = html.sanitise(attack)
    for opening in ("<script", "<img", "<svg", "<math", "<iframe", "<style", "<form", "<input"):
        assert opening not in cleaned.lower()
    for _, found in parsed(cleaned):
        assert set(found) <= {"href", "title", "rel", "id", "class", "start"}
        assert not found.get("href", "").lower().startswith(("javascript", "data", "vbscript"))


@pytest.mark.parametrize("address", BAD_ADDRESSES)
@pytest.mark.parametrize("link", LINKS)
def test_links_lead_to_the_web_to_mail_or_within_the_site(address: str, link: str) -> None:
    for href in links(link.replace("{}", address)):
        assert href.lower().startswith(("#fn", "http://a.example", "https://a.example")), href


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_renders(source: str) -> None:
    rendered = html.render(source)
    read(rendered)
    assert html.sanitise(rendered) == rendered


PIECES = [
    *(
        "[",
        "]",
        "(",
        ")",
        "![",
        "[^a]",
        "\n\n[^a]: ",
        "\n\n[r]: ",
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```",
    ),
    *("<", ">", "&", "&lt;", '"', "'", "\\", "|", "\n|-|-|\n", "\n", "\n\n", "> ", "- ", "1. "),
    *("# ", "    ", "a", "http://a.example/", "javascript:", "<script>", "onload=", "<!--", "]]>"),
    *("</p>", "\u202e", "\0", "\ud800", "é", "](http://a.example)", '](/x "t")', "<http://x>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=600, deadline=None)
def test_any_markdown_renders_or_is_too_complex(source: str) -> None:
    with suppress(html.TooComplex):
        rendered = html.render(source, heading_offset=3)
        read(rendered)
        assert html.sanitise(rendered) == rendered


def parsed(markup: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of any HTML, as a forgiving reader sees them."""
    found: list[tuple[str, dict[str, str]]] = []

    class Listener(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, {name: value or "" for name, value in attrs}))

    Listener().feed(markup)
    return found


def test_raw_html_is_shown_as_text() -> None:
    assert html.render("a <b>bold</b> <!-- move -->") == (
        "<p>a &lt;b&gt;bold&lt;/b&gt; &lt;!-- move --&gt;</p>\n"
    )


def test_ordinary_markdown_reads_as_expected() -> None:
    assert html.render("*a* **b** ~~c~~ `d`  \ne") == (
        "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code><br>\ne</p>\n"
    )
    assert html.render("3. a\n4. b") == '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'
    assert html.render("```py\n<x>\n```") == "<pre><code>&lt;x&gt;\n</code></pre>\n"


def test_links_that_lead_out_say_so_and_links_within_do_not() -> None:
    assert html.render("[out](https://a.example) [in](/replies/3)") == (
        '<p><a href="https://a.example" rel="nofollow ugc noopener noreferrer">out</a> '
        '<a href="/replies/3">in</a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://a.example/x.", "https://a.example/x"),
        ("(see http://a.example/x_(y))", "http://a.example/x_(y)"),
        ("**https://a.example/_b_/c**", "https://a.example/_b_/c"),
        ("见https://a.example/x。好", "https://a.example/x"),
        (
            "http://[::1]:8000 https://münchen.example:8000/ü",
            "https://xn--mnchen-3ya.example:8000/%C3%BC",
        ),
        ("HTTPS://A.example?a=1&b=2,", "HTTPS://A.example?a=1&b=2"),
        ("<me@a.example>", "mailto:me@a.example"),
    ],
)
def test_a_bare_address_becomes_a_link(text: str, address: str) -> None:
    assert links(text) == [address]


@pytest.mark.parametrize(
    "text", ["README.md", "x-http://a", "http://", "http://a.b:x", "ftp://a.b", "a@b.example"]
)
def test_what_is_no_full_address_stays_text(text: str) -> None:
    assert links(text) == []


def test_an_image_becomes_a_link_named_by_its_text() -> None:
    rendered = html.render("![A *map*](https://a.example/map.png)")
    elements, words = read(rendered)
    assert [tag for tag, _ in elements] == ["p", "a", "em"]
    assert words.strip() == "A map"
    assert links("![](https://a.example/map.png)") == ["https://a.example/map.png"]
    assert links("[![map](https://a.example/1)](https://a.example/2)") == ["https://a.example/2"]


def test_headings_fit_below_those_of_the_page() -> None:
    source = "# One\n\n## Two\n\nThree\n=====\n\n###### Six"
    for offset, tags in ((1, ["h2", "h3", "h2", "h3"]), (5, ["h6", "h6", "h6", "h6"])):
        elements, _ = read(html.render(source, heading_offset=offset))
        assert [tag for tag, _ in elements] == tags


def test_no_heading_stands_more_than_one_below_what_it_belongs_to() -> None:
    source = "### Three\n\n##### Five\n\n#### Four\n\n## Two\n\n### Three\n\n> ###### Six"
    elements, _ = read(html.render(source))
    levels = [tag for tag, _ in elements if tag.startswith("h")]
    assert levels == ["h2", "h3", "h3", "h2", "h3", "h4"]


def test_table_cells_are_aligned_by_class() -> None:
    elements, _ = read(html.render("|a|b|\n|:-:|--:|\n|1|2|"))
    assert [found for tag, found in elements if tag == "td"] == [
        {"class": "align-center"},
        {"class": "align-right"},
    ]


def test_footnotes_of_two_texts_do_not_collide_on_one_page() -> None:
    source = "One[^1] two[^2] one again[^1].\n\n[^1]: first\n[^2]: second"
    read(html.render(source, prefix="r1-") + html.render(source, prefix="r2-"))
    read(html.render(source) + html.render(source + " note"))
    assert links(source)[:2] != links(source + ".")[:2]


def test_every_footnote_link_arrives() -> None:
    elements, _ = read(html.render("A[^x] b[^y] c[^x]\n\n[^x]: 1\n[^y]: 2", prefix="r7"))
    ids = {found["id"] for _, found in elements if "id" in found}
    assert {found["href"][1:] for tag, found in elements if tag == "a"} == ids


def test_overrides_do_not_come_in_by_entity() -> None:
    assert html.render("&#8238;abc&#x202D;") == "<p>abc</p>\n"


def test_the_renderer_names_every_part_that_could_change_the_html() -> None:
    assert str(html.REVISION) == html.RENDERER.split()[0]
    for part in ("markdown-it-py-", "mdit-py-plugins-", "bleach-", "nh3-"):
        assert part in html.RENDERER
    assert len(html.RENDERER) <= 200


def test_an_excerpt_is_plain_text_cut_at_a_word() -> None:
    source = "# Title\n\nHello *world*[^1], <b>\n\n- one\n- two\n\n[^1]: aside"
    assert html.excerpt(source, 200) == "Title · Hello world, <b> one two"
    assert html.excerpt(html.render(source), 200) == html.excerpt(source, 200)
    assert html.excerpt(source, 14) == "Title · Hello…"
    assert html.excerpt(source, 9) == "Title…"
    assert (
        html.excerpt("# *Why*[^1]\n\n## Late?\n\n#\n\nNo.\n\n# End\n\n[^1]: a", 30)
        == "Why · Late? No. End"
    )
    assert html.excerpt("x" * 50, 10) == "x" * 9 + "…"
    assert html.excerpt('[a](http://a.example "b>c") d', 20) == "a d"
    assert html.excerpt("\u202bא\u202c b", 20) == "א b"
    assert not isinstance(html.excerpt(Markup("<p>a</p>"), 5), Markup)


@given(st.text(max_size=300), st.integers(min_value=2, max_value=100))
@settings(deadline=None)
def test_an_excerpt_is_never_longer_than_asked(source: str, length: int) -> None:
    assert len(html.excerpt(source, length)) <= length


ESSAY = (
    "## A heading\n\nSome prose of *ordinary* length, with a [link](https://a.example/x), a "
    "note[^1] and “quotes”, which goes on as essays do, and then for a while longer.\n\n"
    "The second paragraph after the heading says how the first would work in practice, who would "
    "have to agree to it (few would), and what it costs: 12% - more or less - of the budget.\n\n"
    "> A quotation.\n\n- one\n- two\n  - three\n\n"
)


def test_a_long_ordinary_essay_is_welcome() -> None:
    source = ESSAY * (html.MAX_LENGTH // len(ESSAY) - 1) + "\n\n[^1]: A note."
    assert len(source) > 198_000
    read(html.render(source))


def test_a_table_of_a_thousand_cells_is_welcome() -> None:
    read(html.render("|a" * 10 + "\n" + "|-" * 10 + "\n" + ("|1" * 10 + "\n") * 99))


@pytest.mark.parametrize("opening", ["> ", "- ", "1. ", "> - ", ">", "[^a]: ", "- [^a]: > "])
@pytest.mark.parametrize("depth", range(1, 30))
def test_no_words_are_lost_in_the_depth(opening: str, depth: int) -> None:
    source = "see [^a]\n\n" + opening * depth + "words"
    rendered = None
    with suppress(html.TooComplex):
        rendered = html.render(source)
    assert "words" in rendered if rendered else depth > 3


def test_letters_quoted_six_times_and_lists_six_deep_are_welcome() -> None:
    read(html.render("\n".join("> " * (1 + n % 6) + "words of a letter" for n in range(300))))
    read(html.render("\n".join("  " * n + "- item" for n in range(6))))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a" * (html.MAX_LENGTH + 1), "too long"),
        ("\n" * (html.MAX_LINES + 1), "too long"),
        ("*" * (html.MAX_MARKS + 1), "too much formatting"),
        ("|a" * 80 + "\n" + "|-" * 80 + "\n" + "|\n" * 80, "table cells"),
        ("> " * 30 + "a", "too deep"),
        ("- " * 30 + "a", "too deep"),
        (">>>\n>a\n" * 1400, "too deep"),
        ("*a **b " * 20 + "c** d*" * 20, "too much formatting"),
        ("[a]: http://x/" + "x" * 100_000 + "\n\n" + "[a] " * 1000, "too much formatting"),
        ("[^a]: b\n\n" + "[^a]" * 6000, "too much formatting"),
        ("- b\n" * 9999, "too much formatting"),
    ],
)
def test_what_would_take_long_is_refused_with_a_reason(source: str, reason: str) -> None:
    with pytest.raises(html.TooComplex, match=reason):
        html.render(source)


PATTERNS = [
    *("[", "![", "[^a]", "[^", "[a](", '[a](b "', "[a](<b", "[a](b)", "[]()", "[`]`", "[a][b]"),
    *("*a ", "a* ", "*a**b ", "**a", "***a", "_a_", "*_", "a_", "~~a", "~~~a~~", "*a*", "**a**"),
    *("`a", "`` a ", "``` `", "<", "<a", "<a:b>", "<a@b.c>", "<http://a.b>", "<!--", "&", "&amp;"),
    *("&#35;", "\\", "\\*", '"', ">", "> a\n", ">>>\n>a\n", "> > >>>\n---[\n  b c]\n", ">a\n\n"),
    *("- a\n", "- a\n\n", "* a\n * b\n", "1. a\n", "# a\n", "a\n---\n", "---\n", "a\n\n", "a  \n"),
    *(
        "    a\n\n",
        "```\n",
        "~~~\na\n",
        "a|b\n-|-\n",
        "|a|b|\n",
        "-|-\n",
        "[a]: b\n",
        "[^a]: b\n\n",
    ),
    *("[a\n", "http://a.b ", "http://a.b", "http://a.b/(", "http://", "://", "http://a)", "a:b"),
    *("http://" + "é" * 300 + " ", "^[^^", "](b)", "]", "😀", "e\u0301", "漢", "x"),
]


def repeated(pattern: str, length: int) -> str:
    """Return a pattern over and over, after what references and footnotes need to exist."""
    start = "[b]: http://a.example\n\n[^a]: note\n\n"
    return start + (pattern * (length // len(pattern) + 1))[: length - len(start)]


def try_to_render(source: str) -> None:
    """Render, or be told that it is too complex."""
    with suppress(html.TooComplex):
        read(html.render(source))


def lines_run(work: Callable[[], Any]) -> int:
    """Return how many lines of Python some work runs: a measure that no busy machine changes."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with suppress(html.TooComplex):
            work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("pattern", PATTERNS)
def test_twice_the_text_is_at_most_twice_the_work(pattern: str) -> None:
    once, twice = (
        lines_run(lambda n=n: html.render(repeated(pattern, n)))  # type: ignore[misc]
        for n in (1500, 3000)
    )
    assert twice < 2.6 * once + 5000


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_reply_of_full_length_takes_long(pattern: str) -> None:
    begun = time.process_time()
    try_to_render(repeated(pattern, 10_000))
    assert time.process_time() - begun < 5  # takes 0.1 to 0.4 here


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_essay_of_full_length_takes_long(pattern: str) -> None:
    marks = len(html._MARKS.findall(pattern))
    much = repeated(pattern, int(0.95 * html.MAX_MARKS / (marks / len(pattern) or 0.01)))
    for source in (
        repeated(pattern, html.MAX_LENGTH),
        (much + "\n\n" + "word " * 40_000)[: html.MAX_LENGTH],
        (much + "x" * html.MAX_LENGTH)[: html.MAX_LENGTH],
    ):
        begun = time.process_time()
        try_to_render(source)
        assert time.process_time() - begun < 8  # takes 0.7 at most here


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One line,\nand another.", "<p>One line,<br>\nand another.</p>\n"),
        ("des auteur*ice*s et lecteur*rice*s", "<p>des auteur*ice*s et lecteur*rice*s</p>\n"),
        ("2*3*4 is *not* **bold**", "<p>2*3*4 is <em>not</em> <strong>bold</strong></p>\n"),
        ("(*in brackets*), *here*.", "<p>(<em>in brackets</em>), <em>here</em>.</p>\n"),
        ("    four spaces", "<p>four spaces</p>\n"),
        ("```\ncode\n```", "<pre><code>code\n</code></pre>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ],
)
def test_replies_are_read_as_people_type_them(source: str, expected: str) -> None:
    assert html.render(source, typed=True) == expected


def test_essays_keep_ordinary_markdown() -> None:
    ordinary = html.render("one\ntwo auteur*ice*s\n\n    code")
    assert ordinary == "<p>one\ntwo auteur<em>ice</em>s</p>\n<pre><code>code\n</code></pre>\n"
