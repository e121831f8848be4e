"""The base of every form: one way to clean what was typed, one way to say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import flash, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from wtforms import (
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional

from ..words import html, text

csrf = CSRFProtect()


SENTENCES = {
    "Not a valid choice.": _l("Choose one from the list."),
    "Not a valid date value.": _l("Give a date as year, month and day, such as 2027-01-31."),
    "Not a valid datetime value.": _l("Give a day and a time, such as 2027-01-31T09:00."),
    "Not a valid integer value.": _l("Give a whole number."),
}
"""What the library says in half a sentence, in whole ones."""


class Sentences:
    """The library's messages, some of them in words of ours."""

    def __init__(self, theirs: Any) -> None:
        self.ngettext = theirs.ngettext
        self.in_their_words = theirs.gettext

    def gettext(self, message: str) -> str:
        """Return a message in the reader's language."""
        return str(SENTENCES.get(message) or self.in_their_words(message))


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose CSRF token is checked for every POST, whichever view it reaches."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How the fields of every form speak."""

        def get_translations(self, form: Any) -> Sentences:
            """Return the messages for this form."""
            return Sentences(super().get_translations(form))


class Line(StringField):  # type: ignore[misc]
    """One line of text, cleaned as it arrives; text that cannot be stored is an error here."""

    clean: Callable[[str], str] = staticmethod(text.clean_line)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean the typed text; keep it as typed where it cannot be cleaned."""
        if not valuelist:
            return
        self.data = str(valuelist[0])
        if text.loses(self.data):
            say_once(_("Characters that cannot be shown were left out of what you typed."))
        try:
            self.data = self.clean(self.data)
        except text.BadText as error:
            self.data = text.scrub(self.data)
            raise ValueError(str(error)) from error


def say_once(sentence: str) -> None:
    """Tell the visitor, once however many fields call for it."""
    if sentence not in g.setdefault("said_once", set()):
        g.said_once.add(sentence)
        flash(sentence, "notice")


class Name(Line):
    """A display name: one line in which nothing is invisible or pretends to be another."""

    clean = staticmethod(text.clean_name)


class TextField(Line, TextAreaField):  # type: ignore[misc]
    """Several lines of text, cleaned as they arrive."""

    clean = staticmethod(text.clean)


class Option(SelectChoice):  # type: ignore[misc]
    """A value that can be chosen, and the words for it; it unpacks into the two."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the value, then its words."""
        return iter((self.value, self.label))


def options(listed: Iterable[Any] | None) -> list[Option] | None:
    """Return pairs of value and words (or bare values) as the options of a field."""
    if listed is None:
        return None
    return [Option(str(each)) if isinstance(each, str) else Option(*each) for each in listed]


class ChoiceField(SelectField):  # type: ignore[misc]
    """A field whose options are written as pairs, in the class or later."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, **{**more, "choices": options(more.get("choices"))})

    @property
    def choices(self) -> Any:
        """The options."""
        return super().choices

    @choices.setter
    def choices(self, listed: Iterable[Any] | None) -> None:
        """Take pairs as they were written."""
        SelectField.choices.fset(self, options(listed))


class Choice(ChoiceField):
    """One of a fixed list; the empty string stands for no choice."""


class Radio(ChoiceField, RadioField):  # type: ignore[misc]
    """One of a few, each with a button of its own."""


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
