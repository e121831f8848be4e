"""What may be typed as an essay."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, ValidationError

from ..db import now
from ..web import dates
from ..web.date_fields import ClockTime, Day
from ..web.forms import Choice, Form, Line, TextField, at_most, optional, required
from ..web.text_languages import text_languages
from ..words import html
from .models import BODY_LENGTH, CONTENT, PROMPT_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, Essay

READING_MOST = 20


class EssayForm(Form):
    """An essay: its words, where it came from, and the question it puts to readers."""

    title = Line(_l("Title"), [required(), at_most(TITLE_LENGTH)])
    summary = TextField(
        _l("Summary"),
        [at_most(SUMMARY_LENGTH)],
        description=_l("Two or three sentences, shown in lists."),
    )
    body = TextField(
        _l("Text"), [required(), at_most(BODY_LENGTH)], description=_l("Markdown, without HTML.")
    )
    prompt = TextField(
        _l("Question"),
        [required(), at_most(PROMPT_LENGTH)],
        description=_l("The question put to readers: what should they circle back with?"),
    )
    byline = Line(_l("Author"), [at_most(200)])
    source_name = Line(_l("First published in"), [at_most(200)])
    source_url = Line(_l("Link to the first publication"), [at_most(2000)])
    first_published = Day(_l("Date of the first publication"), [optional()])
    reading = TextField(
        _l("Reading list"),
        [at_most(10_000)],
        description=_l("One item per line: a title, a vertical bar, then a link."),
    )
    language = Choice(
        _l("Language of the essay"), choices=lambda: text_languages().items(), default="en"
    )
    closes_on = Day(
        _l("Last day of the discussion"),
        [optional()],
        description=_l(
            "It closes at the end of this day, in the forum’s time zone. "
            "Leave empty to keep it open until someone closes it."
        ),
    )
    opens_at = ClockTime(
        _l("Opens automatically"),
        [optional()],
        description=_l(
            "At this time, in the forum’s time zone, it is published and its "
            "discussion opens. Leave empty to publish it yourself."
        ),
    )
    note = Line(_l("What changed"), [at_most(300)])
    edition = HiddenField()

    def take(self, essay: Essay | None) -> EssayForm:
        """Ask when it opens only while it is a draft, and what changed only once it is not new."""
        if essay is None:
            del self.note, self.edition
        elif essay.state != "draft":
            del self.opens_at
        return self

    def validate_body(self, field: Field) -> None:
        """Refuse a text too tangled to show."""
        try:
            html.render(field.data or "", heading_offset=1)
        except html.TooComplex as error:
            raise ValidationError(str(error)) from error

    def validate_source_url(self, field: Field) -> None:
        """Refuse what is not the address of a web page."""
        if field.data and not is_web_address(field.data):
            raise ValidationError(_l("Enter a link that begins with https:// or http://."))

    def validate_reading(self, field: Field) -> None:
        """Refuse too long a list, and addresses that are none."""
        items = reading_from(field.data or "")
        if len(items) > READING_MOST:
            raise ValidationError(_l("List 20 items at most."))
        if any(item.get("url") and not is_web_address(item["url"]) for item in items):
            raise ValidationError(
                _l("A link in this list does not begin with https:// or http://.")
            )

    def validate_closes_on(self, field: Field) -> None:
        """Refuse a day before it opens."""
        opens, closes = self.opening(), self.closes_at()
        if opens and closes and closes <= opens:
            raise ValidationError(_l("It would close before it opens."))

    def validate_opens_at(self, field: Field) -> None:
        """Refuse a time that has passed, unless it stood there before."""
        if field.data and dates.at_clock(field.data) <= now():
            raise ValidationError(_l("This time has passed. Choose a later one, or none."))

    def content(self) -> dict[str, Any]:
        """Return the essay's content as its editions keep it."""
        data = {name: value for name, value in self.data.items() if name in CONTENT}
        return {**data, "reading": reading_from(self.reading.data or "")}

    def closes_at(self) -> datetime | None:
        """Return the moment at which the last day is over."""
        day = self.closes_on.data
        return dates.end_of(day) if day else None

    def opening(self) -> datetime | None:
        """Return the moment at which a draft opens by itself."""
        typed = self.opens_at.data if "opens_at" in self else None
        return dates.at_clock(typed) if typed else None

    @classmethod
    def of(cls, essay: Essay, words: MultiDict[str, str] | None = None) -> EssayForm:
        """Return the form filled with words typed into it or, without any, with an essay."""
        return cls(words, data=as_typed(essay)).take(essay)


def as_typed(essay: Essay) -> dict[str, Any]:
    """Return an essay as it would stand in the fields of its form."""
    return {
        **{name: getattr(essay, name) for name in CONTENT},
        "reading": reading_lines(essay.reading),
        "closes_on": dates.last_day(essay.closes_at) if essay.closes_at else None,
        "opens_at": dates.as_typed(essay.opened_at) if essay.opened_at else None,
        "edition": state_of(essay),
    }


def state_of(essay: Essay) -> str:
    """Return what a form must have been opened on to be saved: the edition, and both dates."""
    dated = (each.isoformat() if each else "" for each in (essay.opened_at, essay.closes_at))
    return " ".join((str(essay.edition), *dated))


def is_web_address(address: str) -> bool:
    """Say whether this is the address of a web page that a reader can safely follow."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and not parts.username


def reading_from(lines: str) -> list[dict[str, str]]:
    """Read a reading list: one item a line, "title | address"."""
    items = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        title, _bar, url = (part.strip() for part in line.rpartition("|"))
        items.append({"title": title, "url": url} if title else {"title": url, "url": ""})
    return items


def reading_lines(items: list[dict[str, str]]) -> str:
    """Write a reading list as it is typed."""
    return "\n".join(
        f"{item['title']} | {item['url']}" if item.get("url") else item["title"] for item in items
    )
