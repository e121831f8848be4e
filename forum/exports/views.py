"""Taking lists out of the forum as files, for facilitators: choosing, sending, who took what."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user

from .. import worker
from ..essays.finding import visible_essay
from ..essays.models import Essay
from ..permissions import can_export, require
from ..replies.filters import Filter
from ..votes.judging import judge
from ..web.attached import attached
from ..web.limits import limited
from ..web.pager import before_asked
from .facets import facets
from .formats import FORMATS, Format, Refused
from .models import description, exports_log, record_sent
from .rows import read_rows
from .rules import Rules
from .snapshot import open_snapshot, until_read
from .tables import listing_of, table_of
from .unprintable import Unprintable

bp = Blueprint("exports", __name__)

ANY = f"<any({', '.join(FORMATS)}):extension>"
PREVIEW = 20
LONG = 2_000
"""Proposals from which on a file may as well be made in the background."""


@bp.get(f"/essays/<slug:slug>/proposals.{ANY}")
@limited("exports", methods=("GET",))
def of_essay(slug: str, extension: str) -> ResponseReturnValue:
    """Send the proposals of an essay as the filter in the address shows them."""
    essay = visible_essay(slug)
    require(can_export(current_user, essay))
    return sent(essay, FORMATS[extension])


@bp.get(f"/proposals.{ANY}")
@limited("exports", methods=("GET",))
def of_site(extension: str) -> ResponseReturnValue:
    """Send the proposals of all essays as the filter in the address shows them."""
    require(can_export(current_user))
    return sent(None, FORMATS[extension])


@bp.get("/essays/<slug:slug>/export")
def choose_of_essay(slug: str) -> ResponseReturnValue:
    """Choose which proposals of an essay to take out, and see them."""
    essay = visible_essay(slug)
    require(can_export(current_user, essay))
    return chosen_page(essay)


@bp.get("/export")
def choose_of_site() -> ResponseReturnValue:
    """Choose which proposals of all essays to take out, and see them."""
    require(can_export(current_user))
    return chosen_page(None)


@bp.get("/exports")
def log() -> ResponseReturnValue:
    """Show who took which list out of the forum."""
    require(can_export(current_user))
    page = exports_log(before_asked())
    return render_template("exports/log.html", exports=page.found, following=page.following)


def who() -> int | None:
    """Return who takes a list out; nobody where a stranger takes open data."""
    return current_user.id if current_user.is_authenticated else None


def chosen_page(essay: Essay | None) -> ResponseReturnValue:
    """Show the list that the address describes, with the number that every other choice leaves."""
    chosen, notices = Filter.from_query(request.args, judge(current_user))
    rules, more = Rules.from_query(request.args)
    for notice in notices + more:
        flash(notice, "notice")
    with open_snapshot() as snapshot:
        table = table_of(snapshot, chosen, rules, essay)
        listing = listing_of(chosen, rules, essay)
        first = replace(rules, limit=min(rules.limit or PREVIEW, PREVIEW))
        shown = list(read_rows(snapshot, replace(listing, rules=first)))
        counts = facets(snapshot, listing)
        rows = table.provenance.rows
        drawn = any(each.drawn and each.holds(rows) for each in FORMATS.values())
        unprintable = Unprintable.of_table(table).told() if drawn else []
    return render_template(
        "exports/choose.html",
        essay=essay,
        chosen=chosen,
        rules=rules,
        table=table,
        shown=shown,
        counts=counts,
        query=chosen.query() | rules.query(),
        formats=FORMATS.values(),
        unprintable=unprintable,
        offer=table.provenance.rows >= LONG and can_export(current_user) and worker.is_running(),
    )


def sent(essay: Essay | None, format: Format) -> ResponseReturnValue:
    """Return the file, written while it is sent, as the database stood when it was asked for."""
    chosen, _notices = Filter.from_query(request.args, judge(current_user))
    rules, _more = Rules.from_query(request.args)
    query = chosen.query(sort=chosen.order) | rules.query()
    snapshot = open_snapshot()
    try:
        table = table_of(snapshot, chosen, rules, essay)
        content = until_read(snapshot, format.begin(table))
        if request.method == "GET":
            taken = description(table, essay, query)
            record_sent(**taken, by_id=who(), format=format.extension)
    except Refused as error:
        snapshot.close()
        rows = table.provenance.rows
        holding = [each for each in FORMATS.values() if each.holds(rows)]
        page = render_template(
            "exports/refused.html",
            error=error,
            essay=essay,
            query=query,
            table=table,
            formats=[each for each in holding if each.most != format.most],
        )
        return page, 422
    except BaseException:
        snapshot.close()
        raise
    name = f"{table.name}.{format.extension}"
    response = attached(stream_with_context(content), format.mimetype, name)
    response.call_on_close(snapshot.close)
    return response
