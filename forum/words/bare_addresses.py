"""Full web addresses in a text, made into links as the text is read."""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline

_SCHEME = re.compile(r"(?<![\w.+-])https?$", re.ASCII | re.IGNORECASE)
_IN_ADDRESS = r"[^\s<>\[\]\"`|\\^{}«»“”。、，（）「」]"
_BARE_ADDRESS = re.compile(rf"://(?=[^\W_])(?>{_IN_ADDRESS}{{1,2000}})(?!{_IN_ADDRESS})")
_AFTER_ADDRESS = frozenset(".,:;!?'’*_~…")


def read_bare_address(state: StateInline, silent: bool) -> bool:
    """Make a link of a full web address in the text, in one pass (the library's takes n²)."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.src, max(0, state.pos - 5), state.pos)
    if not scheme or not (silent or state.pending.endswith(scheme.group())):
        return False
    if not (rest := _BARE_ADDRESS.match(state.src, state.pos, state.posMax)):
        return False
    address = scheme.group() + _without_tail(rest.group())
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        return False
    state.pos += len(address) - len(scheme.group())
    if not silent:
        state.pending = state.pending[: -len(scheme.group())]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    return True


def _without_tail(address: str) -> str:
    """Return an address without the punctuation that ends the sentence around it."""
    end = len(address)
    surplus = address.count(")") - address.count("(")
    while address[end - 1] in _AFTER_ADDRESS or (surplus > 0 and address[end - 1] == ")"):
        surplus -= address[end - 1] == ")"
        end -= 1
    return address[:end]
