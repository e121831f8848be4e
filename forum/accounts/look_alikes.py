"""Names that look alike have one skeleton, made by Unicode's own table of what is taken for what.

The table is that of Unicode Technical Standard 39 (``confusables.txt`` beside this file), read when
the first name needs it. The standard compares letters as they are drawn; here a small letter is
also what its capital is taken for, since names are typed in either.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from ..words import text

TABLE = Path(__file__).with_name("confusables.txt")


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
    taken_for = [table.get(form, form) for form in (char.upper(), char)]
    latin = next((each for each in taken_for if each.isascii()), taken_for[1])
    plain = text.spelt_out(text.bare(latin))
    return plain if plain == char else "".join(map(drawn, plain))
