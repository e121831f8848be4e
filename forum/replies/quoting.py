"""Quoting a reply in another: whose words they are, and the words, as a Markdown quotation."""

from __future__ import annotations

from flask_babel import gettext as _

from ..words.plain_text import as_markdown
from .models import Reply

QUOTED_MOST = 1_000  # characters


def with_quotation(typed: str, reply: Reply) -> str:
    """Return what was typed so far with the reply quoted after it, once, and room to go on."""
    words = quotation(reply)
    if words in typed:
        return typed
    return "\n\n".join(filter(None, [typed.rstrip(), words, ""])) + "\n\n"


def quotation(reply: Reply) -> str:
    """Return the reply's own words as a quotation: what it quotes itself is left out."""
    lines = reply.body.split("\n")
    own = [line for line in lines if not line.lstrip().startswith(">")]
    words = shortened("\n".join(own).strip() or reply.body)
    said = _("%(name)s wrote:", name=as_markdown(reply.author.name))
    return "\n".join(f"> {line}".rstrip() for line in [said, "", *words.split("\n")])


def shortened(words: str) -> str:
    """Return the words, cut after a whole one where they are many."""
    if len(words) <= QUOTED_MOST:
        return words
    return words[:QUOTED_MOST].rsplit(maxsplit=1)[0] + " …"
