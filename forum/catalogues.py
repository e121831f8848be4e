"""The languages that pages speak: English, and every catalogue that is found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from babel import Locale, UnknownLocaleError

from .secret_key import BadSetting

SHIPPED = Path(__file__).resolve().parent / "translations"
CODE = re.compile("[a-z]{2,3}")


def catalogue_folders(instance: Path) -> list[Path]:
    """Return where catalogues are looked for: a site's own first, then those that we ship."""
    return [instance / "translations", SHIPPED]


def interface_languages(folders: Sequence[Path]) -> Mapping[str, str]:
    """Return the name of every language that pages speak, in that language, by its code.

    English stands first, since its words are in the pages themselves. BadSetting is raised for a
    catalogue whose folder is named by no language of two or three letters.
    """
    found = {
        file.parent.parent.name
        for folder in folders
        for file in folder.glob("*/LC_MESSAGES/messages.mo")
    }
    shipped = {"en": "English", "fr": "Français"}
    return shipped | {code: own_name(code) for code in sorted(found - set(shipped))}


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
