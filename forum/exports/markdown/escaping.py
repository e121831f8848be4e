"""Blocks of a text as Markdown again: closed, escaped, its headings below the document's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..blocks import Block, Span

HEADING = 3
"""The level that a text's own first heading takes in the document."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~]|&(?=#?\w+;)")
_START = re.compile(r"^(\s*)([-+=#:]|\d{1,9}[.)])", re.MULTILINE)
_MARKS = (("strike", "~~"), ("italic", "*"), ("bold", "**"))


def escaped(text: str) -> str:
    """Return text that Markdown shows as it stands."""
    text = _SPECIAL.sub(r"\\\g<0>", text)
    return _START.sub(lambda at: f"{at[1]}{at[2][:-1]}\\{at[2][-1]}", text)


def on_one_line(text: str) -> str:
    """Return text that Markdown shows as it stands, on one line."""
    return escaped(" ".join(text.split()))


def as_markdown(blocks: Iterable[Block]) -> str:
    """Return the blocks as Markdown, a blank line between them."""
    return "\n\n".join("\n".join(lines_of(block)) for block in blocks)


def lines_of(block: Block) -> Iterator[str]:
    """Yield the lines of one block."""
    if block.kind == "heading":
        yield f"{'#' * min(6, block.level + HEADING - 1)} {inline(block.spans)}"
    elif block.kind == "code":
        yield from fenced("".join(span.text for span in block.spans))
    elif block.kind == "rule":
        yield "* * *"
    elif block.kind == "quote":
        yield from (f"> {line}".rstrip() for line in as_markdown(block.blocks).split("\n"))
    elif block.kind == "list":
        yield from items(block)
    elif block.kind == "table":
        yield from rows(block)
    else:
        yield inline(block.spans).replace("\n", "\\\n")


def fenced(code: str) -> Iterator[str]:
    """Yield code between fences that nothing in it can close."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (fence, code.rstrip("\n"), fence)


def items(block: Block) -> Iterator[str]:
    """Yield the items of a list, each moved to the right behind its mark."""
    for number, item in enumerate(block.blocks, block.level):
        mark = f"{number}. " if block.level else "- "
        text = as_markdown(item.blocks)
        for at, line in enumerate(text.split("\n")):
            yield (mark if at == 0 else " " * len(mark)) + line if line else ""


def rows(block: Block) -> Iterator[str]:
    """Yield the rows of a table; the first is its heading."""
    for at, row in enumerate(block.blocks):
        cells = [inline(cell.spans).replace("\n", " ") for cell in row.blocks]
        yield f"| {' | '.join(cells)} |"
        if at == 0:
            yield "|" + " --- |" * len(cells)


def inline(spans: Iterable[Span]) -> str:
    """Return words with their emphasis and links."""
    return "".join(marked(span) for span in spans)


def marked(span: Span) -> str:
    """Return words in one style."""
    if span.link and span.link == span.text:
        return f"<{span.link}>"
    text = quoted(span.text) if span.code else escaped(span.text)
    for style, mark in _MARKS:
        if getattr(span, style) and text.strip():
            text = f"{mark}{text}{mark}"
    return f"[{text}](<{span.link}>)" if span.link else text


def quoted(code: str) -> str:
    """Return code within a line, between marks that nothing in it can close."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    marks = "`" * (longest + 1)
    return f"{marks} {code} {marks}" if longest else f"{marks}{code}{marks}"
