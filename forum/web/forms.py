"""The base of every form: one way to clean what was typed, one way to say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeAlias

from babel.support import NullTranslations, Translations
from flask import flash, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from ..words import html, text
from .languages import current_language
from .numbers import format_decimal
from .signing import TokenCheck

csrf = TokenCheck()


SENTENCES = {
    "Not a valid choice.": _l("Choose one from the list."),
    "Not a valid date value.": _l("Give a date as year, month and day, such as 2027-01-31."),
    "Not a valid datetime value.": _l("Give a day and a time, such as 2027-01-31T09:00."),
    "Not a valid integer value.": _l("Give a whole number."),
}
"""What the library says in half a sentence, in whole ones."""


class Sentences:
    """The library's messages, some of them in words of ours."""

    def gettext(self, message: str) -> str:
        """Return a message in the reader's language."""
        return str(SENTENCES.get(message) or their_words(current_language()).ugettext(message))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Return a message about a number of things in the reader's language."""
        return str(their_words(current_language()).ungettext(singular, plural, number))


@cache
def their_words(language: str) -> NullTranslations:
    """Return the library's messages in a language; it would read them anew for every request."""
    return Translations.load(messages_path(), [language], domain="wtforms")


def room(length: int) -> int:
    """Return how many characters may arrive for a text of this length."""
    return min(4 * length, length + 20_000)


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose CSRF token is checked for every POST, whichever view it reaches."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How the fields of every form speak."""

        def get_translations(self, form: Any) -> Sentences:
            """Return the messages for this form."""
            return Sentences()


class Line(StringField):  # type: ignore[misc]
    """One line of text, cleaned as it arrives; text that cannot be stored is an error here.

    What is too long however it may be cleaned is refused before anything looks at it.
    """

    clean: Callable[[str], str] = staticmethod(text.clean_line)
    refused: AtMost | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean the typed text; keep it as typed where it cannot be cleaned."""
        if not valuelist:
            return
        self.data = str(valuelist[0])
        self.refused = self.far_too_long()
        if self.refused is not None:
            return
        if text.loses(self.data):
            say_once(_("Characters that cannot be shown were left out of what you typed."))
        try:
            self.data = self.clean(self.data)
        except text.BadText as error:
            self.data = text.scrub(self.data)
            raise ValueError(str(error)) from error

    def far_too_long(self) -> AtMost | None:
        """Return the rule that the text breaks even if cleaning should shorten it as far as can be.

        Line ends of two characters become one, and letters with their accents apart as well.
        """
        rules = [rule for rule in self.validators if isinstance(rule, AtMost)]
        return next((rule for rule in rules if len(self.data) > room(rule.max)), None)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is far too long, with no further look at it."""
        if self.refused is not None:
            raise StopValidation(self.refused.said())


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


Listed: TypeAlias = Iterable[Any] | Callable[[], Iterable[Any]] | None
"""Options as they are written, or what tells them when a form is made."""


class Option(SelectChoice):  # type: ignore[misc]
    """A value that can be chosen, and the words for it; it unpacks into the two."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the value, then its words."""
        return iter((self.value, self.label))


def options(listed: Listed) -> list[Option] | None:
    """Return pairs of value and words (or bare values) as the options of a field."""
    if callable(listed):
        listed = listed()
    if listed is None:
        return None
    return [Option(str(each)) if isinstance(each, str) else Option(*each) for each in listed]


class ChoiceField(SelectField):  # type: ignore[misc]
    """A field whose options are written as pairs, in the class or later, or told by a function."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, **{**more, "choices": options(more.get("choices"))})

    @property
    def choices(self) -> Any:
        """The options."""
        return super().choices

    @choices.setter
    def choices(self, listed: Listed) -> None:
        """Take pairs as they were written."""
        SelectField.choices.fset(self, options(listed))


class Choice(ChoiceField):
    """One of a fixed list; the empty string stands for no choice."""


class Radio(ChoiceField, RadioField):  # type: ignore[misc]
    """One of a few, each with a button of its own."""


def required(message: Any = None) -> DataRequired:
    """Return the rule that something must be typed."""
    return DataRequired(message or _l("Please fill this in."))


def is_preview() -> bool:
    """Say whether a form was sent to be looked at rather than stored."""
    return "preview" in request.form


def optional() -> Optional:
    """Return the rule that the field may be left empty."""
    return Optional()


class AtMost(Length):  # type: ignore[misc]
    """The rule that a text may hold so many characters; nothing else looks at a longer one."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse a longer text, and every further rule for it."""
        if len(field.data or "") > self.max:
            raise StopValidation(self.said())

    def said(self) -> str:
        """Return the rule in words."""
        most = format_decimal(self.max)
        return ngettext(
            "Please keep this to %(most)s character.",
            "Please keep this to %(most)s characters.",
            self.max,
            most=most,
        )


class AtLeast(Length):  # type: ignore[misc]
    """The rule that a text must hold so many characters."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse a shorter text."""
        if len(field.data or "") < self.min:
            least = format_decimal(self.min)
            raise ValidationError(
                ngettext(
                    "Please use at least %(least)s character.",
                    "Please use at least %(least)s characters.",
                    self.min,
                    least=least,
                )
            )


def at_most(length: int) -> AtMost:
    """Return the rule that a text may hold this many characters at most."""
    return AtMost(max=length)


def at_least(length: int) -> AtLeast:
    """Return the rule that a text must hold this many characters at least."""
    return AtLeast(min=length)


def renders(_form: Form, field: Field, typed: bool = False, heading_offset: int = 1) -> None:
    """Refuse Markdown that is too tangled to show."""
    try:
        html.render(field.data or "", heading_offset=heading_offset, typed=typed)
    except html.TooComplex as error:
        raise ValidationError(str(error)) from error


def renders_as_typed(form: Form, field: Field) -> None:
    """Refuse the words of a reply that are too tangled to show."""
    renders(form, field, typed=True, heading_offset=html.IN_A_PROPOSAL)


def renders_in_a_comment(form: Form, field: Field) -> None:
    """Refuse the words of a comment that are too tangled to show."""
    renders(form, field, typed=True, heading_offset=html.IN_A_COMMENT)
