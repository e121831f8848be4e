"""The ledger of answers: a page, and the same rows as CSV, JSON and iCalendar."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..replies.tags import JURISDICTION, LEVER
from ..web.attached import attached
from ..web.page_cache import kept_page
from ..web.page_versions import PageScope
from .due_weeks import week_picture
from .ledger import FIELDS, ORDERS, STATES, Ledger, LedgerFilter, choices, read_ledger
from .ledger_files import as_calendar, as_csv, as_json

bp = Blueprint("ledger", __name__)

WIDE, NARROW = 720, 340
"""The widths of the picture, in its own units: on a desk, and on a phone."""


@bp.get("/ledger")
@kept_page(PageScope.SITE, *FIELDS, "page")
def ledger() -> ResponseReturnValue:
    """Show every due across the site, as the filter in the address says."""
    found = read_ledger(request.args)
    query = found.chosen.query()
    page = found.page
    return render_template(
        "ledger/ledger.html",
        ledger=found,
        query=query,
        states=STATES.items(),
        orders=ORDERS.items(),
        levers=LEVER.choices(),
        jurisdictions=JURISDICTION.choices(),
        pictures=[
            ("wide", week_picture(found.by_day, WIDE)),
            ("narrow", week_picture(found.by_day, NARROW)),
        ],
        **choices(),
        following=page_at(found, page.number + 1) if page.has_more else "",
        previous=page_at(found, page.number - 1) if page.number > 1 else "",
    )


def page_at(found: Ledger, number: int) -> str:
    """Return the address of another page of the same rows."""
    asked: dict[str, Any] = {**found.chosen.query(), "page": number}
    return url_for("ledger.ledger", **asked)


@bp.get("/ledger.json")
def as_program_reads() -> Response:
    """Return the ledger for programs."""
    return jsonify(as_json(LedgerFilter.from_query(request.args).rows()))


@bp.get("/ledger.csv")
def as_table() -> Response:
    """Return the ledger for spreadsheets."""
    body = "".join(as_csv(LedgerFilter.from_query(request.args).rows()))
    return attached(body, "text/csv", "ledger.csv")


@bp.get("/ledger.ics")
def as_days() -> Response:
    """Return the days of the ledger for calendars."""
    body = as_calendar(LedgerFilter.from_query(request.args).rows())
    return attached(body, "text/calendar", "ledger.ics")
