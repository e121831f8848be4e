"""A day that people type or read is a day in the forum's zone, wherever that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from flask import Flask
from flask_babel import force_locale
from flask_migrate import downgrade, upgrade
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select, update

from forum import config, create_app
from forum.db import UtcDateTime, db
from forum.essays.models import Essay
from forum.web import dates
from forum.web.local_days import days_between
from tests.cast import Make
from tests.clock import Clock, standing_clock

SWITCHES = ("2026-03-08T10:00", "2026-04-04T15:00", "2026-11-01T09:00", "2026-03-22T02:00")
"""When clocks are set somewhere."""
ZONES = sorted(available_timezones())
DECEMBER_1 = {"closes_on": "2026-12-01", "title": "A", "body": "B", "prompt": "C", "language": "en"}


@contextmanager
def living_in(app: Flask, zone: str) -> Iterator[None]:
    before = app.config["BABEL_DEFAULT_TIMEZONE"]
    app.config["BABEL_DEFAULT_TIMEZONE"] = config.timezone(zone)
    try:
        yield
    finally:
        app.config["BABEL_DEFAULT_TIMEZONE"] = before


@pytest.fixture(scope="module")
def anywhere(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app({"TESTING": True, "INSTANCE_PATH": str(tmp_path_factory.mktemp("here"))})


@given(st.sampled_from(ZONES), st.dates(date(1970, 1, 2), date(2200, 1, 1)))
def test_a_day_ends_with_its_last_moment_in_every_zone(
    anywhere: Flask, zone: str, day: date
) -> None:
    with anywhere.app_context(), living_in(anywhere, zone):
        end = dates.end_of(day)
        here = ZoneInfo(zone)
        if dates.last_day(end) != day:
            noon = datetime.combine(day, datetime.min.time(), here) + timedelta(hours=12)
            assert noon.astimezone(UTC).astimezone(here).date() != day, "no such day there"
            return
        assert end.astimezone(here).date() > day
        later = (end + timedelta(minutes=30 * n) for n in range(2 * 72))
        assert all(moment.astimezone(here).date() > day for moment in later)


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("UTC", date(2026, 12, 1), "2026-12-02T00:00:00+00:00"),
        ("America/Vancouver", date(2026, 12, 1), "2026-12-02T08:00:00+00:00"),
        ("Pacific/Kiritimati", date(2026, 12, 1), "2026-12-01T10:00:00+00:00"),
        # midnight comes twice
        ("America/Havana", date(2026, 10, 31), "2026-11-01T04:00:00+00:00"),
        ("America/St_Johns", date(2010, 11, 6), "2010-11-07T03:30:00+00:00"),
        # midnight does not come
        ("America/Sao_Paulo", date(2018, 11, 3), "2018-11-04T03:00:00+00:00"),
        # the next day does not come
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-30T10:00:00+00:00"),
    ],
)
def test_a_day_ends_where_the_clocks_of_the_zone_say(
    anywhere: Flask, zone: str, day: date, end: str
) -> None:
    with anywhere.app_context(), living_in(anywhere, zone):
        assert dates.end_of(day).isoformat() == end
        assert dates.last_day(dates.end_of(day)) == day


@pytest.mark.parametrize(
    ("zone", "name", "end"),
    [
        ("America/Vancouver", "Pacific Standard Time", datetime(2026, 12, 2, 8, tzinfo=UTC)),
        ("Pacific/Kiritimati", "Line Islands Time", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("UTC", "UTC", datetime(2026, 12, 2, tzinfo=UTC)),
    ],
)
def test_the_page_promises_the_moment_of_the_refusal(
    app: Flask, make: Make, visit: Any, zone: str, name: str, end: datetime
) -> None:
    with living_in(app, zone), standing_clock():
        fay, ben = visit(make.user("Fay", role="facilitator")), visit(make.user("Ben"))
        path = fay.post("/essays/new", DECEMBER_1).location
        fay.post(f"{path}/publish")
        Clock.moment = end - timedelta(microseconds=1)
        page = plain(ben.get(path))
        assert f"until the end of December 1, 2026 ({name})" in page
        assert ben.get(f"{path}/reply").status_code == 200
        assert 'value="2026-12-01"' in plain(fay.get(f"{path}/edit"))
        Clock.moment = end
        assert ben.get(f"{path}/reply").status_code == 403
        assert "Closed" in plain(ben.get(path))


def plain(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True).replace("\xa0", " ")))


def test_a_day_that_no_calendar_holds_is_refused_beside_the_field(make: Make, visit: Any) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    for day in ("9999-12-31", "0001-01-01", "2026-13-01", "0000-00-00", "yesterday"):
        answer = fay.post("/essays/new", {**DECEMBER_1, "closes_on": day})
        assert answer.status_code == 422, day
        assert 'id="closes_on-error"' in answer.get_data(as_text=True)
    assert fay.post("/essays/new", {**DECEMBER_1, "closes_on": "1000-01-01"}).status_code == 303


def test_a_moment_within_a_day_is_promised_to_the_minute_with_its_zone(anywhere: Flask) -> None:
    with anywhere.test_request_context(), living_in(anywhere, "America/Vancouver"):
        moment = datetime(2026, 12, 2, 0, 59, 59, tzinfo=UTC)
        said = "until December\xa01, 2026 at 4:59\u202fPM (Pacific Standard Time)"
        assert dates.until(moment) == said
        with force_locale("fr"):
            said = "jusqu’au 1er\xa0décembre 2026 à 16\xa0h\xa059 (heure normale du Pacifique)"
            assert dates.until(moment) == said


def test_every_zone_has_a_name_in_both_languages(anywhere: Flask) -> None:
    for zone in ZONES:
        with anywhere.test_request_context(), living_in(anywhere, zone):
            for language in ("en", "fr"):
                with force_locale(language):
                    said = dates.zone_name(datetime(2026, 12, 1, tzinfo=UTC))
                assert re.fullmatch(r"UTC([+-]\d\d:\d\d)?|\D{4,}", said), zone


def test_a_zone_that_does_not_exist_is_named_at_the_start() -> None:
    for name in ("Mars/Olympus", "../etc/passwd", "America/"):
        with pytest.raises(config.BadSetting, match="FORUM_TIMEZONE"):
            config.timezone(name)


def test_what_closed_at_the_end_of_a_utc_day_closes_at_the_end_of_the_forums(
    app: Flask, make: Make
) -> None:
    typed = make.essay("Typed").id
    opened = make.essay("Opened for ten days").id
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    before = {typed: datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC), opened: noon}
    after = {typed: datetime(2026, 12, 2, 8, tzinfo=UTC), opened: noon}
    with app.app_context(), living_in(app, "America/Vancouver"):
        downgrade(revision="0017")
        downgrade(revision="-1")
        for number, moment in before.items():
            db.session.execute(update(Essay).where(Essay.id == number).values(closes_at=moment))
        db.session.commit()
        for go, expected in ((upgrade, after), (downgrade, before), (upgrade, after)):
            db.session.remove()
            go(revision="0017" if go is upgrade else "-1")
            found = db.session.execute(select(Essay.id, Essay.closes_at)).all()
            assert {row.id: row.closes_at for row in found} == expected
        db.session.remove()
        upgrade()


@pytest.mark.parametrize(
    "zone",
    ["UTC", "America/Vancouver", "Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe"],
)
def test_the_database_counts_days_as_calendars_do(app: Flask, make: Make, zone: str) -> None:
    essay = make.essay()
    began = datetime(2026, 3, 1, tzinfo=UTC)
    with living_in(app, zone), app.test_request_context():
        between = select(days_between(literal(began, UtcDateTime), Essay.closes_at))
        for switch in map(datetime.fromisoformat, SWITCHES):
            for hours in (*range(-26, 27, 4), -1, 0, 1, 2):
                step = timedelta(hours=hours, microseconds=-(hours % 3))
                moment = switch.replace(tzinfo=UTC) + step
                db.session.execute(update(Essay).values(closes_at=moment))
                counted = db.session.scalar(between.where(Essay.id == essay.id))
                assert counted == (dates.day_of(moment) - dates.day_of(began)).days, moment
