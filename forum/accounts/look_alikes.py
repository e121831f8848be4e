"""Names that look alike have one skeleton, made by Unicode's own table of what is taken for what.

The table is that of Unicode Technical Standard 39 (``confusables.txt`` beside this file), read when
the first name needs it. The standard compares letters as they are drawn; here a small letter is
also what its capital is taken for, since names are typed in either.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from ..words import text

TABLE = Path(__file__).with_name("confusables.txt")
DRESSED = re.compile(
    "LATIN (?:CAPITAL |SMALL )?LETTER (?:SMALL CAPITAL |TURNED |REVERSED |INVERTED |SIDEWAYS "
    "|DOTLESS |BARRED |SCRIPT )*([A-Z])(?: WITH .+)?"
)
"""What Unicode calls a letter that is another one turned, made small or given a hook."""
OTHERS = {"ŋ": "n", "ə": "e", "п": "n", "г": "r"}
"""Letters that are taken for others in a word, and stand in neither list."""
PICTURED = re.compile("(?:REGIONAL INDICATOR SYMBOL|.*NEGATIVE .* LATIN CAPITAL) LETTER ([A-Z])")
"""What it calls the picture of a letter: 🇦, 🅰."""
SIGNS = str.maketrans("34578@$€£!|+", "eastbaselilt")
"""Digits and signs that are written for letters."""


@cache
def prototypes() -> dict[str, str]:
    """Return what each character of the table is taken for."""
    found: dict[str, str] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            prototype, *characters = line.split()
            drawn = "".join(chr(int(each, 16)) for each in prototype.split("+"))
            found |= {chr(int(each, 16)): drawn for each in characters}
    return found


def skeleton(name: str) -> str:
    """Return a key that is equal for two names that look alike, as "O’Brien" and "0'ΒRΙΕN" do.

    It holds letters and digits only, and errs on the side of alike: l, i and 1 are one, and so are
    rn and m.
    """
    letters = "".join(map(drawn, text.spelt_out(text.bare(name))))
    letters = "".join(char for char in letters if text.is_letter_or_digit(char))
    return letters.replace("rn", "m").replace("vv", "w")


@lru_cache(maxsize=10_000)
def drawn(char: str) -> str:
    """Return the small letters that a small letter is taken for, in Latin where that can be.

    Where the small and the capital letter resemble two (ν is like v, Ν is N), the capital decides:
    it is the same drawing in most typefaces.
    """
    table = prototypes()
    taken_for = [table.get(form, form) for form in (char.upper(), char)] + undressed(char)
    latin = next((each for each in taken_for if each.isascii()), taken_for[1])
    plain = text.spelt_out(text.bare(latin))
    return plain if plain == char else "".join(map(drawn, plain))


def undressed(char: str) -> list[str]:
    """Return the letter that another one is, turned or with a hook, if any: ɹ and ɽ are r."""
    if char.isascii():
        return []
    found = DRESSED.fullmatch(unicodedata.name(char, ""))
    return [found[1].lower()] if found else [OTHERS[char]] if char in OTHERS else []


def spelt_with_signs(name: str) -> str:
    """Return a name whose digits, signs and pictures of letters stand for the letters they show."""
    return "".join(map(pictured, name)).translate(SIGNS)


def pictured(char: str) -> str:
    """Return the letter of which a character is a picture, else that character."""
    found = PICTURED.fullmatch(unicodedata.name(char, "")) if not char.isalnum() else None
    return found[1] if found else char
