"""The form of the site's settings, made of their register without those that are fixed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, ValidationError

from ..settings.png import BadPicture, written_anew
from ..settings.register import LOGO, SettingRow
from ..web.forms import Choice, Form, Line, TextField, at_most
from ..words.html import TooComplex
from .limit_form import LimitField


class RowsForm(Form):
    """A form of settings, whose fields are those of their rows, and the state that it showed."""

    state = HiddenField()

    @staticmethod
    def field_of(row: SettingRow) -> Any:
        """Return the field for what a setting says."""
        if row.choices:
            return Choice(row.label, choices=list(row.choices), description=row.hint)
        kind = TextField if row.lines else Line
        return kind(row.label, [at_most(row.room), checked_by(row)], description=row.hint)

    def chosen(self, rows: Iterable[SettingRow]) -> Iterator[tuple[str, str]]:
        """Yield what each setting is to say; nothing for one that says what it does by itself."""
        for row in rows:
            if not row.fixed_by:
                value = self[row.name].data or ""
                yield row.name, "" if value == row.default else value


class LimitsForm(RowsForm):
    """What each limit says: how many, in which time."""

    @staticmethod
    def field_of(row: SettingRow) -> Any:
        """Return the field for a limit."""
        return LimitField(row.label, [checked_by(row)])


class SettingForm(RowsForm):
    """The form of the site, with its picture."""

    logo = FileField(LOGO.label, description=LOGO.hint)
    without_logo = BooleanField(_l("Go back to the logo of Circle Back"))

    def validate_logo(self, field: Field) -> None:
        """Take the picture out of the file, or refuse it."""
        if not field.data:
            return
        try:
            field.picture = b64encode(written_anew(field.data.read())).decode()
        except BadPicture as error:
            raise ValidationError(str(error)) from error

    def chosen(self, rows: Iterable[SettingRow]) -> Iterator[tuple[str, str]]:
        """Yield the same, and the picture where it is another."""
        yield from super().chosen(rows)
        if self.without_logo.data:
            yield LOGO.name, ""
        elif picture := getattr(self.logo, "picture", ""):
            yield LOGO.name, picture


def checked_by(row: SettingRow) -> Callable[[Form, Field], None]:
    """Return the rule that a field holds what its setting can say."""

    def check(_form: Form, field: Field) -> None:
        try:
            is_usual = field.data in {None, "", row.default}
            field.data = field.data or "" if is_usual else row.check(field.data)
        except (ValueError, TooComplex) as error:
            raise ValidationError(str(error)) from error

    return check


Kind = TypeVar("Kind", bound=RowsForm)


def setting_form(kind: type[Kind], rows: Iterable[SettingRow], said: dict[str, str]) -> Kind:
    """Return the form, filled in with what each setting says now."""
    fields = {row.name: kind.field_of(row) for row in rows if not row.fixed_by}
    form: Kind = type("SettingsOfTheSite", (kind,), fields)(data=said)
    return form
