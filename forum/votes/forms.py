"""What may be sent as a vote."""

from __future__ import annotations

from flask import request

from .models import Value


def value_sent() -> Value | None:
    """Return what was chosen, one of support, oppose, neutral and none; nothing for aught else.

    A vote is one word from a button, and the most frequent form of all: it needs no more.
    """
    try:
        return Value(request.form.get("value", ""))
    except ValueError:
        return None
