"""For administrators: how much happens here, drawn, as a table and as a file."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..permissions import can_administer, require
from ..web import dates
from ..web.attached import attached
from .figure_chart import FigureChart, figure_chart, span_words
from .figure_spans import PERIODS, Period
from .figures import figures_of

bp = Blueprint("figures", __name__)


@bp.get("/admin/figures")
def figures() -> ResponseReturnValue:
    """Draw the figures of a period."""
    require(can_administer(current_user))
    period = period_asked()
    return render_template(
        "admin/figures.html",
        chart=chart_of(period),
        chosen=period,
        periods=PERIODS.values(),
        span_words=span_words,
        zone=dates.zone().key,
    )


@bp.get("/admin/figures.csv")
def as_csv() -> Response:
    """Return the figures of a period for spreadsheets."""
    require(can_administer(current_user))
    period = period_asked()
    name = f"figures-{period.name}-{dates.today()}.csv"
    return attached("".join(chart_of(period).csv()), "text/csv", name)


def period_asked() -> Period:
    """Return the period in the address; the first where none is named."""
    name = request.args.get("period", next(iter(PERIODS)))
    return PERIODS.get(name) or abort(404)


def chart_of(period: Period) -> FigureChart:
    """Return the figures of a period."""
    spans = period.spans()
    return figure_chart(spans, figures_of(spans))
