"""The rules of one discussion: what waits, who takes part, who replies, and what reports do."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError
from wtforms.validators import NumberRange

from ..accounts.provider import has_provider
from ..essays.models import DECLARATION_LENGTH
from ..web.forms import Choice, Line, at_most, optional, required
from ..web.number_fields import WholeNumber
from .forms import DiscussionActionForm


class PolicyForm(DiscussionActionForm):
    """The rules of one discussion."""

    premoderation = Choice(
        _l("What waits for a moderator before it is shown"),
        [required()],
        choices=[
            ("open", _l("Nothing")),
            (
                "first_post",
                _l("What people write before a moderator has approved something of theirs"),
            ),
            ("full", _l("Everything, and every edit of it")),
        ],
    )
    replies_from = Choice(
        _l("Who may reply"),
        [required()],
        choices=[
            ("everyone", _l("Everyone who is signed in")),
            ("vouched", _l("People approved by a moderator")),
            ("staff", _l("Facilitators and moderators only")),
        ],
    )
    open_to = Choice(
        _l("Who may take part"),
        default="everyone",
        choices=[
            ("everyone", _l("Everyone who is signed in")),
            ("invited", _l("People who were invited")),
            ("provider", _l("People who sign in with the provider that this site trusts")),
            ("declared", _l("Everyone who declares the sentence below")),
        ],
        description=_l("Everyone may read all the same. Votes of before stay counted."),
    )
    declaration = Line(
        _l("Sentence to declare"),
        [at_most(DECLARATION_LENGTH)],
        description=_l("Such as: I live in this county. It is said to be no proof."),
    )
    report_threshold = WholeNumber(
        _l("Hide a reply until it is reviewed after this many reports"),
        [optional(), NumberRange(1, 1000, _l("Give a number from 1 to 1000, or none."))],
        description=_l("Left empty, reports alone never hide a reply."),
    )
    open_data = Choice(
        _l("Who may download its proposals"),
        default=False,
        choices=[
            (False, _l("Facilitators and administrators")),
            (True, _l("Everyone: the discussion is open data")),
        ],
        coerce=lambda value: str(value) == "True",
    )
    asks = (
        "premoderation",
        "replies_from",
        "open_to",
        "declaration",
        "report_threshold",
        "open_data",
    )

    def validate_declaration(self, field: Field) -> None:
        """Ask for the sentence where it is to be declared."""
        if self.open_to.data == "declared" and not field.data:
            raise ValidationError(_l("Write the sentence that people are to declare."))

    def validate_open_to(self, field: Field) -> None:
        """Let nobody be shut out for a provider that the site does not have."""
        if field.data == "provider" and not has_provider():
            raise ValidationError(_l("This site trusts no provider."))

    def options(self) -> dict[str, Any]:
        """Return what was chosen; a sentence is never nothing."""
        return {**super().options(), "declaration": self.declaration.data or ""}
