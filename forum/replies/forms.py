"""What may be typed as a proposal or a comment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, ValidationError

from ..essays.forms import is_web_address
from ..web.forms import (
    Choice,
    Form,
    Line,
    Radio,
    TextField,
    at_most,
    renders_as_typed,
    renders_in_a_comment,
    required,
)
from .models import BODY_LENGTH, EVIDENCE_MOST, TITLE_LENGTH, TRADE_OFF_LENGTH, Reply
from .tag import Tag
from .tags import FURTHER_TAGS, LEVER, STANCE
from .writing import Content

FEW = 3
"""So many values of a tag can be chosen from side by side."""


class ReplyForm(Form):
    """An answer to an essay: with a lever a proposal, without one a comment.

    ``version`` is that of the reply whose edit began on the page, empty for a new one. Where a
    moderator decided on the tags (``fixed`` is that reply), whatever was sent for them counts for
    nothing.
    """

    version = HiddenField()
    fixed: Reply | None = None
    lever = Radio(
        LEVER.question,
        choices=[*LEVER.choices(), ("", _l("No lever: a comment"))],
        validate_choice=False,
    )
    title = Line(_l("In one sentence, what should change?"), [at_most(TITLE_LENGTH)])
    body = TextField(
        _l("How would it work, and why?"),
        [required(), at_most(BODY_LENGTH), renders_as_typed],
        description=_l(
            "Markdown: **bold**, *italic*, - lists, > quotations, [words](https://address)."
        ),
    )
    trade_off = Line(
        _l("Which trade-off does it break?"),
        [at_most(TRADE_OFF_LENGTH)],
        description=_l("In one sentence, for example: speed against fairness of procurement."),
    )
    evidence = TextField(
        _l("Evidence"),
        [at_most(5000)],
        description=_l("Links to pages that support it, one per line, ten at most."),
    )
    stance = Radio(STANCE.question, choices=STANCE.choices(), validate_choice=False)
    note = Line(_l("What changed, and why"), [at_most(300)])

    def validate_lever(self, field: Field) -> None:
        """Refuse a lever we do not know, and a proposal's sentence for which none was chosen.

        None is chosen beforehand: what a discussion is sorted by should be what people meant.
        """
        forgotten = field.data is None and self.title.data
        if forgotten or (field.data and field.data not in LEVER):
            raise ValidationError(LEVER.wrong)

    def validate_title(self, field: Field) -> None:
        """Ask a proposal for its sentence."""
        if self.lever.data and not field.data:
            raise ValidationError(_l("A proposal needs one sentence that says what should change."))

    def validate_evidence(self, field: Field) -> None:
        """Refuse too many addresses, and those that are none."""
        addresses = self.addresses()
        if len(addresses) > EVIDENCE_MOST:
            raise ValidationError(_l("Give ten links at most."))
        if not all(is_web_address(address) for address in addresses):
            raise ValidationError(
                _l("Each line must be a link that begins with https:// or http://.")
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
            trade_off=self.trade_off.data or None,
            evidence=self.addresses(),
            **{tag.name: self[tag.name].data or None for tag in FURTHER_TAGS},
        )

    @classmethod
    def of(cls, reply: Reply, words: MultiDict[str, str] | None = None) -> ReplyForm:
        """Return the form filled with words typed into it or, without any, with a reply."""
        form = cls(words, obj=reply)
        offer_tags(form, reply)
        if words is None:
            form.lever.data = reply.lever or ""
            form.evidence.data = "\n".join(reply.evidence)
            for tag in FURTHER_TAGS:
                form[tag.name].data = getattr(reply, tag.name) or ""
        if reply.tags_fixed:
            form.fix(reply)
        return form

    def fix(self, reply: Reply) -> None:
        """Leave the reply's tags as they are, and its title where it has none to have."""
        self.fixed = reply
        self.lever.data = reply.lever or ""
        for tag in FURTHER_TAGS:
            self[tag.name].data = getattr(reply, tag.name) or ""


def offer_tags(form: Form, reply: Reply) -> None:
    """Let a form offer what a reply is tagged with among the rest, though that may be retired."""
    for tag in FURTHER_TAGS:
        form[tag.name].choices = tag.choices(getattr(reply, tag.name))


def tag_field(tag: Tag) -> Radio | Choice:
    """Return the field of a further tag, which only a proposal has: a few values side by side."""

    def known(form: Form, field: Field) -> None:
        offered = {value for value, _words in field.choices}
        if form[LEVER.name].data and field.data and field.data not in offered:
            raise ValidationError(tag.wrong)

    kind = Radio if 0 < len(tag.listed) <= FEW else Choice
    return kind(tag.question, [known], choices=tag.choices, default="", validate_choice=False)


for each in FURTHER_TAGS:
    setattr(ReplyForm, each.name, tag_field(each))


class CommentForm(Form):
    """A comment on a reply: what it does, and its words; ``version`` as in a ReplyForm."""

    version = HiddenField()
    stance = Radio(STANCE.question, choices=STANCE.choices(), validate_choice=False)
    body = TextField(_l("Your comment"), [required(), at_most(BODY_LENGTH), renders_in_a_comment])
    note = Line(_l("What changed, and why"), [at_most(300)])

    def __init__(self, *args: object, on_proposal: bool = True, **kwargs: object) -> None:
        """Remember whether the comment is on a proposal, where it must take a stance."""
        super().__init__(*args, **kwargs)
        self.on_proposal = on_proposal

    def validate_stance(self, field: Field) -> None:
        """Ask a comment on a proposal what it does."""
        if (self.on_proposal and not field.data) or (field.data and field.data not in STANCE):
            raise ValidationError(STANCE.wrong)

    def content(self) -> Content:
        """Return what was written."""
        return Content(self.body.data, stance=self.stance.data or None)
