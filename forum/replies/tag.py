"""What a tag of replies is: its values, and how it is asked, filtered and said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import has_app_context

from ..settings.current import jurisdictions, setting
from ..web.languages import current_language

UNSAID = "unsaid"
"""What stands in an address for a tag of which nothing was chosen."""


@dataclass(frozen=True)
class OwnWords:
    """Words for which the site may have its own, in the reader's language, asked when shown.

    ``name`` is that of the setting, without its language.
    """

    name: str
    otherwise: Any

    def __str__(self) -> str:
        """Return the site's own words, else ours."""
        own = setting(f"{self.name}_{current_language()}") if has_app_context() else ""
        return own or str(self.otherwise)


@dataclass(frozen=True)
class TagValue:
    """One value of a tag: as it is stored, its word on pages, what that means, and an example.

    ``icon`` is the path of a drawing in a square of 16. One that is retired can no longer be
    chosen; what carries it keeps it.
    """

    value: str
    label: Any
    meaning: Any = ""
    example: Any = ""
    icon: str = ""
    is_retired: bool = False


@dataclass(frozen=True)
class Tag:
    """One thing that a reply is tagged with.

    ``name`` is its column, its field in forms and in addresses, and its column in files, headed
    ``heading``; ``about`` stands before a value, ``question`` is how a form asks, ``wrong`` what it
    says to a value that is none. ``unsaid`` is what it is called where nothing was chosen, and
    nothing is stored; without such a word, a proposal must be given a value.
    """

    name: str
    heading: Any
    about: Any
    question: Any
    wrong: Any
    listed: tuple[TagValue, ...]
    unsaid: Any = ""

    @property
    def known(self) -> tuple[TagValue, ...]:
        """Every value that a proposal may carry, in order, those that are retired last."""
        return self.listed

    @property
    def values(self) -> tuple[TagValue, ...]:
        """Every value that can be chosen, in order."""
        return tuple(each for each in self.known if not each.is_retired)

    @property
    def options(self) -> tuple[TagValue, ...]:
        """What a list can be kept to: every value, and what says nothing where that can be."""
        return (*self.known, TagValue(UNSAID, self.unsaid)) if self.unsaid else self.known

    def offered(
        self, picked: Iterable[str], counts: Mapping[str, int] | None = None
    ) -> tuple[TagValue, ...]:
        """Return the options that a filter shows: of those retired, what is picked or found."""
        found = {*picked, *(value for value, number in (counts or {}).items() if number)}
        return tuple(each for each in self.options if not each.is_retired or each.value in found)

    def __contains__(self, value: object) -> bool:
        return any(each.value == value for each in self.known)

    def __getitem__(self, value: str) -> TagValue:
        """Return one value; raises KeyError for what is none."""
        for each in self.known:
            if each.value == value:
                return each
        raise KeyError(value)

    def label(self, value: str | None) -> str:
        """Return the word for a value, or for none, in the reader's language."""
        return str(self[value].label if value and value != UNSAID else self.unsaid)

    def choices(self, kept: str | None = None) -> list[tuple[str, Any]]:
        """Return the values and their words, as form fields take them; none, where it can be.

        What is ``kept`` is among them, though it may be retired.
        """
        nothing = [("", self.unsaid)] if self.unsaid else []
        chosen = (each for each in self.known if not each.is_retired or each.value == kept)
        return [*nothing, *((each.value, each.label) for each in chosen)]

    def in_order(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return those of the options that exist, each once, in the tag's own order."""
        wanted = set(values)
        return tuple(v.value for v in self.options if v.value in wanted) if wanted else ()


class JurisdictionTag(Tag):
    """The tag whose values are the site's own: its jurisdictions."""

    @property
    def known(self) -> tuple[TagValue, ...]:
        """Return the jurisdictions by their names in the reader's language."""
        return tuple(
            TagValue(each.slug, each.name, is_retired=each.is_retired) for each in jurisdictions()
        )

    def label(self, value: str | None) -> str:
        """Return its name; its short name where the database cannot be asked."""
        is_known = not value or value == UNSAID or value in self
        return super().label(value) if is_known else str(value)
