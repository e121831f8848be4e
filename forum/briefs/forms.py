"""What may be typed on a shortlist, and in a brief before it is published."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, ValidationError
from wtforms.validators import NumberRange

from ..web.forms import Choice, Form, Line, TextField, at_most, optional, renders, required
from ..web.number_fields import WholeNumber
from .models import INTRODUCTION_LENGTH, NAME_LENGTH, NOTE_LENGTH, BriefDraft
from .shortlisting import MOST, Move

PER_LEVER_MOST = 40
TAKES = [("", _l("Nothing")), ("all", _l("The first")), ("lever", _l("The first of each lever"))]
"""What of an essay's list a shortlist can take at once."""
VERSION = NumberRange(min=0, max=2**31)
ID = NumberRange(min=1, max=2**63 - 1)


class TakeForm(Form):
    """How many of an essay's first proposals to pick at once, in all or of each lever."""

    take = Choice(_l("Pick several at once"), choices=TAKES, default="")
    number = WholeNumber(_l("How many"), [optional(), NumberRange(min=1, max=MOST)], default=10)


class ShortlistForm(TakeForm):
    """A new shortlist, the essay it belongs to, and what stands on it from the start."""

    name = Line(
        _l("Name of the shortlist"),
        [required(), at_most(NAME_LENGTH)],
        description=_l("For facilitators only, such as “For the deputy minister”."),
    )
    essay = Choice(_l("Proposals of"), choices=[("", _l("Several discussions"))])

    def offer(self, essays: list[Any]) -> ShortlistForm:
        """Let the shortlist belong to one of these essays."""
        several = ("", _l("Several discussions"))
        self.essay.choices = [*((essay.slug, essay.title) for essay in essays), several]
        return self

    def validate_take(self, field: Field) -> None:
        """Ask for the one discussion of which the first are picked."""
        if field.data and not self.essay.data:
            raise ValidationError(_l("Choose the discussion whose first proposals you want."))


class NameForm(Form):
    """Another name for a shortlist; ``was`` is the one that stood on the page."""

    name = Line(_l("Name of the shortlist"), [required(), at_most(NAME_LENGTH)])
    was = HiddenField()


class QuoteForm(Form):
    """The comment that is to stand beside a proposal, or no longer."""

    comment = WholeNumber(validators=[required(), ID])


class PickForm(Form):
    """The proposal to pick."""

    reply = WholeNumber(validators=[required(), ID])


class ReorderForm(Form):
    """Where an item goes, and in front of which other."""

    to = Choice(choices=[(move.value, move.value) for move in Move])
    before = WholeNumber(validators=[optional(), ID])


class NoteForm(Form):
    """A facilitator's note on a proposal, and the version of it that they read."""

    note = TextField(_l("Facilitator’s note"), [at_most(NOTE_LENGTH), renders])
    version = WholeNumber(validators=[VERSION])


class DraftForm(Form):
    """The words of a brief, and which earlier brief it takes the place of."""

    title = Line(_l("Title"), [required(), at_most(NAME_LENGTH)])
    introduction = TextField(
        _l("Introduction"),
        [at_most(INTRODUCTION_LENGTH), renders],
        description=_l(
            "What was asked, how people answered, and what you ask of the reader. "
            "Markdown, without HTML."
        ),
    )
    language = Choice(
        _l("Language of headings and sentences"),
        choices=lambda: current_app.config["LANGUAGES"].items(),
    )
    per_lever = WholeNumber(
        _l("Proposals of each lever, from the top"), [NumberRange(min=1, max=PER_LEVER_MOST)]
    )
    min_voters = WholeNumber(
        _l("At least this many voters"), [optional(), NumberRange(min=1, max=10**6)]
    )
    supersedes = Choice(_l("Takes the place of"), choices=[("", _l("No earlier brief"))])
    version = WholeNumber(validators=[VERSION], default=1)

    def offer(self, references: list[tuple[str, str]], of_shortlist: bool) -> DraftForm:
        """Let the brief supersede one of these; a shortlist is not cut by numbers."""
        self.supersedes.choices = [("", _l("No earlier brief")), *references]
        if of_shortlist:
            del self.per_lever, self.min_voters
        return self

    def words(self) -> dict[str, Any]:
        """Return what was typed, as a draft keeps it."""
        numbers = {name: self[name].data for name in ("per_lever", "min_voters") if name in self}
        return {name: self[name].data or "" for name in ("title", "introduction", "language")} | (
            numbers
        )

    @classmethod
    def of(cls, draft: BriefDraft) -> DraftForm:
        """Return the form filled with a draft."""
        names = ("title", "introduction", "language", "per_lever", "min_voters", "version")
        kept = {name: getattr(draft, name) for name in names}
        supersedes = draft.supersedes.reference if draft.supersedes else ""
        return cls(data={**kept, "supersedes": supersedes})


class PublishForm(Form):
    """The mark of what was read in the preview."""

    seen = HiddenField()


class DiscardForm(Form):
    """The version of the draft that is thrown away."""

    version = WholeNumber(validators=[VERSION])
