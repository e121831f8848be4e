"""What may be typed to invite people."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from ..accounts.models import EMAIL_LENGTH, folded_email
from ..web.forms import Form, TextField, at_most, required
from ..web.numbers import format_decimal
from ..words.addresses import check_address

MOST = 500
"""Addresses in one list."""
LIST_LENGTH = 50_000


class InviteForm(Form):
    """A list of addresses, as people paste them: lines, commas, semicolons between them."""

    addresses = TextField(
        _l("Email addresses"),
        [required(), at_most(LIST_LENGTH)],
        description=_l("One, or a list: on lines of their own, or with commas between them."),
    )

    def wanted(self) -> list[str]:
        """Return the addresses that were typed."""
        return [each for each in re.split(r"[\s,;]+", self.addresses.data or "") if each]

    def addresses_wanted(self) -> int:
        """Return how many addresses these are, each counted once."""
        return len(set(map(folded_email, self.wanted())))

    def validate_addresses(self, field: Field) -> None:
        """Refuse a list that is too long, and the first thing in it that is no address."""
        wanted = self.wanted()
        if len(wanted) > MOST:
            raise ValidationError(
                _("Invite at most %(most)s addresses at a time.", most=format_decimal(MOST))
            )
        for each in wanted:
            try:
                check_address(each[: EMAIL_LENGTH + 1])
            except ValueError as error:
                said = _("“%(typed)s” is no email address.", typed=each[:80])
                raise ValidationError(said) from error
