"""Markdown that reads as a document: a heading for each proposal, its numbers, then its text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask_babel import gettext as _

from ...words.keys import says_more
from .. import phrases
from ..blocks import blocks_of
from ..fields import Row
from ..pieces import pieces
from ..provenance import Digest
from ..seal import sealed
from ..tables import Table
from .escaping import as_markdown, on_one_line

EXTENSION = "md"
MIMETYPE = "text/markdown"

SEAL = "<!-- circle-back-export {} -->\n"
"""The last line, which shows nowhere: the seal of all above it."""


def write(table: Table) -> Iterator[bytes]:
    """Yield the file in pieces; its last line seals what stands above it."""
    rows, text = Digest(), hashlib.sha256()
    for piece in pieces(parts(table, rows)):
        text.update(piece)
        yield piece
    provenance = replace(table.provenance, sha256=str(rows))
    yield SEAL.replace("{}", sealed(provenance, text.hexdigest())).encode()


def parts(table: Table, digest: Digest) -> Iterator[str]:
    """Yield the document in parts: title, what it holds, the proposals, where it came from."""
    provenance = table.provenance
    yield f"# {on_one_line(table.title)}\n\n"
    yield f"{on_one_line(provenance.filter)}. {on_one_line(provenance.order)}\n\n"
    asked = [
        _("%(name)s: %(value)s", name=f"**{name}**", value=on_one_line(text))
        for name, text in provenance.asked()
    ]
    if asked:
        yield "\n".join(f"- {line}" for line in asked) + "\n\n"
    if table.introduction:
        yield as_markdown(blocks_of(table.introduction, provenance.site)) + "\n\n"
    for row in digest.through(table.rows()):
        yield "\n\n".join(section(row, provenance.site)) + "\n\n"
    yield "## " + _("Where this comes from") + "\n\n"
    for heading, text in replace(provenance, sha256=str(digest)).lines():
        yield "- " + _("%(name)s: %(value)s", name=heading, value=address(text)) + "\n"
    yield "\n"


def section(row: Row, site: str) -> Iterator[str]:
    """Yield the paragraphs of one proposal."""
    yield f"## {phrases.standing_at(row)}. {on_one_line(str(row['title']))}"
    yield " · ".join([*phrases.tags(row), phrases.status(row)])
    yield "\n".join(f"- {line}" for line in numbers(row))
    yield f"*{on_one_line(phrases.byline(row))}*"
    if says_more(str(row["body"]), str(row["title"])):
        yield as_markdown(blocks_of(str(row["body"]), site, typed=True))
    if row["trade_off"]:
        heading, text = _("Trade-off"), on_one_line(str(row["trade_off"]))
        yield _("%(name)s: %(value)s", name=f"**{heading}**", value=text)
    if row["answer"]:
        heading = on_one_line(_("Answer of %(body)s", body=row["answer_body"]))
        text = on_one_line(str(row["answer"]))
        yield _("%(name)s: %(value)s", name=f"**{heading}**", value=text)
    if row["note"]:
        yield "**" + _("Facilitator’s note") + "**"
        yield as_markdown(blocks_of(str(row["note"]), site))
    evidence = row["evidence"]
    if isinstance(evidence, list) and evidence:
        yield "**" + _("Evidence") + "**"
        yield "\n".join(f"- {address(item)}" for item in evidence)
    for name, heading in phrases.QUOTED.items():
        yield from comment(row, name, str(heading), site)
    yield address(str(row["permalink"]))


def numbers(row: Row) -> Iterable[str]:
    """Return the lines of numbers of one proposal."""
    said = (phrases.ranks(row), phrases.votes(row), phrases.standing(row), phrases.discussed(row))
    return (*said, *map(on_one_line, phrases.outcome(row)))


def comment(row: Row, name: str, heading: str, site: str) -> Iterator[str]:
    """Yield the picked comment of one stance, quoted; nothing where there is none."""
    if not row[f"{name}_permalink"]:
        return
    author = phrases.attribution(str(row[f"{name}_author"]))
    yield f"**{heading}** ({on_one_line(author)})"
    quoted = as_markdown(blocks_of(str(row[name]), site, typed=True))
    yield "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))


def address(text: str) -> str:
    """Return a web address as a link, and any other text as it stands."""
    is_address = text.startswith(("http://", "https://")) and not set(text) & set(" <>")
    return f"<{text}>" if is_address else on_one_line(text)
