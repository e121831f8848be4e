"""Fields for whole numbers, which rows can hold."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField

DIGITS = 30
"""Characters that are looked at; no row holds a number of more."""


class WholeNumber(IntegerField):  # type: ignore[misc]
    """A whole number; what is too long to be one that a row holds is none.

    Bounds are compared as floating-point numbers, which 400 digits are too many for.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what is too long for no number before it is read."""
        too_long = bool(valuelist) and len(str(valuelist[0]).strip()) > DIGITS
        super().process_formdata(["?"] if too_long else valuelist)
