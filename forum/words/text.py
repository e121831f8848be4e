"""What any typed text goes through: cleaned before it is stored, folded before it is compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

# Controls but tab and newline, lone surrogates, and noncharacters (the last two of each plane).
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Overrides show letters in another order than they are stored: they have no honest use.
# Embeddings and isolates do, but end with the paragraph only, so no line may carry them.
OVERRIDES = re.compile("[\u202d\u202e]")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Characters that show nothing, beyond the categories of spaces, controls and formats.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
# What may stand within a word and show nothing there: soft hyphens, joiners, zero-width spaces.
UNSEEN = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(f"[{UNSEEN}]")
# What says that a sign is drawn as a picture, which a name need not say.
_PICTURED = re.compile("([^\\w\\s])[\ufe0e\ufe0f]")
# The space between letters that are written one by one, "a d m i n".
_SPACED = re.compile(r"(?<=\b\w)\s+(?=\w\b)")
_ARABIC = "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f"
_MARKS = frozenset({"Mn", "Mc", "Me"})
# Unicode's own bound for a run of marks; beyond it normalising costs the square of the run.
_LONGEST_RUN_OF_MARKS = 30

_TURNS = _l("This text contains a character that turns the reading order around.")
_LOOK_ALIKE = _l("This name contains characters that are easily taken for others.")


class BadText(ValueError):
    """A text that is refused; ``str(error)`` is the reason, in the reader's language."""


def clean(text: str) -> str:
    """Return a text of several lines as it is stored: NFC, lines end in LF, no space at the end.

    Every character that ends a line is one line end, other controls are left out, and a text that
    shows nothing becomes empty. Raises BadText for what would change what the others mean.
    """
    text = _UNSTORABLE.sub("", _lines(text))
    if turned := OVERRIDES.search(text):
        line = text.count("\n", 0, turned.start()) + 1
        raise BadText(
            _("Line %(line)s contains a character that turns the reading order around.", line=line)
            if "\n" in text
            else _TURNS
        )
    if _has_run_of_marks(text, _LONGEST_RUN_OF_MARKS):
        raise BadText(_l("This text has too many accents on one letter."))
    if not any(map(_shows, text)):
        return ""
    return unicodedata.normalize("NFC", text).rstrip().lstrip("\n")


def clean_line(text: str) -> str:
    """Return a text of one line as it is stored: as ``clean``, runs of white space made one space.

    No-break spaces stay, as French needs them. Raises BadText as ``clean`` does, and for every
    character that would reorder the words that follow it on the page.
    """
    line = re.sub("[ \t\n]+", " ", clean(text)).strip()
    if BIDI.search(line):
        raise BadText(_TURNS)
    return line


def clean_name(text: str) -> str:
    """Return a display name as it is stored: visible, pronounceable, and not posing as another.

    Raises BadText for invisible characters, stacked accents, letters of two alphabets in one
    word, letters dressed up as others (𝐀, Ａ, ⓐ), and names without a letter.
    """
    name = clean_line(text).replace("\u2010", "-").replace("\u2011", "-")
    name = " ".join(_PICTURED.sub(r"\1", name).split())
    if any(map(_is_invisible, _joiners_that_spell().sub("", name))):
        raise BadText(_l("This name contains a character that cannot be seen."))
    if _is_stacked(name):
        raise BadText(_l("This name has too many accents on one letter."))
    if unicodedata.normalize("NFKC", name) != name:
        raise BadText(_LOOK_ALIKE)
    together = _SPACED.sub("", name)
    if any(len(_alphabets(word)) > 1 for word in re.split(r"[\s\-–/&(),·・]+", together)):
        raise BadText(_LOOK_ALIKE)
    if not any(map(str.isalpha, name)):
        raise BadText(_l("Please use at least one letter."))
    return name


@cache
def _joiners_that_spell() -> re.Pattern[str]:
    """Return what finds joiners where they are spelling: between Arabic letters, after a virama,
    within a picture."""
    viramas = "".join(c for c in map(chr, range(0x900, 0x11D98)) if unicodedata.combining(c) == 9)
    return re.compile(
        f"(?<=[{_ARABIC}])\u200c(?=[{_ARABIC}])|(?<=[{viramas}])[\u200c\u200d](?=\\w)"
        "|(?<=[\u2600-\u27bf\U0001f300-\U0001faff])\u200d(?=[\u2600-\u27bf\U0001f300-\U0001faff])"
    )


def loses(text: str) -> bool:
    """Say whether ``clean`` leaves out characters that cannot be stored or shown."""
    return bool(_UNSTORABLE.search(_lines(text)))


def scrub(text: str) -> str:
    """Return a refused text so that it can be shown again: what cannot be stored becomes �."""
    return OVERRIDES.sub("\ufffd", _UNSTORABLE.sub("\ufffd", _lines(text)))


def fold(text: str) -> str:
    """Return the key under which a text is compared: no case, no accents, one space between words.

    Compatible forms are made plain (₂ is 2, ﬁ is fi), and what shows nothing, such as a soft hyphen
    or a joiner, is left out. ``fold("Œuvre de l’État") == "oeuvre de l'etat"``.
    """
    return " ".join(spelt_out(bare(text)).split())


def spelt_out(text: str) -> str:
    """Return a text without capitals in which letters such as œ are written as others: ``oe``."""
    return text.translate(_SPELT_OUT)


def _lines(text: str) -> str:
    """Return the text with every kind of line end as a newline."""
    return _LINE_ENDS.sub("\n", text)


def _shows(char: str) -> bool:
    """Say whether a character leaves anything on the page."""
    return unicodedata.category(char)[0] not in "ZC" and not _BLANK.match(char)


def _is_invisible(char: str) -> bool:
    """Say whether a character shows nothing or has no agreed shape; a plain space is visible."""
    return char != " " and not _shows(char)


def is_letter_or_digit(char: str) -> bool:
    """Say whether a character spells: the vowel signs of Hindi or Thai are marks, not letters."""
    return _shows(char) and (char.isalnum() or unicodedata.category(char) in _MARKS)


def _has_run_of_marks(text: str, longest: int) -> bool:
    """Say whether more combining marks than this stand in a row."""
    if text.isascii():
        return False
    run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in _MARKS else 0
        if run > longest:
            return True
    return False


def _is_stacked(name: str) -> bool:
    """Say whether marks pile up as no script needs: Burmese takes four, of them one an accent."""
    marks: list[str] = []
    for before, char in zip(" " + name, name, strict=False):
        if unicodedata.category(char) not in _MARKS:
            marks = []
            continue
        marks.append(char)
        accents = sum(unicodedata.combining(mark) >= 200 for mark in marks)
        loose = before == " " or unicodedata.category(char) == "Me"
        if loose or before == char or accents > 2 or len(marks) > 4:
            return True
    return False


def _alphabets(word: str) -> set[str]:
    """Return the alphabets of a word's letters; Chinese, Japanese and Korean mix with any one."""
    firsts = {unicodedata.name(char, "?").split()[0] for char in word if char.isalpha()}
    return firsts - _MIX_WITH_ANY


def bare(text: str) -> str:
    """Return the text in small letters without accents, compatible forms made plain."""
    if text.isascii():
        return text.lower()
    text = _UNSEEN.sub("", text)
    # A character at a time: normalising a whole text costs the square of its longest run of marks.
    apart = "".join(map(_decomposed, "".join(map(_decomposed, text)).casefold()))
    return "".join(char for char in apart if not unicodedata.combining(char))


@lru_cache(maxsize=10_000)
def _decomposed(char: str) -> str:
    if char.isdecimal():  # of whatever script
        return str(unicodedata.decimal(char))
    return unicodedata.normalize("NFKD", char)


# Letters that stand beside those of any alphabet: Japanese mixes three kinds with Latin words.
_MIX_WITH_ANY = frozenset(
    [
        "CJK",
        "IDEOGRAPHIC",
        "HIRAGANA",
        "KATAKANA",
        "KATAKANA-HIRAGANA",
        "HANGUL",
        "BOPOMOFO",
        "MODIFIER",
    ]
)
_SPELT_OUT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"}
    | dict.fromkeys("‘’‛ʼʻ′`", "'")
    | dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‐‒–—―−", "-")
)
