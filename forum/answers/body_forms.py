"""What facilitators type of a body and of those who answer for it."""

from __future__ import annotations

import re

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from ..accounts.models import EMAIL_LENGTH
from ..bodies.models import BODY_KINDS, BODY_NAME_LENGTH, SEAT_TITLE_LENGTH, SLUG_LENGTH
from ..essays.forms import is_web_address
from ..replies.tags import JURISDICTION
from ..web import dates
from ..web.date_fields import Day
from ..web.forms import Choice, Form, Line, at_most, optional, required

SLUG = re.compile(r"[a-z0-9-]+")


class BodyForm(Form):
    """A body that answers: its name in each language, what it is, which levers it can pull."""

    slug = Line(
        _l("Short name for its web address"),
        [at_most(SLUG_LENGTH)],
        description=_l(
            "Lower-case letters, digits and hyphens. Leave empty to make it from the name."
        ),
    )
    kind = Choice(_l("What it is"), choices=list(BODY_KINDS.items()), default="organisation")
    jurisdiction = Choice(JURISDICTION.about, choices=JURISDICTION.choices)
    page = Line(_l("Its website"), [at_most(1_000)])

    def validate_slug(self, field: Field) -> None:
        """Refuse what cannot stand in an address."""
        if field.data and not SLUG.fullmatch(field.data):
            raise ValidationError(
                _l("Use only lower-case letters without accents, digits and hyphens.")
            )

    def validate_page(self, field: Field) -> None:
        """Refuse an address that is none."""
        if field.data and not is_web_address(field.data):
            raise ValidationError(_l("Enter a full address that begins with https:// or http://."))

    def names(self) -> dict[str, str]:
        """Return the names by language."""
        codes = current_app.config["LANGUAGES"]
        return {code: said for code in codes if (said := self[f"name_{code}"].data)}


def named(form: BodyForm, field: Field) -> None:
    """Ask for a name in one language at least, at the first of them."""
    if field.name == f"name_{next(iter(current_app.config['LANGUAGES']))}" and not form.names():
        raise ValidationError(_l("Enter its name in at least one language."))


def body_form() -> BodyForm:
    """Return the form, with a field for the name in each language that pages speak."""
    fields = {
        f"name_{code}": Line(
            _l("Name (%(language)s)", language=language), [at_most(BODY_NAME_LENGTH), named]
        )
        for code, language in current_app.config["LANGUAGES"].items()
    }
    form: BodyForm = type("BodyInEachLanguage", (BodyForm,), fields)()
    return form


class SeatForm(Form):
    """Who answers for a body, from which day to which."""

    email = Line(_l("Email address"), [required(), at_most(EMAIL_LENGTH)])
    title = Line(
        _l("Their position"),
        [at_most(SEAT_TITLE_LENGTH)],
        description=_l("Such as “deputy city manager”."),
    )
    from_day = Day(_l("First day"), [required()])
    to_day = Day(_l("Last day"), [optional()])

    def validate_to_day(self, field: Field) -> None:
        """Refuse a last day that lies before the first, or is past already."""
        if field.data and self.from_day.data and field.data < self.from_day.data:
            raise ValidationError(_l("The last day lies before the first."))
        if field.data and field.data < dates.today():
            raise ValidationError(_l("This day is past. Choose one that is still to come."))
