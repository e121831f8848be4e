"""The languages that pages speak: English, and every catalogue that is found."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from .secret_key import BadSetting

SHIPPED = Path(__file__).resolve().parent / "translations"
CODE = re.compile("[a-z]{2,3}")
FILLED = re.compile(r"%\((\w+)\)")
"""What is put into words."""


def catalogue_folders(instance: Path) -> list[Path]:
    """Return where catalogues are looked for: a site's own first, then those that we ship."""
    return [instance / "translations", SHIPPED]


def interface_languages(folders: Sequence[Path]) -> Mapping[str, str]:
    """Return the name of every language that pages speak, in that language, by its code.

    English stands first, since its words are in the pages themselves. BadSetting is raised for a
    catalogue whose folder is named by no language of two or three letters, and for one of a site's
    own that no page could be written with.
    """
    files = [file for folder in folders for file in folder.glob("*/LC_MESSAGES/messages.mo")]
    for file in files:
        if SHIPPED not in file.parents:
            check_catalogue(file)
    found = {file.parent.parent.name for file in files}
    shipped = {"en": "English", "fr": "Français"}
    return shipped | {code: own_name(code) for code in sorted(found - set(shipped))}


def check_catalogue(file: Path) -> None:
    """Refuse a catalogue that cannot be read, or some of whose words cannot be filled in."""
    from babel.messages.mofile import read_mo

    try:
        with file.open("rb") as content:
            GNUTranslations(content)
            content.seek(0)
            messages = list(read_mo(content))
    except (OSError, ValueError, LookupError, struct.error) as error:
        raise BadSetting(f"{file} is no catalogue that can be read: compile it anew.") from error
    for message in messages:
        original, said = in_all_numbers(message.id), in_all_numbers(message.string)
        names = {name for words in original for name in FILLED.findall(words)}
        for words in said if names else ():
            if not can_be_filled(words, names):
                raise BadSetting(
                    f"{file}: “{words}” cannot stand for “{original[0]}”. Say there what that says "
                    "between % and s, nothing else, and %% for a percent sign; compile it anew."
                )


def in_all_numbers(words: Any) -> Sequence[str]:
    """Return words for one and for more; of others, those alone."""
    return (words,) if isinstance(words, str) else words


def can_be_filled(words: str, names: Iterable[str]) -> bool:
    """Say whether words can be written once these are given."""
    try:
        words % dict.fromkeys(names, 1)
    except (KeyError, ValueError, TypeError):
        return False
    return True


def own_name(code: str) -> str:
    """Return what a language calls itself, as a menu has it."""
    try:
        locale = Locale.parse(code) if CODE.fullmatch(code) else None
    except (ValueError, UnknownLocaleError):
        locale = None
    if locale is None:
        raise BadSetting(
            f"The catalogue {code} must be in a folder named by a language of two or three letters."
        )
    name = locale.get_display_name(code) or code
    return name[:1].title() + name[1:]
