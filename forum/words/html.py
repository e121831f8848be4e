"""The only door from people's Markdown to HTML.

markdown-it reads it with raw HTML off, bleach keeps what stands on the list below, and nh3 with the
same list has the last word. What would take long to read is refused before it is read.
"""

from __future__ import annotations

import hashlib
import re
from html import unescape
from importlib.metadata import version

import bleach
import nh3
from flask_babel import lazy_gettext as _l
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

from .bare_addresses import read_bare_address
from .outline import ANCHOR, name_headings
from .text import BIDI, OVERRIDES, scrub

REVISION = 3  # Raise it whenever this file would make other HTML or excerpts of old sources.
_PARTS = ("markdown-it-py", "mdit-py-plugins", "bleach", "nh3")
RENDERER = " ".join([str(REVISION), *(f"{part}-{version(part)}" for part in _PARTS)])

# Reading and sanitising cost time by each of these; the worst text within them all stays under 2 s.
MAX_LENGTH = 200_000  # characters of source
MAX_LINES = 10_000
MAX_MARKS = 25_000  # characters that may open or close something
MAX_CELLS = 5_000  # of all tables, the empty ones filled in included
MAX_DEPTH = 16  # of quotes and lists, and again of emphasis within a paragraph
MAX_TAGS = 20_000  # opening and closing
MAX_QUOTED = 100_000  # lines looked through for quotes, each as often as it is
MAX_BLOCK_TOKENS = 45_000  # what that many tags are read into, at five for a list item
MAX_SIZE = 1_500_000  # characters of HTML

_REL = "nofollow ugc noopener noreferrer"
_ADDRESS = re.compile(
    r"(?ai)https?://(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]\S*)?"
    r"|mailto:[^\s/]\S*|/(?![/\\])\S*|#\S*"
)
_NOTE = re.compile(r"fn(?:ref)?-[a-z0-9-]+-\d+(?::\d+)?")
SCHEMES = frozenset({"http", "https", "mailto"})
_TAGS = "a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre s section strong sup ul "
_TABLE_TAGS = "table tbody td th thead tr"
TAGS = frozenset((_TAGS + _TABLE_TAGS).split())
# Every attribute that may pass, with all that it may say.
ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {
        "href": _ADDRESS,
        "title": re.compile(r"(?s:.*)"),
        "rel": re.compile(_REL),
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
_NOTE_MARK = re.compile(r"\[\^[^\s\]]{1,999}\]")
_UNSAID = re.compile(r'(?s)<sup\b.*?</sup>|<section\b.*|<[^">]*(?:"[^"]*"[^">]*)*>')
_HEADING_END = re.compile(r"</h[1-6]>")
_AFTER_HEADING = re.compile(r"(?<=[^\s\0.,;:!?…])\s*\0(?=\s*[^\s\0])")
_TOO_MUCH = _l("This text has too much formatting.")


class TooComplex(ValueError):
    """Markdown that would take too long to show; ``str(error)`` says why, for the writer."""


def render(
    source: str, *, prefix: str = "", heading_offset: int = 1, anchors: bool = False
) -> Markup:
    """Return safe HTML for a Markdown source; no text whatever makes it unsafe.

    ``prefix`` (small letters, digits, hyphens) keeps footnotes apart where several texts share a
    page; without one it is made from the source. A heading ``#`` becomes h1 plus
    ``heading_offset``, and none goes beyond h6; with ``anchors``, for the one text of a page that
    has an outline, each gets an id. Raises TooComplex above the limits of this file.
    """
    source = scrub(source)
    _refuse_long(source)
    note = prefix.strip("-") or hashlib.blake2s(source.encode(), digest_size=4).hexdigest()
    html: str = _READER.render(
        source, {"docId": note, "heading_offset": heading_offset, "anchors": anchors}
    )
    if len(html) > MAX_SIZE or html.count("<") > MAX_TAGS:
        raise TooComplex(_TOO_MUCH)
    return sanitise(OVERRIDES.sub("", html))


def shown(source: str, *, prefix: str = "", heading_offset: int = 1) -> Markup:
    """Return safe HTML as ``render`` does; what is too tangled by now as it was typed."""
    try:
        return render(source, prefix=prefix, heading_offset=heading_offset)
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
        raise TooComplex(_TOO_MUCH)
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


def _refuse_tangles(state: StateBlock, start: int, end: int, _silent: bool) -> bool:
    """Stop where blocks are too many, or so deep that the library would soon leave out words."""
    # A quote looks through all lines down to a blank one, and so does each that begins among them:
    # unbounded, lines that step in and out of quotes would cost the square of their number.
    if state.src.startswith(">", state.bMarks[start] + state.tShift[start]):
        blank = next((line for line in range(start, end) if state.isEmpty(line)), end)
        state.env["quoted"] = state.env.get("quoted", 0) + blank - start
    if state.level >= MAX_DEPTH or state.env.get("quoted", 0) > MAX_QUOTED:
        raise TooComplex(_l("Quotes and lists stand too deep inside one another."))
    if len(state.tokens) > MAX_BLOCK_TOKENS:
        raise TooComplex(_TOO_MUCH)
    return False


def _read_note_mark(state: StateInline, silent: bool) -> bool:
    """Read [^label], where there is one: the library looks for its end through all that follows."""
    return bool(_NOTE_MARK.match(state.src, state.pos)) and footnote_ref(state, silent)


def _finish(state: StateCore) -> None:
    """Shift headings, align cells by class, mend links; refuse what that shows to be too much."""
    size = 0
    if state.env.get("anchors"):
        name_headings(state.tokens)
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + state.env['heading_offset'])}"
        elif style := token.attrGet("style"):
            token.attrs = {"class": str(style).replace("text-align:", "align-")}
        elif token.children:
            token.children = _mend_links(token.children)
            size += sum(len(str(said)) for one in token.children for said in one.attrs.values())
            if size > MAX_SIZE or any(one.level >= MAX_DEPTH for one in token.children):
                raise TooComplex(_TOO_MUCH)


def _mend_links(tokens: list[Token], inside: bool = False) -> list[Token]:
    """Return the tokens with images as links, no link inside a link, and outside links marked."""
    mended: list[Token] = []
    kept = [inside]
    for token in tokens:
        if token.type == "image":
            link = Token("link_open", "a", 1, attrs={"href": str(token.attrs["src"])})
            name = token.children or [Token("text", "", 0, content=str(link.attrs["href"]))]
            mended += _mend_links([link, *name, Token("link_close", "a", -1)], any(kept))
            continue
        if token.type == "link_open":
            href = str(token.attrs["href"])
            kept.append(href != "" and not any(kept))
            if not href.startswith(("/", "#")):
                token.attrs["rel"] = _REL
        if not token.type.startswith("link_") or kept[-1]:
            mended.append(token)
        if token.type == "link_close":
            kept.pop()
    return mended


class _Reader(MarkdownIt):
    """markdown-it that takes no address but ours, and shows each as it was typed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Say whether a link may lead there."""
        return _ADDRESS.fullmatch(url) is not None

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library's name
        """Return an address as it is shown."""
        return link


_READER = _Reader("commonmark", {"html": False, "xhtmlOut": False, "maxNesting": MAX_DEPTH + 2})
_READER.enable(["table", "strikethrough"]).use(footnote_plugin, inline=False)
_READER.inline.ruler.after("text", "bare_address", read_bare_address)
_READER.inline.ruler.at("footnote_ref", _read_note_mark)
_READER.block.ruler.before("table", "refuse_tangles", _refuse_tangles)
_READER.core.ruler.push("finish", _finish)
_READER.render("*", {"heading_offset": 1})  # Readies the rules before threads share them.
