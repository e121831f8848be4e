"""What may be typed to open a room, to join one, and of who was present."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError
from wtforms.validators import InputRequired, NumberRange

from ..accounts.forms import free_name
from ..accounts.models import NAME_LENGTH as PERSON_LENGTH
from ..db import now
from ..web import dates
from ..web.date_fields import ClockTime
from ..web.forms import Form, Line, Name, at_most, required
from ..web.number_fields import WholeNumber
from .models import CODE_LENGTH, NAME_LENGTH, PLACES_MOST

LONGEST = timedelta(days=7)
FROM_ONE = NumberRange(
    1, PLACES_MOST, _l("Give a whole number from %(least)s to %(most)s.", least=1, most=PLACES_MOST)
)


def moment_of(field: Field) -> datetime | None:
    """Return the moment that was typed by the forum's clocks; none where nothing can be read."""
    return dates.at_clock(field.data) if field.data else None


class EndForm(Form):
    """Until when a room is open."""

    ends_at = ClockTime(
        _l("Ends"),
        [required()],
        description=_l("In the forum’s time zone. Everyone who joined is signed out then."),
    )

    def validate_ends_at(self, field: Field) -> None:
        """Refuse an end that has passed, or that is more than a week away."""
        ends = dates.at_clock(field.data)
        if ends <= now():
            raise ValidationError(_l("This time has passed. Choose a later one."))
        if ends > max(self.begins(), now()) + LONGEST:
            raise ValidationError(_l("A room is open for a week at most."))

    def begins(self) -> datetime:
        """Return when the room begins."""
        return now()

    def ends(self) -> datetime:
        """Return when the room ends."""
        return dates.at_clock(self.ends_at.data)


class RoomForm(EndForm):
    """A new room."""

    name = Line(
        _l("Name"),
        [required(), at_most(NAME_LENGTH)],
        description=_l("Shown to everyone: the place and the day, say."),
    )
    places = WholeNumber(
        _l("At most so many people"),
        [InputRequired(_l("Please fill this in.")), FROM_ONE],
        description=_l("Nobody else can join once as many have."),
    )
    begins_at = ClockTime(_l("Begins"), [required()], description=_l("In the forum’s time zone."))

    def validate_begins_at(self, field: Field) -> None:
        """Refuse a beginning at or after the end."""
        begins, ends = dates.at_clock(field.data), moment_of(self.ends_at)
        if ends is not None and begins >= ends:
            raise ValidationError(_l("It would end before it begins."))

    def begins(self) -> datetime:
        """Return when the room begins."""
        return moment_of(self.begins_at) or now()


class CodeOfRoomForm(Form):
    """The code on the wall."""

    code = Line(_l("Code of the room"), [required(), at_most(4 * CODE_LENGTH)])


class JoinForm(Form):
    """The one thing that is asked of whoever joins a room."""

    name = Name(
        _l("Your name here"),
        [required(), at_most(PERSON_LENGTH), free_name],
        description=_l("Shown beside what you write. A first name will do."),
    )
