"""Markdown, read within bounds: one reader for essays, one for what people type as replies."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

from .bare_addresses import read_bare_address
from .outline import name_headings

# Reading costs time by each of these; so do the limits of html.py.
MAX_DEPTH = 16  # of quotes and lists, and again of emphasis within a paragraph
MAX_QUOTED = 100_000  # lines looked through for quotes, each as often as it is
MAX_BLOCK_TOKENS = 45_000  # what that many tags are read into, at five for a list item
MAX_SIZE = 1_500_000  # characters of HTML

REL = "nofollow ugc noopener noreferrer"
ADDRESS = re.compile(
    r"(?ai)https?://(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]\S*)?"
    r"|mailto:[^\s/]\S*|/(?![/\\])\S*|#\S*"
)
_NOTE_MARK = re.compile(r"\[\^[^\s\]]{1,999}\]")
TOO_MUCH = _l("This text has too much formatting.")


class TooComplex(ValueError):
    """Markdown that would take too long to show; ``str(error)`` says why, for the writer."""


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
        raise TooComplex(TOO_MUCH)
    return False


def _read_note_mark(state: StateInline, silent: bool) -> bool:
    """Read [^label], where there is one: the library looks for its end through all that follows."""
    return bool(_NOTE_MARK.match(state.src, state.pos)) and footnote_ref(state, silent)


def _finish(state: StateCore) -> None:
    """Set headings in order, align cells by class, mend links; refuse what is too much by then."""
    size = 0
    _set_levels(state.tokens, state.env["heading_offset"])
    if state.env.get("anchors"):
        name_headings(state.tokens)
    for token in state.tokens:
        if style := token.attrGet("style"):
            token.attrs = {"class": str(style).replace("text-align:", "align-")}
        elif token.children:
            token.children = _mend_links(token.children)
            size += sum(len(str(said)) for one in token.children for said in one.attrs.values())
            if size > MAX_SIZE or any(one.level >= MAX_DEPTH for one in token.children):
                raise TooComplex(TOO_MUCH)


def _set_levels(tokens: list[Token], offset: int) -> None:
    """Set headings below those of the page, none more than one below what it stands under."""
    above: list[tuple[int, int]] = []
    for token in tokens:
        if token.type == "heading_open":
            typed = int(token.tag[1])
            while above and above[-1][0] >= typed:
                above.pop()
            highest = above[-1][1] + 1 if above else offset + 1
            above.append((typed, min(6, highest)))
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{above[-1][1]}"


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
                token.attrs["rel"] = REL
        if not token.type.startswith("link_") or kept[-1]:
            mended.append(token)
        if token.type == "link_close":
            kept.pop()
    return mended


class _Reader(MarkdownIt):
    """markdown-it that takes no address but ours, and shows each as it was typed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Say whether a link may lead there."""
        return ADDRESS.fullmatch(url) is not None

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library's name
        """Return an address as it is shown."""
        return link


def _mark_at_edges(state: StateInline, silent: bool) -> bool:
    """Read ``*`` at the edges of words only: ``auteur*ice*s`` is one word."""
    run = state.scanDelims(state.pos, False) if state.src[state.pos] == "*" else None
    if run is None or run.can_open or run.can_close:
        return emphasis.tokenize(state, silent)
    if not silent:
        state.pending += "*" * run.length
    state.pos += run.length
    return True


def _reader(typed: bool) -> _Reader:
    """Return a reader of ordinary Markdown, or of what people type."""
    options = {"html": False, "xhtmlOut": False, "maxNesting": MAX_DEPTH + 2, "breaks": typed}
    reader = _Reader("commonmark", options)
    reader.enable(["table", "strikethrough"]).use(footnote_plugin, inline=False)
    reader.inline.ruler.after("text", "bare_address", read_bare_address)
    reader.inline.ruler.at("footnote_ref", _read_note_mark)
    reader.block.ruler.before("table", "refuse_tangles", _refuse_tangles)
    reader.core.ruler.push("finish", _finish)
    if typed:
        reader.disable("code")
        reader.inline.ruler.at("emphasis", _mark_at_edges)
    reader.render("*", {"heading_offset": 1})  # Readies the rules before threads share them.
    return reader


READER, TYPED = _reader(typed=False), _reader(typed=True)
