"""What may be sent as a vote."""

from __future__ import annotations

from ..web.forms import Form, Radio, required
from .models import Value


class VoteForm(Form):
    """One of support, oppose, neutral and none."""

    value = Radio(choices=[value.value for value in Value], validators=[required()])
