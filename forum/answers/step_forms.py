"""What may be typed about an answer that stands: taken back, heard, kept, judged, put to a body."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf.file import FileField
from wtforms import Field, HiddenField, ValidationError

from ..essays.forms import is_web_address
from ..web import dates
from ..web.date_fields import Day
from ..web.forms import Choice, Form, Line, Radio, TextField, at_most, required
from ..web.number_fields import WholeNumber
from .models import NOTE_LENGTH, PLACE_LENGTH, SENTENCE_LENGTH
from .statuses import STATUSES, VERDICTS, choices


class TakeBackForm(Form):
    """Why an answer is taken back; ``edition`` is the one that was read."""

    note = TextField(_l("Why it is taken back"), [required(), at_most(NOTE_LENGTH)])
    edition = WholeNumber(default=0)


def has_come(_form: Form, field: Field) -> None:
    """Refuse a day that has not come."""
    if field.data and field.data > dates.today():
        raise ValidationError(_l("This day has not come yet."))


class SaidAloudForm(Form):
    """Where and when an answer was said aloud, and who can confirm it."""

    said_on = Day(_l("On which day"), [required(), has_come])
    said_at = Line(_l("Where"), [required(), at_most(PLACE_LENGTH)])
    said_source = Line(
        _l("Source"),
        [required(), at_most(NOTE_LENGTH)],
        description=_l("A recording, minutes, or who was there."),
    )
    status = Radio(
        _l("What was said"),
        [required(_l("Choose what was said."))],
        choices=[row for row in choices(STATUSES) if row[0] not in ("declined", "not_ours")],
    )
    sentence = Line(_l("What was said, in one sentence"), [required(), at_most(SENTENCE_LENGTH)])
    body = Choice(_l("Who said it"), [required()])


class PromiseForm(Form):
    """What came of a promise; ``after`` is the number of steps that stood on the page."""

    kind = Radio(
        _l("What came of it?"),
        [required()],
        choices=[
            ("kept", lazy_pgettext("promise", "Kept")),
            ("withdrawn", lazy_pgettext("promise", "Withdrawn")),
            ("reopened", _l("Open again")),
        ],
    )
    on = Day(_l("On which day"), [required(), has_come])
    evidence = Line(_l("Evidence (web address)"), [at_most(NOTE_LENGTH)])
    note = TextField(_l("Note"), [at_most(NOTE_LENGTH)])
    after = WholeNumber(default=0)

    def validate_evidence(self, field: Field) -> None:
        """Ask for evidence of what was kept, and for an address that is one."""
        if field.data and not is_web_address(field.data):
            raise ValidationError(_l("Enter a full address that begins with https:// or http://."))
        if self.kind.data == "kept" and not field.data and not self.note.data:
            raise ValidationError(_l("Say where it can be seen, or what was done."))

    def validate_note(self, field: Field) -> None:
        """Ask why a promise is withdrawn."""
        if self.kind.data == "withdrawn" and not field.data:
            raise ValidationError(_l("Say why it is withdrawn."))


class VerdictForm(Form):
    """Whether an answer answers the proposal; ``edition`` is the one that was read."""

    value = Radio(_l("Does this answer the proposal?"), [required()], choices=choices(VERDICTS))
    edition = WholeNumber(default=0)


class PublishAnswerForm(Form):
    """The button that publishes a draft as it was previewed."""

    version = WholeNumber(default=0)
    edition = WholeNumber(default=0)


class BodyChoiceForm(Form):
    """The body that a question is put to."""

    body = Choice(_l("Which body should answer?"), [required()])


class EndSeatForm(Form):
    """The button that ends a seat."""


class SheetForm(Form):
    """A list that was filled in; ``rows`` carries on what was checked, to be published."""

    file = FileField(_l("The file that you filled in"))
    rows = HiddenField()
