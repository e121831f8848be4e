"""How the moderators' work stands, drawn."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...permissions import can_moderate_everywhere, require
from .. import overview as numbers
from .blueprint import bp


@bp.get("/moderation/overview")
def overview() -> ResponseReturnValue:
    """Show what waits and how long, how soon decisions come, and for which reasons."""
    require(can_moderate_everywhere(current_user))
    return render_template(
        "moderation/overview.html",
        ages=numbers.open_by_age(),
        medians=numbers.median_by_week(),
        decisions=numbers.decisions_by_week(),
    )
