"""The forms of a site's jurisdictions: one for all of them, one that begins with a set."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, ValidationError
from wtforms.validators import NumberRange

from ..replies.tag import UNSAID
from ..replies.tags import JURISDICTION, TAGS
from ..search.result_kind import ResultKind
from ..settings.current import jurisdictions
from ..settings.jurisdiction_sets import SETS
from ..settings.jurisdictions import ANY, SLUG_LENGTH, KnownJurisdiction, name_in
from ..web.forms import Choice, Form, Line, at_most, optional, required
from ..web.languages import current_language
from ..web.number_fields import WholeNumber
from ..words.index.stems import english_stem

NAME_LENGTH = 60
MOST = 20
"""How many can be in use."""
SLUG = re.compile(f"[a-z]{{3,{SLUG_LENGTH}}}")


class SetForm(Form):
    """Which set to begin with."""

    state = HiddenField()
    chosen = Choice(
        _l("Begin with"),
        [required()],
        choices=lambda: [
            (key, name_in(each.names, current_language())) for key, each in SETS.items()
        ],
    )


class JurisdictionForm(Form):
    """The one to add; the fields of those that there are come from ``jurisdiction_form``."""

    state = HiddenField()
    new_slug = Line(
        _l("Short name for web addresses"),
        [at_most(SLUG_LENGTH)],
        description=_l("3 to 12 letters from a to z, such as county. It never changes."),
    )

    def validate_new_slug(self, field: Field) -> None:
        """Refuse what cannot stand in an address, and what stands for something else."""
        named = any(self.names_of("new").values())
        if named and not SLUG.fullmatch(field.data or ""):
            raise ValidationError(_("Use 3 to 12 letters from a to z."))
        taken = {*(each.slug for each in jurisdictions()), *reserved()}
        if field.data and english_stem(field.data) in map(english_stem, taken):
            raise ValidationError(_("This short name is taken."))
        if field.data and not named:
            raise ValidationError(_("Enter its name in at least one language."))

    def names_of(self, slug: str) -> dict[str, str]:
        """Return the names that were typed for one of them, by language."""
        codes = current_app.config["LANGUAGES"]
        return {code: said for code in codes if (said := self[f"{slug}_{code}"].data)}

    def listed(self) -> dict[str, dict[str, str]]:
        """Return those that are to be in use, in order, with their names.

        One that is given another's place comes before it.
        """
        used = [
            (self[f"place_{each.slug}"].data or place, each, place)
            for place, each in enumerate(jurisdictions(), 1)
            if each.slug == ANY or self[f"used_{each.slug}"].data
        ]
        used.sort(key=lambda row: (row[0], row[0] == row[2]))
        found = {each.slug: self.kept_names(each) for _place, each, _was in used}
        if self.new_slug.data:
            found[self.new_slug.data] = self.names_of("new")
        return found

    def kept_names(self, each: KnownJurisdiction) -> dict[str, str]:
        """Return what was typed, with the names in languages that the site does not speak."""
        codes = current_app.config["LANGUAGES"]
        others = {code: name for code, name in each.names.items() if code not in codes}
        return {**self.names_of(each.slug), **others}


def reserved() -> set[str]:
    """Return the words that stand for something else in addresses and in the index of words."""
    others = (value.value for tag in TAGS if tag is not JURISDICTION for value in tag.known)
    return {UNSAID, "new", *ResultKind, *others}


def jurisdiction_form(sent: bool = True) -> JurisdictionForm:
    """Return the form, filled in with all that there are, and with what was sent."""
    fields: dict[str, Any] = {}
    for place, each in enumerate(jurisdictions(), 1):
        fields |= fields_of(each, place)
    for code, language in current_app.config["LANGUAGES"].items():
        fields[f"new_{code}"] = name_field(language, [])
    kind = type("JurisdictionsOfTheSite", (JurisdictionForm,), fields)
    form: JurisdictionForm = kind() if sent else kind(formdata=None)
    if sent and form.is_submitted():
        keep_the_rest(form)
    return form


def keep_the_rest(form: JurisdictionForm) -> None:
    """Let those that the sender never saw, for they were added since, be as they are."""
    for each in jurisdictions():
        theirs = [form[name] for name in fields_of(each, 0)]
        if not any(field.name in request.form for field in theirs):
            for field in theirs:
                field.data = field.default


def fields_of(each: KnownJurisdiction, place: int) -> dict[str, Any]:
    """Return the fields of one of them."""
    languages = current_app.config["LANGUAGES"].items()
    fields: dict[str, Any] = {
        f"{each.slug}_{code}": name_field(language, [named], each.names.get(code, ""))
        for code, language in languages
    }
    bounds = [optional(), NumberRange(1, 999)]
    fields[f"place_{each.slug}"] = WholeNumber(_l("Place"), bounds, default=place)
    if each.slug != ANY:
        fields[f"used_{each.slug}"] = BooleanField(_l("In use"), default=not each.is_retired)
    return fields


def name_field(language: str, rules: list[Callable[..., None]], default: str = "") -> Line:
    """Return the field of a name in one language."""
    label = _l("Name (%(language)s)", language=language)
    return Line(label, [at_most(NAME_LENGTH), *rules], default=default)


def named(form: JurisdictionForm, field: Field) -> None:
    """Ask for a name in one language at least."""
    slug = field.name.rpartition("_")[0]
    if not form.names_of(slug):
        raise ValidationError(_("Enter its name in at least one language."))
