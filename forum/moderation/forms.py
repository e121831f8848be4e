"""What may be typed in a report, in a moderator's decision, and in the rules of a discussion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from wtforms import HiddenField

from ..accounts.models import User
from ..replies.forms import offer_tags
from ..replies.models import TITLE_LENGTH, Reply
from ..replies.reasons import REASON_LABELS, REPORTABLE, Reason
from ..replies.tags import FURTHER_TAGS, LEVER, TAG_NAMES, TAGS
from ..web.forms import Choice, Form, Line, TextField, at_most, optional, required
from .decision import Decision
from .models import NOTE_LENGTH
from .ready_notes import ready_notes, with_typed

MINUTES = (1, 5, 15, 60)
COMPLAINTS = frozenset(REPORTABLE) - {Reason.OTHER}
DAYS = (1, 3, 7, 30)


def reasons(chosen: Sequence[Reason]) -> list[tuple[str, Any]]:
    """Return reasons as a list to choose from, with nothing chosen first."""
    return [("", _l("Choose a reason")), *((each.value, REASON_LABELS[each]) for each in chosen)]


class ActionForm(Form):
    """Why a moderator acts. ``state`` is that of the case on the page where they decided."""

    reason = Choice(_l("Reason"), [required()], choices=reasons(tuple(Reason)))
    note = TextField(_l("Note to the author, shown in the public log"), [at_most(NOTE_LENGTH)])
    private_note = TextField(_l("Note for colleagues"), [at_most(NOTE_LENGTH)])
    ready_note = Choice(_l("A ready note"), choices=ready_notes(""), default="")
    state = HiddenField()
    anyway = HiddenField()
    usual = HiddenField()
    """The reason that the page said would be taken where none is chosen."""
    asks: tuple[str, ...] = ()
    """The fields that the kind of action needs beside the reason."""
    language = ""
    anyway_to = ""
    """Where to send it all the same, after the case was found to be in another state."""

    def about(self, reply: Reply, lets_stand: bool = False) -> Self:
        """Return the form as it is sent about a reply: its ready notes speak the reply's language.

        Without a reason what ``lets_stand`` does so because it fits; anything else, for the usual
        one where the page named it.
        """
        self.language = reply.language
        if not self.reason.data:
            self.reason.data = Reason.FITS.value if lets_stand else self.usual.data
        return self

    def named(self, name: str) -> Self:
        """Return the form with ids of its own, for a page that shows several."""
        for field in self:
            field.id = f"{name}-{field.name}"
            field.label.field_id = field.id
        return self

    def seen(self, state: str | None = None) -> str:
        """Return the state of the case that was decided on; empty: as it stands, whatever it is."""
        return "" if self.anyway.data == "1" else state or self.state.data or ""

    def decision(self, by: User, lets_stand: bool = False) -> Decision:
        """Return who decided, and why. The queue chooses what readers complained of beforehand;
        that cannot be why a reply may stand, so what ``lets_stand`` does so because it fits."""
        because = Reason(self.reason.data)
        if lets_stand and because in COMPLAINTS:
            because = Reason.FITS
        note = with_typed(self.ready_note.data or "", self.note.data or "", self.language)
        return Decision(by, because, note, self.private_note.data or "")

    def options(self) -> dict[str, Any]:
        """Return what was chosen beside the reason, as the kind of action takes it."""
        return {name: self[name].data for name in self.asks}

    def begin(self, reply: Reply) -> None:
        """Fill in what is so now, before anything was sent."""
        self.language = reply.language
        self.ready_note.choices = ready_notes(reply.language)


class TagForm(ActionForm):
    """The tags of a proposal."""

    asks: tuple[str, ...] = TAG_NAMES

    def options(self) -> dict[str, Any]:
        """Return what was chosen; where nothing was, nothing is said."""
        return {name: value or None for name, value in super().options().items()}

    def begin(self, reply: Reply) -> None:
        """Begin with the tags as they are."""
        super().begin(reply)
        offer_tags(self, reply)
        self[LEVER.name].data = reply.lever or LEVER.values[0].value
        for tag in FURTHER_TAGS:
            self[tag.name].data = getattr(reply, tag.name) or ""

    def about(self, reply: Reply, lets_stand: bool = False) -> Self:
        """Return the form as it is sent about a reply, whose own tags it takes."""
        offer_tags(self, reply)
        return super().about(reply, lets_stand)


for each in TAGS:
    rules = [optional() if each.unsaid else required()]
    setattr(TagForm, each.name, Choice(each.about, rules, choices=each.choices))


class TitleForm(ActionForm):
    """The title of a proposal, in one sentence."""

    title = Line(_l("Title"), [required(), at_most(TITLE_LENGTH)])
    asks = ("title",)

    def begin(self, reply: Reply) -> None:
        """Begin with the title as it is."""
        super().begin(reply)
        self.title.data = reply.title or ""


class ProposalForm(TagForm):
    """What a comment needs to become a proposal."""

    title = Line(_l("In one sentence, what should change?"), [required(), at_most(TITLE_LENGTH)])
    asks: tuple[str, ...] = ("title", *TagForm.asks)


class MoveForm(ActionForm):
    """The essay to move a reply to; the view fills in the choices."""

    essay = Choice(_l("Essay"), [required()], choices=[])
    asks = ("essay",)
    ids: dict[str, int]

    def offer(self, essays: Sequence[Any]) -> None:
        """Offer these essays: rows of number, slug and title."""
        self.ids = {slug: number for number, slug, _title in essays}
        self.essay.choices = [("", _l("Choose an essay")), *((s, t) for _n, s, t in essays)]

    def options(self) -> dict[str, Any]:
        """Return the essay's number."""
        return {"essay_id": self.ids[self.essay.data]}


class MergeForm(ActionForm):
    """The proposal to merge another into, in the state in which it was shown."""

    into = HiddenField()
    target_state = HiddenField()


class SlowForm(ActionForm):
    """How many minutes must lie between two comments of one person."""

    minutes = Choice(
        _l("Minutes between one person’s comments"),
        [required()],
        choices=[(str(minutes), str(minutes)) for minutes in MINUTES],
    )
    asks = ("minutes",)

    def options(self) -> dict[str, Any]:
        """Return the minutes."""
        return {"minutes": int(self.minutes.data)}


def days_said(days: int) -> Any:
    """Return a number of days in words."""
    return lazy_ngettext("%(days)s day", "%(days)s days", days, days=days)


class SuspendForm(ActionForm):
    """For how many days a person may only read."""

    days = Choice(
        _l("For how long"),
        [required()],
        choices=[*((str(days), days_said(days)) for days in DAYS), ("0", _l("For good"))],
    )
    asks = ("days",)

    def options(self) -> dict[str, Any]:
        """Return the days; none at all for good."""
        return {"days": int(self.days.data)}


class HideAndSuspendForm(SuspendForm):
    """Why a reply is hidden and its author suspended, and for how long."""


class DiscussionActionForm(ActionForm):
    """Why a moderator acts on a discussion as a whole: its note goes to nobody in particular."""

    note = TextField(_l("Public note, shown in the log"), [at_most(NOTE_LENGTH)])


class UndoForm(ActionForm):
    """Why something is undone; correcting a mistake needs no more words."""

    reason = Choice(
        _l("Reason"), [required()], choices=reasons(tuple(Reason)), default=Reason.MISTAKE.value
    )


class ModeratorForm(Form):
    """The person who is to moderate a discussion."""

    email = Line(_l("Email address of the account"), [required(), at_most(254)])
