"""What may be typed to join, to come in, and to change one's account."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, PasswordField, ValidationError
from wtforms.validators import Optional

from ..web.forms import Choice, Form, Line, Name, at_least, at_most, required
from ..words.addresses import check_address, in_header
from .models import EMAIL_LENGTH, NAME_LENGTH
from .names import NameRefused, check_name
from .passwords import is_common
from .proving import PASSWORD_MOST, ProofForm

PASSWORD_LENGTH = 8
KEPT_MOST = 100_000
"""Characters of what a stranger typed that wait until they have come in."""


def uncommon(_form: Form, field: Field) -> None:
    """Refuse the passwords that everybody tries first."""
    if is_common(field.data):
        raise ValidationError(_l("This password is too easy to guess."))


def free_name(_form: Form, field: Field) -> None:
    """Refuse a name that somebody new cannot have, and say why."""
    try:
        check_name(field.data)
    except NameRefused as error:
        raise ValidationError(str(error)) from error


def new_password(label: Any) -> PasswordField:
    """Return the field for a password that is to be, with the rules that hold for every one."""
    return PasswordField(
        label,
        [required(), at_least(PASSWORD_LENGTH), at_most(PASSWORD_MOST), uncommon],
        description=_l("At least 8 characters. A few unrelated words make a good password."),
    )


class OnwardForm(Form):
    """A way in, with where to go on and the words that were typed there."""

    next = HiddenField()
    kept = HiddenField()

    def onward(self) -> dict[str, str]:
        """Return that for whoever comes in later, whose words then wait in a table."""
        kept = self.kept.data or ""
        return {"next": self.next.data or "/", "kept": kept if len(kept) <= KEPT_MOST else ""}


class SignUpForm(OnwardForm):
    """A new account."""

    name = Name(
        _l("Display name"),
        [required(), at_most(NAME_LENGTH), free_name],
        description=_l("Shown beside what you write. It does not have to be your legal name."),
    )
    email = Line(
        _l("Email address"),
        [required(), at_most(EMAIL_LENGTH)],
        description=_l("Never shown to anyone."),
    )
    password = new_password(_l("Password"))

    def validate_email(self, field: Field) -> None:
        """Refuse what is not an address; whether it can be reached is not asked here."""
        try:
            # As it was typed: an address is not mended, or letters would go to another one.
            check_address(field.raw_data[0].strip())
        except ValueError as error:
            raise ValidationError(
                _l("Enter an email address, such as name@example.org.")
            ) from error


class SignInForm(OnwardForm):
    """The way in."""

    email = Line(_l("Email address"), [required(), at_most(EMAIL_LENGTH)])
    password = PasswordField(_l("Password"), [required(), at_most(PASSWORD_MOST)])


class ResetForm(Form):
    """Where the letter with the link goes."""

    email = Line(_l("Email address"), [required(), at_most(EMAIL_LENGTH)])

    def validate_email(self, field: Field) -> None:
        """Refuse what is not an address; whether anyone here has it is not asked."""
        try:
            in_header(field.raw_data[0].strip())
        except ValueError as error:
            raise ValidationError(
                _l("Enter an email address, such as name@example.org.")
            ) from error


class SendForm(ResetForm, SignInForm):
    """Where the code goes with which a stranger comes in; no password is asked for."""

    password = PasswordField(_l("Password"), [Optional()])


class CodeForm(Form):
    """The six digits from the letter."""

    code = Line(_l("Code"), [required(), at_most(20)])


class SecondCodeForm(Form):
    """The digits that an app shows now, or a recovery code."""

    code = Line(_l("Code from your app, or a recovery code"), [required(), at_most(40)])


class SetUpForm(ProofForm):
    """The first digits of an app that was given its key, from the owner of the account."""

    code = Line(_l("Six digits that your app shows now"), [required(), at_most(20)])


class AddressForm(ProofForm, ResetForm):
    """Another address, from the owner of the account."""


class PasswordForm(ProofForm):
    """Another password, from the owner of the account."""

    new_password = new_password(_l("New password"))


class ChooseForm(Form):
    """Another password for an account."""

    password = new_password(_l("New password"))


class AccountForm(Form):
    """What a person may change about themselves."""

    name = Name(_l("Display name"), [required(), at_most(NAME_LENGTH)])
    keys = Choice(
        _l("Single-key shortcuts"),
        choices=[("on", _l("On: a key presses a button")), ("off", _l("Off"))],
        description=_l(
            "Where proposals are judged one by one, and at the moderators’ desk, they act on what "
            "has the focus, and nowhere else. Switch them off if you speak to your computer, or if "
            "they get in your way."
        ),
    )
