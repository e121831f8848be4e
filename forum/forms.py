"""The base of every form: one way to clean what was typed, one way to say what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from . import html, text

csrf = CSRFProtect()


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose CSRF token is checked for every POST, whichever view it reaches."""


class Line(StringField):  # type: ignore[misc]
    """One line of text, cleaned as it arrives; text that cannot be stored is an error here."""

    clean: Callable[[str], str] = staticmethod(text.clean_line)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean the typed text; keep it as typed where it cannot be cleaned."""
        if not valuelist:
            return
        self.data = str(valuelist[0])
        try:
            self.data = self.clean(self.data)
        except text.BadText as error:
            self.data = text.scrub(self.data)
            raise ValueError(str(error)) from error


class Name(Line):
    """A display name: one line in which nothing is invisible or pretends to be another."""

    clean = staticmethod(text.clean_name)


class Words(Line, TextAreaField):  # type: ignore[misc]
    """Several lines of text, cleaned as they arrive."""

    clean = staticmethod(text.clean)


class Choice(SelectField):  # type: ignore[misc]
    """One of a fixed list; the empty string stands for no choice."""


def required(message: Any = None) -> DataRequired:
    """Return the rule that something must be typed."""
    return DataRequired(message or _l("Please fill this in."))


def optional() -> Optional:
    """Return the rule that the field may be left empty."""
    return Optional()


def at_most(length: int) -> Length:
    """Return the rule that a text may hold this many characters at most."""
    return Length(max=length, message=_l("Please keep this to %(max)d characters."))


def at_least(length: int) -> Length:
    """Return the rule that a text must hold this many characters at least."""
    return Length(min=length, message=_l("Please use at least %(min)d characters."))


def renders(_form: Form, field: Field) -> None:
    """Refuse Markdown that is too tangled to show."""
    try:
        html.render(field.data or "")
    except html.TooComplex as error:
        raise ValidationError(str(error)) from error
