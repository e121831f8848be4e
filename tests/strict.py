"""A reader of rendered HTML, stricter than any browser: it refuses what it does not know."""

from __future__ import annotations

import re
from html import unescape

VOID = {"br", "hr"}
TAGS = VOID | set(
    "a blockquote code em h1 h2 h3 h4 h5 h6 li ol p pre s section strong sup "  # noqa: SIM905
    "table tbody td th thead tr ul".split()
)
VALUES = {
    ("a", "href"): r"(?i:https?://[\w.\[]|mailto:)[^\s<>\"]*|/(?![/\\])[^\s<>\"]*|#[^\s<>\"]*",
    ("a", "title"): r".*",
    ("a", "rel"): r"nofollow ugc noopener noreferrer",
    ("a", "id"): r"fnref-[a-z0-9-]+-\d+(:\d+)?",
    ("a", "class"): r"footnote-backref",
    ("hr", "class"): r"footnotes-sep",
    ("li", "id"): r"fn-[a-z0-9-]+-\d+",
    ("li", "class"): r"footnote-item",
    ("ol", "class"): r"footnotes-list",
    ("ol", "start"): r"\d{1,9}",
    ("section", "class"): r"footnotes",
    ("sup", "class"): r"footnote-ref",
    **{(f"h{level}", "id"): r"part-[a-z0-9-]{1,60}" for level in range(1, 7)},
    ("td", "class"): r"align-(left|center|right)",
    ("th", "class"): r"align-(left|center|right)",
}
PIECE = re.compile(
    r"(?P<text>[^<>]+)"
    r"|</(?P<end>[a-z0-9]+)>"
    r'|<(?P<start>[a-z0-9]+)(?P<attributes>(?: [a-z]+="[^"]*")*)>'
)
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|nbsp);")


def read(html: str) -> tuple[list[tuple[str, dict[str, str]]], str]:
    """Return the elements and the words of HTML; fail where anything in it is not on the lists."""
    elements: list[tuple[str, dict[str, str]]] = []
    words: list[str] = []
    open_tags: list[str] = []
    position = 0
    while position < len(html):
        piece = PIECE.match(html, position)
        assert piece, f"not HTML of ours: {html[position : position + 60]!r}"
        position = piece.end()
        if text := piece["text"]:
            assert "&" not in REFERENCE.sub("", text), text
            words.append(unescape(text))
        elif end := piece["end"]:
            assert open_tags, f"</{end}> closes nothing"
            assert open_tags.pop() == end
        else:
            elements.append((piece["start"], attributes(piece["start"], piece["attributes"])))
            if piece["start"] not in VOID:
                open_tags.append(piece["start"])
                assert open_tags.count("a") <= 1, "a link inside a link"
    assert not open_tags
    ids = [found["id"] for _, found in elements if "id" in found]
    assert len(ids) == len(set(ids)), "the same id twice"
    return elements, "".join(words)


def attributes(tag: str, written: str) -> dict[str, str]:
    """Return a tag's attributes; fail for a tag, a name or a value that is not on the lists."""
    assert tag in TAGS, tag
    found: dict[str, str] = {}
    for name, raw in ATTRIBUTE.findall(written):
        assert name not in found, f"{name} twice"
        found[name] = unescape(raw)
        assert (tag, name) in VALUES, (tag, name)
        assert re.fullmatch(VALUES[tag, name], found[name], re.DOTALL), (tag, name, raw)
    if "href" in found:
        assert ("rel" in found) != found["href"].startswith(("#", "/")), found
    return found
