"""The ledger as files: CSV for spreadsheets, JSON for programs, iCalendar for the days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from ..exports.rows import permalink
from ..web.languages import current_language
from ..words.csv_lines import Cell, csv_lines
from .standings import DueStanding, DueState
from .statuses import PromiseState

COLUMNS = (
    "due_on", "first_due_on", "state", "overdue", "status", "sentence", "answered_on", "days",
    "title", "lever", "jurisdiction", "essay", "body", "agreed", "rule", "version", "support",
    "oppose", "neutral", "set_aside", "promises_kept", "promises_open", "promises_late", "reply",
    "permalink",
)  # fmt: skip
"""The columns of the CSV, in their order."""


def as_json(rows: Iterable[DueStanding]) -> dict[str, Any]:
    """Return the ledger for programs; without an answer its ``status`` is null."""
    return {
        "dues": [
            {
                "reply": row.due.reply_id,
                "version": row.due.version,
                "rule": row.due.rule,
                "support": row.due.support,
                "oppose": row.due.oppose,
                "neutral": row.due.neutral,
                "set_aside": row.aside,
                "due_on": row.due.due_on.isoformat(),
                "body": row.body.slug,
                "status": row.status.value if row.status else None,
                "overdue": row.is_overdue,
            }
            for row in rows
        ]
    }


def as_csv(rows: Iterable[DueStanding]) -> Iterator[str]:
    """Yield the ledger as CSV, a line at a time."""
    return csv_lines(COLUMNS, map(cells_of, rows))


def cells_of(row: DueStanding) -> list[Cell]:
    """Return one row; the words of what is not shown stay out."""
    said = row.edition.text("sentence", current_language())[0] if row.edition else ""
    return [
        row.due.due_on.isoformat(),
        row.due.first_due_on.isoformat(),
        row.state.value,
        int(row.is_overdue),
        row.status.value if row.status else "",
        said,
        row.settled_on.isoformat() if row.settled_on else "",
        row.days_taken,
        (row.reply.title or "") if row.is_shown else "",
        row.reply.lever,
        row.reply.jurisdiction,
        row.essay.title,
        row.body.name,
        int(row.due.agreed),
        row.due.rule,
        row.due.version,
        row.due.support,
        row.due.oppose,
        row.due.neutral,
        row.aside,
        *(row.promised(each) for each in (PromiseState.KEPT, PromiseState.OPEN, PromiseState.LATE)),
        row.reply.id,
        permalink(row.reply.id),
    ]


def as_calendar(rows: Iterable[DueStanding]) -> str:
    """Return the days as iCalendar (RFC 5545): what is due, and what is promised and not kept."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Circle Back//Ledger//EN"]
    name = escaped(_("Ledger of answers"))
    lines += ["CALSCALE:GREGORIAN", f"X-WR-CALNAME:{name}"]
    promised: dict[int, list[str]] = {}
    for row in rows:
        if row.state in (DueState.OVERDUE, DueState.WAITING) and row.is_shown:
            said = _("Answer due: %(title)s (%(body)s)", title=row.reply.title, body=row.body.name)
            lines += day_event(f"due-{row.due.id}", row.due.due_on, row.due.written_at, said, row)
        if row.answer is not None:
            promised[row.answer.id] = list(promise_days(row))
    lines += [line for days in promised.values() for line in days]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def promise_days(row: DueStanding) -> Iterator[str]:
    """Yield the lines of the promises of an answer that are not kept."""
    for each in row.promises:
        if each.state in (PromiseState.OPEN, PromiseState.LATE) and row.edition:
            what = each.promise.what
            said = _("Promised: %(what)s (%(body)s)", what=what, body=row.body.name)
            uid = f"promise-{each.promise.id}"
            yield from day_event(uid, each.promise.by_on, row.edition.at, said, row)


def day_event(uid: str, on: date, stamp: datetime, said: str, row: DueStanding) -> list[str]:
    """Return the lines of an event of one whole day."""
    host = current_app.config["BASE_URL"].partition("//")[2]
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@{host}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(said)}",
        f"URL:{permalink(row.reply.id)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """Return a text as a value of iCalendar."""
    marked = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(marked.split())


def folded(line: str) -> str:
    """Return a line of at most 75 octets, the rest on lines that begin with a space."""
    parts: list[str] = []
    part = ""
    for letter in line:
        if len((part + letter).encode()) > (75 if not parts else 74):
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
