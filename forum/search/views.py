"""Searching: one page, whose address holds all that was asked."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..votes.own_votes import votes_by
from ..web.limits import limited
from ..web.pager import number_asked
from .matching import SHOWN, find
from .queries import KIND_LABELS, Search
from .result_kind import ResultKind
from .results import page_of

bp = Blueprint("search", __name__)


def is_asked() -> bool:
    """Say whether there is anything to look for."""
    return bool(request.args.get("q"))


@bp.get("/search")
@limited("searches", only_if=is_asked, methods=("GET",))
def search() -> ResponseReturnValue:
    """Show what everyone may read that holds the words, the best first."""
    asked, notices = Search.from_query(request.args)
    found = find(asked)
    for notice in notices:
        flash(notice, "notice")
    page = page_of(asked, found, number_asked("page") or 1)
    return render_template(
        "search/search.html",
        asked=asked,
        page=page,
        votes=votes_by(current_user, page.cards),
        ResultKind=ResultKind,
        KIND_LABELS=KIND_LABELS,
        most=SHOWN,
    )
