"""Plain text written as Markdown, so that every character of it reads as it was written."""

from __future__ import annotations

import re

# A full web address is read in one piece (see html.py): behind its host nothing is special.
_ADDRESS = re.compile(
    r"((?<![\w.+-])https?://[^\W_][\w.-]*(?::\d{1,5})?"
    r"(?:[/?#][^\s<>\[\]\"`|\\^{}«»“”。、，（）「」]*)?(?<=[^\W_]|/))"
)
_ANYWHERE = re.compile(r"[\\`*_\[\]<|~]|&(?=#?\w+;)")
_AT_LINE_START = re.compile(r"[-+=>#:]|(?<=\d)[.)]")
_START = re.compile(r"\d{0,9}[-+=>#:.)]")


def as_markdown(text: str) -> str:
    """Return Markdown that shows this text and nothing else; its line breaks stay."""
    lines = [_line(line.strip()) for line in text.strip().split("\n")]
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    return "".join(f"{line}\\\n" if line and after else f"{line}\n" for line, after in pairs)[:-1]


def _line(line: str) -> str:
    """Return one line with a backslash before whatever Markdown would act upon."""
    pieces = _ADDRESS.split(line)
    pieces[::2] = [_ANYWHERE.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    line = "".join(pieces)
    if start := _START.match(line):
        return _AT_LINE_START.sub(r"\\\g<0>", start.group(), count=1) + line[start.end() :]
    return line
