"""What may be typed as a proposal or a comment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, ValidationError

from ..essays.forms import is_web_address
from ..web.forms import Choice, Form, Line, Radio, TextField, at_most, renders, required
from .levers import Ambition, Jurisdiction, Lever, Stance, choices
from .models import BODY_LENGTH, EVIDENCE_MOST, TITLE_LENGTH, TRADE_OFF_LENGTH, Reply
from .writing import Content


class ReplyForm(Form):
    """An answer to an essay: with a lever a proposal, without one a comment.

    ``version`` is that of the reply whose edit began on the page, empty for a new one. Where a
    moderator decided on the tags (``fixed`` is that reply), whatever was sent for them counts for
    nothing.
    """

    version = HiddenField()
    fixed: Reply | None = None
    lever = Radio(
        _l("Which lever would bring it about?"),
        choices=[*choices(Lever), ("", _l("No lever: a comment"))],
        validate_choice=False,
    )
    title = Line(_l("In one sentence, what should change?"), [at_most(TITLE_LENGTH)])
    body = TextField(
        _l("How would it work, and why?"),
        [required(), at_most(BODY_LENGTH), renders],
        description=_l(
            "Markdown: **bold**, *italic*, - lists, > quotations, [words](https://address)."
        ),
    )
    jurisdiction = Choice(
        _l("Who can pull the lever?"),
        choices=choices(Jurisdiction),
        default=Jurisdiction.ANY.value,
        validate_choice=False,
    )
    ambition = Radio(
        _l("How far does it go?"),
        choices=choices(Ambition),
        default=Ambition.IMPROVES.value,
        validate_choice=False,
    )
    trade_off = Line(
        _l("Which trade-off does it break?"),
        [at_most(TRADE_OFF_LENGTH)],
        description=_l("In one sentence, for example: speed against fairness of procurement."),
    )
    evidence = TextField(
        _l("Evidence"),
        [at_most(5000)],
        description=_l("Addresses of pages that support it, one a line, ten at most."),
    )
    stance = Radio(_l("What does your comment do?"), choices=choices(Stance), validate_choice=False)
    note = Line(_l("What changed, and why"), [at_most(300)])

    def validate_lever(self, field: Field) -> None:
        """Refuse a lever we do not know, and a proposal's sentence for which none was chosen.

        None is chosen beforehand: what a discussion is sorted by should be what people meant.
        """
        forgotten = field.data is None and self.title.data
        if forgotten or (field.data and field.data not in set(Lever)):
            raise ValidationError(_l("Choose a lever, or none for a comment."))

    def validate_title(self, field: Field) -> None:
        """Ask a proposal for its sentence."""
        if self.lever.data and not field.data:
            raise ValidationError(_l("A proposal needs one sentence that says what should change."))

    def validate_jurisdiction(self, field: Field) -> None:
        """Ask a proposal who can act; empty means any government."""
        if self.lever.data and field.data and field.data not in set(Jurisdiction):
            raise ValidationError(_l("Choose who can pull the lever."))

    def validate_ambition(self, field: Field) -> None:
        """Ask a proposal how far it goes; empty means that it improves what there is."""
        if self.lever.data and field.data and field.data not in set(Ambition):
            raise ValidationError(_l("Choose how far it goes."))

    def validate_evidence(self, field: Field) -> None:
        """Refuse too many addresses, and those that are none."""
        addresses = self.addresses()
        if len(addresses) > EVIDENCE_MOST:
            raise ValidationError(_l("Please give ten addresses at most."))
        if not all(is_web_address(address) for address in addresses):
            raise ValidationError(
                _l("Every line must be an address that begins with https:// or http://.")
            )

    def addresses(self) -> list[str]:
        """Return the evidence, one address a line."""
        return [line.strip() for line in (self.evidence.data or "").splitlines() if line.strip()]

    def content(self) -> Content:
        """Return what was written: the fields of a proposal, or the body of a comment."""
        if not self.lever.data:
            return Content(self.body.data, evidence=self.addresses())
        return Content(
            self.body.data,
            self.lever.data,
            self.title.data,
            self.jurisdiction.data or Jurisdiction.ANY.value,
            self.ambition.data or Ambition.IMPROVES.value,
            self.trade_off.data or None,
            self.addresses(),
        )

    @classmethod
    def of(cls, reply: Reply, words: MultiDict[str, str] | None = None) -> ReplyForm:
        """Return the form filled with words typed into it or, without any, with a reply."""
        form = cls(words, obj=reply)
        if words is None:
            form.lever.data = reply.lever or ""
            form.evidence.data = "\n".join(reply.evidence)
        if reply.tags_fixed:
            form.fix(reply)
        return form

    def fix(self, reply: Reply) -> None:
        """Leave the reply's tags as they are, and its title where it has none to have."""
        self.fixed = reply
        self.lever.data = reply.lever or ""
        self.jurisdiction.data, self.ambition.data = reply.jurisdiction, reply.ambition


class CommentForm(Form):
    """A comment on a reply: what it does, and its words; ``version`` as in a ReplyForm."""

    version = HiddenField()
    stance = Radio(_l("What does your comment do?"), choices=choices(Stance), validate_choice=False)
    body = TextField(_l("Your comment"), [required(), at_most(BODY_LENGTH), renders])
    note = Line(_l("What changed, and why"), [at_most(300)])

    def __init__(self, *args: object, on_proposal: bool = True, **kwargs: object) -> None:
        """Remember whether the comment is on a proposal, where it must take a stance."""
        super().__init__(*args, **kwargs)
        self.on_proposal = on_proposal

    def validate_stance(self, field: Field) -> None:
        """Ask a comment on a proposal what it does."""
        if (self.on_proposal and not field.data) or (field.data and field.data not in set(Stance)):
            raise ValidationError(_l("Choose what your comment does."))

    def content(self) -> Content:
        """Return what was written."""
        return Content(self.body.data, stance=self.stance.data or None)
