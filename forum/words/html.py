"""The only door from people's Markdown to HTML.

markdown-it reads it with raw HTML off, bleach keeps what stands on the list below, and nh3 with the
same list has the last word. What would take long to read is refused before it is read.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from html import unescape
from importlib.metadata import version

import bleach
import nh3
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from .markdown_reader import ADDRESS, MAX_SIZE, READER, REL, TOO_MUCH, TYPED
from .markdown_reader import TooComplex as TooComplex
from .outline import ANCHOR
from .text import BIDI, OVERRIDES, scrub

REVISION = 5  # Raise it whenever this file would make other HTML or excerpts of old sources.
_PARTS = ("markdown-it-py", "mdit-py-plugins", "bleach", "nh3")
RENDERER = " ".join([str(REVISION), *(f"{part}-{version(part)}" for part in _PARTS)])

# Reading and sanitising cost time by each of these, and by those of markdown_reader.py; the worst
# text within them all stays under 2 s.
MAX_LENGTH = 200_000  # characters of source
MAX_LINES = 10_000
MAX_MARKS = 25_000  # characters that may open or close something
MAX_CELLS = 5_000  # of all tables, the empty ones filled in included
MAX_TAGS = 20_000  # opening and closing

IN_A_PROPOSAL, IN_A_COMMENT = 2, 3
"""By how much headings in a reply stand below those of the page."""

_NOTE = re.compile(r"fn(?:ref)?-[a-z0-9-]+-\d+(?::\d+)?")
SCHEMES = frozenset({"http", "https", "mailto"})
_TAGS = "a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre s section strong sup ul "
_TABLE_TAGS = "table tbody td th thead tr"
TAGS = frozenset((_TAGS + _TABLE_TAGS).split())
# Every attribute that may pass, with all that it may say.
ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {
        "href": ADDRESS,
        "title": re.compile(r"(?s:.*)"),
        "rel": re.compile(REL),
        "id": _NOTE,
        "class": re.compile("footnote-backref"),
    },
    **{f"h{level}": {"id": ANCHOR} for level in range(1, 7)},
    "hr": {"class": re.compile("footnotes-sep")},
    "li": {"class": re.compile("footnote-item"), "id": _NOTE},
    "ol": {"class": re.compile("footnotes-list"), "start": re.compile(r"\d{1,9}")},
    "section": {"class": re.compile("footnotes")},
    "sup": {"class": re.compile("footnote-ref")},
    **{cell: {"class": re.compile("align-(?:left|center|right)")} for cell in ("td", "th")},
}

_MARKS = re.compile(r'[\n!"#$%&*+\-:<=>@\[\\\]^_`{}~]')
_TABLE_RULE = re.compile(r"[ \t>]*[-:|][-:| \t]*")
_UNSAID = re.compile(r'(?s)<sup\b.*?</sup>|<section\b.*|<[^">]*(?:"[^"]*"[^">]*)*>')
_HEADING_END = re.compile(r"</h[1-6]>")
_AFTER_HEADING = re.compile(r"(?<=[^\s\0.,;:!?…])\s*\0(?=\s*[^\s\0])")


def render(
    source: str,
    *,
    prefix: str = "",
    heading_offset: int = 1,
    anchors: bool = False,
    typed: bool = False,
) -> Markup:
    """Return safe HTML for a Markdown source; no text whatever makes it unsafe.

    Replies and comments are read as people type them (``typed``): a line ends where it was ended,
    four spaces are no code, and ``*`` within a word marks nothing.

    ``prefix`` (small letters, digits, hyphens) keeps footnotes apart where several texts share a
    page; without one it is made from the source. The highest headings become h1 plus
    ``heading_offset``, whatever their level as typed, none stands more than one below the one that
    it belongs to, and none goes beyond h6; with ``anchors``, for the one text of a page that
    has an outline, each gets an id. Raises TooComplex above the limits of this file.

    What was rendered a moment ago is remembered: a form looks at a text before a row is held, and
    the same text is stored after.
    """
    return _render(scrub(source), prefix, heading_offset, anchors, typed)


@lru_cache(maxsize=16)
def _render(source: str, prefix: str, heading_offset: int, anchors: bool, typed: bool) -> Markup:
    _refuse_long(source)
    note = prefix.strip("-") or hashlib.blake2s(source.encode(), digest_size=4).hexdigest()
    reader = TYPED if typed else READER
    html: str = reader.render(
        source, {"docId": note, "heading_offset": heading_offset, "anchors": anchors}
    )
    if len(html) > MAX_SIZE or html.count("<") > MAX_TAGS:
        raise TooComplex(TOO_MUCH)
    return sanitise(OVERRIDES.sub("", html))


def shown(source: str, *, prefix: str = "", heading_offset: int = 1, typed: bool = False) -> Markup:
    """Return safe HTML as ``render`` does; what is too tangled by now as it was typed."""
    try:
        return render(source, prefix=prefix, heading_offset=heading_offset, typed=typed)
    except TooComplex:
        return Markup("<p>{}</p>").format(source)


def sanitise(html: str) -> Markup:
    """Return HTML in which what is not on the lists of this file is text, or gone."""
    cleaner = bleach.Cleaner(tags=TAGS, attributes=_passes, protocols=SCHEMES)
    return Markup(  # noqa: S704 - the one place that declares HTML safe
        nh3.clean(
            cleaner.clean(html),
            tags=set(TAGS),
            attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
            attribute_filter=lambda *attribute: attribute[2] if _passes(*attribute) else None,
            url_schemes=set(SCHEMES),
            link_rel=None,
        )
    )


def excerpt(words: str, length: int) -> str:
    """Return the start of HTML (a Markup) or of a Markdown source as plain text, for a card.

    At most ``length`` characters, footnotes left out, a dot after a heading that has no mark at its
    end, cut after a whole word where there is one and marked with an ellipsis. Escape it as any
    text. Raises TooComplex as ``render`` does.
    """
    html = str(words if isinstance(words, Markup) else render(words))
    said = BIDI.sub("", unescape(_UNSAID.sub("", _HEADING_END.sub("\0", html))))
    text = " ".join(_AFTER_HEADING.sub(" ·", said).replace("\0", " ").split())
    if len(text) <= length:
        return text
    start = text[:length]
    return (start.rpartition(" ")[0] or start[:-1]).rstrip(" ,;:·–—-") + "…"


def _passes(tag: str, name: str, value: str) -> bool:
    """Say whether an attribute stands on the list with this value."""
    allowed = ATTRIBUTES.get(tag, {}).get(name)
    return bool(allowed and allowed.fullmatch(value))


def _refuse_long(source: str) -> None:
    """Raise TooComplex for a source that is long by any count."""
    if len(source) > MAX_LENGTH or source.count("\n") > MAX_LINES:
        raise TooComplex(_l("This text is too long."))
    if sum(1 for _ in _MARKS.finditer(source)) > MAX_MARKS:
        raise TooComplex(TOO_MUCH)
    cells = columns = 0
    for line in source.split("\n"):
        bare = line.strip(" \t>")
        if not bare:
            columns = 0
        elif "|" in bare and _TABLE_RULE.fullmatch(line):
            columns = max(columns, bare.strip("|").count("|") + 1)
            cells += columns
        cells += columns
    if cells > MAX_CELLS:
        raise TooComplex(_l("This text has too many table cells."))
