"""Answering many at once: one text with a result each, or a list that is taken and put back."""

from __future__ import annotations

import json

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ..bodies.models import Body
from ..db import db
from ..deals.models import Due
from ..permissions import require
from ..web.attached import attached
from ..web.limits import limited
from ..web.numbers import format_decimal
from .answering import AnswerTaken
from .body_views import found_body
from .many import MANY_MOST, AskedAnswer, answer_many, publish_sheet
from .sheet import CheckedSheet, NotASheet, check_sheet, row_of
from .sheet_files import MIMETYPES, read_sheet, write_sheet
from .standings import DueState, standings
from .step_forms import SheetForm
from .who_answers import can_answer_for
from .writing_page import blank_form

bp = Blueprint("answering_many", __name__)


def chosen_numbers() -> list[AskedAnswer]:
    """Return what was ticked, as it stood on the page: number, version and edition."""
    found = []
    for each in request.values.getlist("reply")[:MANY_MOST]:
        parts = each.split(".")
        if all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            found.append(AskedAnswer(*[*map(int, parts), 0, 0][:3]))
    return found


@bp.route("/answering/<slug:slug>/many", methods=["GET", "POST"])
@limited("answers")
def many(slug: str) -> ResponseReturnValue:
    """Answer what was ticked with one text; each is answered or refused by itself."""
    body = found_body(slug)
    require(can_answer_for(current_user, body))
    asked, form, results, code = chosen_numbers(), blank_form(body), [], 200
    if not asked:
        flash(_("Tick the proposals that get the same answer."))
        return redirect(url_for("answering.desk", body=slug), 303)
    if form.validate_on_submit():
        if request.form.get("do") == "publish":
            results = answer_many(body, asked, form.content(), current_user)
            db.session.commit()
    elif form.is_submitted():
        code = 422
    rows = standings(Due.body_id == body.id, Due.stands_on_id.in_([each.number for each in asked]))
    page = render_template(
        "answering/many.html",
        body=body,
        rows=rows,
        form=form,
        results=results,
        content=form.content() if form.is_submitted() and not form.errors else None,
    )
    return page, code


@bp.get("/answering/<slug:slug>/list.<any(xlsx, csv):kind>")
def take(slug: str, kind: str) -> ResponseReturnValue:
    """Give the list of what waits as a file to fill in."""
    body = found_body(slug)
    require(can_answer_for(current_user, body))
    waiting = (DueState.OVERDUE, DueState.WAITING, DueState.STILL)
    rows = [row for row in standings(Due.body_id == body.id) if row.state in waiting]
    listed = [row_of(row) for row in rows if row.is_shown]
    return attached(write_sheet(listed, kind), MIMETYPES[kind], f"{slug}.{kind}")


@bp.route("/answering/<slug:slug>/list", methods=["GET", "POST"])
@limited("answers")
def put(slug: str) -> ResponseReturnValue:
    """Take a list back: first every change and every mistake is shown, then it is published."""
    body = found_body(slug)
    require(can_answer_for(current_user, body))
    form, sheet, lines, code = SheetForm(), None, [], 200
    if form.validate_on_submit():
        try:
            lines = sent_lines(form)
            sheet = check_sheet(lines, body, current_user)
        except NotASheet as error:
            form.file.errors = [str(error)]
        if sheet is not None and sheet.is_right and form.rows.data:
            return published(sheet, body, lines)
        code = 200 if sheet is not None and sheet.is_right else 422
    return sheet_page(body, form, sheet, lines, code)


def sent_lines(form: SheetForm) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of the file, or those that the page carried on from one; raise NotASheet."""
    if form.rows.data:
        try:
            kept = json.loads(form.rows.data)
            return [(int(n), {str(k): str(v) for k, v in cells.items()}) for n, cells in kept]
        except (ValueError, TypeError, AttributeError) as error:
            raise NotASheet(_("Part of the list was lost on the way. Upload it again.")) from error
    file = form.file.data
    if not file:
        raise NotASheet(_("Choose the file that you filled in."))
    return list(read_sheet(file.read(), file.filename or ""))


def published(
    sheet: CheckedSheet, body: Body, lines: list[tuple[int, dict[str, str]]]
) -> ResponseReturnValue:
    """Publish all rows at once, or none where one was answered in between."""
    try:
        number = publish_sheet(sheet, body, current_user)
    except AnswerTaken:
        db.session.rollback()
        again = check_sheet(lines, body, current_user)
        return sheet_page(body, SheetForm(formdata=None), again, lines, 409)
    db.session.commit()
    flash(
        ngettext(
            "%(number)s answer is published.",
            "%(number)s answers are published.",
            number,
            number=format_decimal(number),
        )
    )
    return redirect(url_for("answering.desk", body=body.slug), 303)


def sheet_page(
    body: Body,
    form: SheetForm,
    sheet: CheckedSheet | None,
    lines: list[tuple[int, dict[str, str]]],
    code: int,
) -> ResponseReturnValue:
    """Return the page that takes a list, with what was found in it."""
    page = render_template(
        "answering/put.html", body=body, form=form, sheet=sheet, kept=json.dumps(lines)
    )
    return page, code
