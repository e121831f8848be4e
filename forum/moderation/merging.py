"""Merging a duplicate into another proposal of its essay, so that nothing is lost by it.

The merged proposal stays readable at its own address, with a pointer to its successor, and stands
in no list, count, search or file. Voters who have none carry their vote over, comments move with a
mark. What follows can be undone to the vote; how is told in docs/merging.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..db import db
from ..deals.following import carry_dues, return_dues
from ..replies.changing import CannotChange
from ..replies.discussions import move_discussion, return_discussion
from ..replies.models import Reply
from ..votes.carrying import carry_votes, return_votes
from .action_kind import REPLY, ActionKind, Options, Told
from .decision import Decision


class CannotMerge(CannotChange):
    """The two cannot be merged, or separated, as they are now; the words say why."""


class Merge(ActionKind):
    """The kind of action that moves votes and comments along with its fields."""

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Merge the reply into another or separate it again; both rows are held.

        Rows are written in one order: replies and their votes, then the essay, then the tallies.
        """
        number = values["merged_into_id"]
        other = db.session.get(Reply, number or subject.merged_into_id)
        if number is None:
            target = check_separation(subject, other)
            return_votes(subject, target)
            return_discussion(subject, target)
        else:
            target = check_merge(subject, other)
            carry_votes(subject, target)
            move_discussion(subject, target)
        super().put(subject, values, decision)
        db.session.expire(subject, ["merged_into"])
        (return_dues if number is None else carry_dues)(subject, target)


def becomes(reply: Reply, options: Options) -> dict[str, Any]:
    """Return what the merged proposal becomes: one that points to its successor."""
    check_merge(reply, db.session.get(Reply, options["target_id"]))
    return {"status": "merged", "merged_into_id": options["target_id"]}


def can_be_merged(reply: Reply) -> bool:
    """Say whether the reply is one that can be merged into another: a proposal that is shown."""
    return reply.is_proposal and reply.status == "visible"


def check_merge(source: Reply, target: Reply | None) -> Reply:
    """Return the target; raise CannotMerge, with the reason, where it cannot be the successor."""
    if target is None:
        raise CannotMerge(_("There is no such proposal."))
    if target.id == source.id:
        raise CannotMerge(_("A proposal cannot be merged into itself."))
    if not can_be_merged(source) or not target.is_proposal:
        raise CannotMerge(_("Only proposals that are shown can be merged."))
    if target.status == "merged":
        raise CannotMerge(_("That one was merged itself; choose its successor."))
    if target.status != "visible":
        raise CannotMerge(_("That one is not shown; choose one that is."))
    if target.essay_id != source.essay_id:
        raise CannotMerge(_("They answer different essays; move one of them first."))
    return target


def check_separation(source: Reply, target: Reply | None) -> Reply:
    """Return the successor; raise CannotMerge where another thing must be undone first."""
    if target is None or target.status == "merged":
        raise CannotMerge(_("Its successor was merged in turn; separate that one first."))
    if target.essay_id != source.essay_id:
        raise CannotMerge(_("Its successor was moved to another essay; move it back first."))
    return target


def successor_of(reply: Reply) -> Reply | None:
    """Return the proposal into which a merged one was merged in the end; none where it was not."""
    found = reply.merged_into
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return found


MERGE = Merge(
    "merge",
    REPLY,
    _l("Merged into another proposal"),
    _l("Merge into another proposal"),
    becomes,
    can_be_merged,
    "d",
    tells=(Told.AUTHOR, Told.REPORTERS, Told.PARTICIPANTS),
    happened="merged",
    unhappened="restored",
    decides=True,
    withdraws=True,
    apart=True,
)
