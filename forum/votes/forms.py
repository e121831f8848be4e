"""What may be sent as a vote."""

from __future__ import annotations

from wtforms import RadioField

from ..forms import Form, required
from .models import Value


class VoteForm(Form):
    """One of support, oppose, neutral and none."""

    value = RadioField(choices=[value.value for value in Value], validators=[required()])
