"""Characters that no typeface here holds: how many, which, and how to cure it.

PDF, and the pictures in a DOCX, are drawn here; whoever asks for them is told before and after.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import ngettext

from .fields import Row
from .phrases import whole
from .report import LONG
from .tables import Table
from .typefaces import MISSING, counted, missing_in, stand_in

SAMPLE = 12
"""Characters that are named."""

IDEOGRAPHS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH")
PACKAGES = {
    "ideographs": "fonts-noto-cjk",
    "signs": "fonts-noto-color-emoji",
    "others": "fonts-noto-core",
}
"""The packages of Debian and Ubuntu that hold a kind of characters."""


@dataclass(frozen=True)
class Unprintable:
    """How often each character stands that cannot be printed: letters leave □, signs are named."""

    letters: Counter[str]
    signs: Counter[str]

    @classmethod
    def among(cls, found: Counter[str], missing: Iterable[str]) -> Self:
        """Return those of the counted characters that are missing."""
        marked = Counter({char: found[char] for char in sorted(missing)})
        letters = Counter({c: n for c, n in marked.items() if stand_in(c) == MISSING})
        return cls(letters, marked - letters)

    @classmethod
    def of_table(cls, table: Table) -> Self:
        """Return what a document of this table could not print."""
        said = [table.title, table.introduction, table.provenance.lines()]
        return cls.of_rows(said, table.rows())

    @classmethod
    def of_rows(cls, said: list[Any], rows: Iterable[Row]) -> Self:
        """Return what a document of these rows, and of what else is said in it, could not print."""
        found = counted(said)
        for row in rows:
            found.update(counted([row[name] for name in PRINTED]))
        return cls.among(found, missing_in(found))

    def __bool__(self) -> bool:
        return bool(self.letters or self.signs)

    @property
    def packages(self) -> list[str]:
        """The packages whose typefaces hold what is missing."""
        kinds = {kind_of(char) for char in (*self.letters, *self.signs)}
        return [name for kind, name in PACKAGES.items() if kind in kinds]

    def said(self) -> str:
        """Say how many letters are missing and what stands for them; nothing where none is."""
        number = self.letters.total()
        if not number:
            return ""
        return str(
            ngettext(
                "%(number)s character of this text is in no typeface here and is printed as □. "
                "Each proposal’s permalink shows it.",
                "%(number)s characters of this text are in no typeface here and are printed as □. "
                "Each proposal’s permalink shows them.",
                number,
                number=whole(number),
            )
        )

    def told(self) -> list[str]:
        """Say what becomes of them and what helps, to whoever asks for a document."""
        letters, signs = self.letters.total(), len(self.signs)
        said = []
        if letters:
            said.append(
                ngettext(
                    "%(number)s character cannot be printed here and becomes □: %(sample)s",
                    "%(number)s characters cannot be printed here and become □: %(sample)s",
                    letters,
                    number=whole(letters),
                    sample=sample(self.letters),
                )
            )
        if signs:
            said.append(
                ngettext(
                    "%(number)s sign cannot be printed here and is named in words: %(sample)s",
                    "%(number)s signs cannot be printed here and are named in words: %(sample)s",
                    signs,
                    number=whole(signs),
                    sample=sample(self.signs),
                )
            )
        return [*said, self.cure()] if said else []

    def cure(self) -> str:
        """Say what to do about it."""
        return _(
            "To fix this, install fonts that have them (on Debian and Ubuntu: "
            "%(packages)s), or put their files in the folder fonts of the instance.",
            packages=", ".join(self.packages),
        )


PRINTED = (
    *("title", "trade_off", "evidence", "author", *LONG),
    *("quoted_support_author", "quoted_challenge_author", "answer", "answer_body"),
)
"""The fields of a row that hold words of people."""


def sample(found: Counter[str]) -> str:
    """Return the most frequent characters, a space apart."""
    more = " …" if len(found) > SAMPLE else ""
    return " ".join(char for char, _number in found.most_common(SAMPLE)) + more


def kind_of(char: str) -> str:
    """Return which package holds a character: one of PACKAGES."""
    if unicodedata.name(char, "").startswith(IDEOGRAPHS):
        return "ideographs"
    return "signs" if unicodedata.category(char) == "So" else "others"
