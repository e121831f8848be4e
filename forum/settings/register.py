"""Every setting that can be made in the browser: its words, its room and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..config import BadSetting, contact, timezone
from ..web.limit_register import LIMITS
from ..words import html
from ..words.addresses import mailbox
from .colours import checked_colour
from .jurisdictions import listed_in_words

SITE_NAME = "Circle Back"
"""What a site is called that has no name of its own."""

TEXTS = {"terms": _l("Terms of use"), "privacy": _l("Privacy"), "conduct": _l("Code of conduct")}
"""The texts of a site's own, each a page, by the last part of its address."""


class FixableSetting(NamedTuple):
    """What the server's own settings call it, and the environment variable that fixes it.

    ``part`` names it among several that the server keeps under one name.
    """

    config: str
    variable: str
    part: str = ""

    @property
    def said(self) -> str:
        """What the server says."""
        found = current_app.config[self.config]
        return str(found[self.part] if self.part else found)


FIXABLE = {
    "time_zone": FixableSetting("BABEL_DEFAULT_TIMEZONE", "FORUM_TIMEZONE"),
    "contact": FixableSetting("SECURITY_CONTACT", "FORUM_SECURITY_CONTACT"),
    "mail_from": FixableSetting("MAIL_FROM", "FORUM_MAIL_FROM"),
    "postal_address": FixableSetting("POSTAL_ADDRESS", "FORUM_POSTAL_ADDRESS"),
    "staff_second_factor": FixableSetting("STAFF_SECOND_FACTOR", "FORUM_STAFF_SECOND_FACTOR"),
    **{
        f"limit_{name}": FixableSetting("LIMITS", f"FORUM_LIMIT_{name.upper()}", name)
        for name in LIMITS
    },
}
"""The settings that the environment can make as well, and then alone."""


def fixed_by(name: str) -> str:
    """Return the environment variable that fixes a setting; nothing where none does."""
    variable = FIXABLE[name].variable if name in FIXABLE else ""
    return variable if variable in current_app.config["FIXED"] else ""


@dataclass(frozen=True)
class SettingRow:
    """One setting. ``check`` returns what is stored or raises ValueError with a sentence.

    ``shown`` says what is stored in words, ``usual`` is what holds where nothing was set.
    """

    name: str
    label: Any
    room: int
    hint: Any = ""
    lines: bool = False
    language: str = ""
    check: Callable[[str], str] = str
    shown: Callable[[str], str] = str
    choices: tuple[tuple[str, Any], ...] = ()
    usual: str = ""

    @property
    def default(self) -> str:
        """What holds where nothing was set."""
        if self.name in FIXABLE:
            return FIXABLE[self.name].said
        return self.usual

    @property
    def fixed_by(self) -> str:
        """The environment variable that says it, so that nobody can change it in the browser."""
        return fixed_by(self.name)


def checked_contact(written: str) -> str:
    """Return where reports go, as links have it; raise ValueError for what is no such place."""
    try:
        return contact(written)
    except BadSetting as error:
        raise ValueError(
            _("Give an email address, or an address that begins with https://.")
        ) from error


def checked_time_zone(written: str) -> str:
    """Return the name of a zone; raise ValueError for one that is not known."""
    try:
        return timezone(written)
    except BadSetting as error:
        raise ValueError(_("Give the name of a zone, such as Europe/Dublin.")) from error


def checked_sender(written: str) -> str:
    """Return whom letters come from; raise ValueError unless it is a name and an address."""
    try:
        return str(mailbox(written))
    except ValueError as error:
        raise ValueError(_("Write it as Name <name@example.org>.")) from error


def checked_text(written: str) -> str:
    """Return a text that can be shown; raise ValueError for one that is too tangled."""
    html.render(written, heading_offset=1)
    return written


def setting_rows() -> Iterator[SettingRow]:
    """Yield every setting, in the order of the page; some there are for each language."""
    yield SettingRow("site_name", _l("Name of the site"), 60, usual=SITE_NAME)
    for code, language in current_app.config["LANGUAGES"].items():
        yield SettingRow(
            f"introduction_{code}",
            _l("Introduction (%(language)s)", language=language),
            500,
            _l("At the head of the list of discussions. A few sentences."),
            lines=True,
            language=code,
        )
    yield SettingRow(
        "accent",
        _l("Colour of links and buttons"),
        7,
        _l("Such as #7b2350. Its contrast is checked."),
        check=partial(checked_colour, "light"),
    )
    yield SettingRow(
        "accent_dark",
        _l("The same in the dark theme"),
        7,
        _l("Such as #eba9c9. Its contrast is checked."),
        check=partial(checked_colour, "dark"),
    )
    yield SettingRow(
        "contact",
        _l("Contact"),
        250,
        _l("Whom to tell of a flaw, a barrier or a complaint: an email address or a page."),
        check=checked_contact,
    )
    yield SettingRow(
        "mail_from",
        _l("Sender of emails"),
        250,
        _l("A name and, in angle brackets, an address."),
        check=checked_sender,
    )
    yield SettingRow(
        "postal_address", _l("Postal address"), 250, _l("Stands at the end of emails.")
    )
    yield SettingRow(
        "time_zone",
        _l("Time zone"),
        60,
        _l("In which days begin and end here, such as Europe/Dublin."),
        check=checked_time_zone,
    )
    yield SettingRow(
        "staff_second_factor",
        _l("Second factor"),
        3,
        _l("Whether those with a role, or a seat in a body, sign in with an app as well."),
        choices=(
            ("off", _l("Each person decides")),
            ("on", _l("Asked of whoever holds a role or a seat; neither works before it")),
        ),
    )
    yield SettingRow(
        "agreement",
        _l("Agreeing to the texts below"),
        7,
        _l("Until they agree, people can read, take out what is theirs and close their account."),
        choices=(
            ("off", _l("Nobody is asked")),
            ("joining", _l("Whoever joins agrees, once")),
            ("again", _l("Whoever joins agrees, and everyone does again when a text changes")),
        ),
        usual="off",
    )
    for name, title in TEXTS.items():
        for code, language in current_app.config["LANGUAGES"].items():
            yield SettingRow(
                f"{name}_{code}",
                _l("%(text)s (%(language)s)", text=title, language=language),
                20_000,
                _l("Markdown. The page says since when it stands there."),
                lines=True,
                language=code,
                check=checked_text,
            )


LOGO = SettingRow(
    "logo", _l("Logo"), 300_000, _l("A PNG of at most 200 KB."), shown=lambda _picture: ""
)
"""The one setting that is a picture, and has a field of its own."""


JURISDICTIONS = SettingRow("jurisdictions", _l("Jurisdictions"), 0, shown=listed_in_words)
"""What the log calls a change of the jurisdictions, which are rows of their own."""


def row_named(name: str, *more: SettingRow) -> SettingRow:
    """Return the setting of this name; for one that is no more, what is left to say of it."""
    rows = (*setting_rows(), LOGO, JURISDICTIONS, *more)
    return next((row for row in rows if row.name == name), SettingRow(name, name, 0))
