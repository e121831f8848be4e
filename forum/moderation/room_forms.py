"""What may be typed of a room: how many were present, who is struck, and votes on paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, NumberRange

from ..rooms.forms import FROM_ONE
from ..rooms.models import PLACES_MOST
from ..web.forms import Form, TextField, at_most, required
from ..web.number_fields import WholeNumber
from .models import NOTE_LENGTH

FROM_NONE = NumberRange(
    0, PLACES_MOST, _l("Give a whole number from %(least)s to %(most)s.", least=0, most=PLACES_MOST)
)


def papers(label: object) -> WholeNumber:
    """Return the field for a number of papers."""
    return WholeNumber(label, [InputRequired(_l("Please fill this in.")), FROM_NONE], default=0)


class PresentForm(Form):
    """How many people were present."""

    present = WholeNumber(
        _l("Number of people present"), [InputRequired(_l("Please fill this in.")), FROM_ONE]
    )
    counted = TextField(
        _l("How they were counted"),
        [at_most(NOTE_LENGTH)],
        description=_l("Shown in the public log."),
    )


class StrikeForm(Form):
    """Why people are struck or put back."""

    because = TextField(
        _l("Why"), [required(), at_most(NOTE_LENGTH)], description=_l("Shown in the public log.")
    )


class PapersForm(Form):
    """What papers said of a proposal."""

    reply = WholeNumber(
        _l("Number of the proposal"),
        [InputRequired(_l("Please fill this in.")), NumberRange(1, 2**63 - 1)],
        description=_l("It stands at the end of the proposal’s address."),
    )
    support = papers(_l("Support"))
    oppose = papers(_l("Oppose"))
    neutral = papers(_l("Not sure"))

    def numbers(self) -> list[int]:
        """Return the numbers of papers for it, against it and not sure."""
        return [field.data or 0 for field in (self.support, self.oppose, self.neutral)]

    def total(self) -> int:
        """Return how many papers there are."""
        return sum(self.numbers())
