"""The page of what is unusual about who voted in a discussion."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..essays.finding import visible_essay
from ..permissions import can_look_out, require
from ..web.limits import limited
from .aside_views import named
from .blueprint import bp
from .moved_ranks import moved_by
from .reading import electorate
from .signals import signals
from .words import told

NAMES = 200
"""People of one crowd who are named."""
SHOWN = 20
"""Crowds that are shown."""


@bp.get("/essays/<slug:slug>/unusual")
@limited("lookout", methods=("GET",))
def unusual(slug: str) -> ResponseReturnValue:
    """Show who stands out among the voters of a discussion, by what, and what that moves."""
    essay = visible_essay(slug)
    require(can_look_out(current_user, essay))
    voters = electorate(essay)
    crowds = signals(voters.voters)
    shown = [
        (told(each), named(people[:NAMES]), moved_by(essay, each.people, voters), people)
        for each in crowds[:SHOWN]
        for people in [sorted(each.people)]
    ]
    return render_template(
        "lookout/unusual.html", essay=essay, electorate=voters, crowds=shown, found=len(crowds)
    )
