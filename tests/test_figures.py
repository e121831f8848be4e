"""Figures: what happened by day, week and month, counted once and drawn from what was counted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.grounds import VoterGround
from forum.admin import figures
from forum.admin.figure_chart import figure_chart
from forum.admin.figure_spans import PERIODS, FigureSpan, SpanKind, last_spans
from forum.admin.figures import FigureRow, counting, figures_of, tally_next
from forum.db import db, happening_at
from forum.settings.setting_changes import change_setting
from forum.votes.models import Vote
from tests.cast import Make
from tests.plans import plan

NOON = datetime(2027, 3, 31, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(app: Flask) -> Iterator[None]:
    """It is noon of the last of March, 2027; no worker has looked yet."""
    app.extensions.pop(figures.LOOKED, None)
    with happening_at(NOON):
        yield


def table(visitor: Any, period: str = "days") -> list[dict[str, str]]:
    """Return the file of a period, a row a span."""
    answer = visitor.get(f"/admin/figures.csv?period={period}")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def keep_time_of(app: Flask, zone: str) -> None:
    """Let the site keep its days by a zone."""
    with app.app_context():
        change_setting("time_zone", zone, None)
        db.session.commit()


def work(app: Flask) -> int:
    """Let the worker count what is over; return how many spans it counted."""
    with app.app_context():
        number = 0
        while tally_next():
            number += 1
        return number


def story(make: Make) -> Any:
    """Tell of five days: Ben proposes on the first, Cam votes then and comments on the third."""
    with happening_at(NOON - timedelta(days=4)):
        ada, ben, cam = make.user("Ada", role="admin"), make.user("Ben"), make.user("Cam")
        essay = make.essay()
        reply = make.proposal(essay, ben)
        make.vote(cam, reply, "support")
        make.comment(reply, cam)
    with happening_at(NOON - timedelta(days=2)):
        make.comment(reply, cam)
        make.vote(ada, reply, "oppose")
    with happening_at(NOON):
        make.vote(ben, make.proposal(essay, cam), "support")
        make.user("Pat", ground=VoterGround.IMPORT)
        tried = make.essay("A draft", state="draft")
        make.proposal(tried, ben)
    return ada


def test_each_day_has_what_happened_in_it(app: Flask, make: Make, visit: Any) -> None:
    ada = visit(story(make))
    expected = [
        {"people": "3", "proposals": "1", "comments": "1", "votes": "1", "took_part": "2"},
        {"people": "0", "proposals": "0", "comments": "0", "votes": "0", "took_part": "0"},
        {"people": "0", "proposals": "0", "comments": "1", "votes": "1", "took_part": "2"},
        {"people": "0", "proposals": "0", "comments": "0", "votes": "0", "took_part": "0"},
        {"people": "0", "proposals": "1", "comments": "0", "votes": "1", "took_part": "2"},
    ]
    rows = table(ada)
    assert len(rows) == 30
    assert {row["people"] for row in rows[:25]} == {"0"}, "before the first account"
    assert rows[25]["votes"] == "", "the worker has yet to count it"
    assert "Some of this time has not been counted yet" in ada.get("/admin/figures").text
    assert rows[-1].items() >= expected[-1].items(), "today is counted as it is"
    assert work(app) == 4 + 1, "four days and a week are over; the month is not"
    rows = table(ada)
    for row, said in zip(rows[25:], expected, strict=True):
        assert row.items() >= said.items()
    assert rows[-1]["first_day"] == rows[-1]["last_day"] == "2027-03-31"
    assert rows[-1]["sign_ins"] == "1", "Ada came in to look"
    month = table(ada, "year")[-1]
    assert month.items() >= {"first_day": "2027-03-01", "last_day": "2027-03-31"}.items()
    assert month.items() >= {"people": "3", "votes": "3", "took_part": "3"}.items(), "each once"
    page = ada.get("/admin/figures").text
    assert "not been counted" not in page
    assert page.count("<rect") == 1 + 3 + 2 + 2 + 3 + 1


def test_what_is_over_keeps_its_number_and_is_counted_once(app: Flask, make: Make) -> None:
    story(make)
    assert work(app) == 5
    assert work(app) == 0
    with app.app_context():
        db.session.execute(update(Vote).values(voted_at=NOON))
        db.session.commit()
        app.extensions.pop(figures.LOOKED, None)
        assert not tally_next()
        found = figures_of(PERIODS["days"].spans())
        assert found[25] is not None
        assert found[25].votes == 1
        assert found[-1] is not None
        assert found[-1].votes == 3


def test_a_day_is_counted_ten_minutes_after_its_end(app: Flask, make: Make) -> None:
    make.user("Ada")
    with happening_at(datetime(2027, 4, 1, 0, 9, tzinfo=UTC)):
        assert work(app) == 0
    with happening_at(datetime(2027, 4, 1, 0, 15, tzinfo=UTC)):
        assert work(app) == 2, "the day and the month"


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Pacific/Auckland", datetime(2027, 3, 31, 11, 30, tzinfo=UTC), "2027-04-01"),
        ("America/Los_Angeles", datetime(2027, 3, 29, 6, tzinfo=UTC), "2027-03-28"),
    ],
)
def test_days_are_those_of_the_site(
    app: Flask, make: Make, visit: Any, zone: str, moment: datetime, day: str
) -> None:
    keep_time_of(app, zone)
    with happening_at(moment):
        ada = make.user("Ada", role="admin")
    work(app)
    said = {row["first_day"]: row["people"] for row in table(visit(ada))}
    assert [each for each, number in said.items() if number == "1"] == [day]


def test_a_day_of_23_hours_and_one_of_25_are_whole_days(app: Flask) -> None:
    keep_time_of(app, "America/Toronto")
    with app.test_request_context():
        short = FigureSpan(SpanKind.DAY, date(2027, 3, 14), date(2027, 3, 15))
        long = FigureSpan(SpanKind.DAY, date(2027, 11, 7), date(2027, 11, 8))
        spans = (short.moments, long.moments)
        assert [(ends - begins) / timedelta(hours=1) for begins, ends in spans] == [23, 25]
        days = list(last_spans(SpanKind.DAY, 30))
        assert all(one.moments[1] == two.moments[0] for one, two in pairwise(days))
        assert days[-1].begins == date(2027, 3, 31)
        weeks = list(last_spans(SpanKind.WEEK, 12))
        assert {span.begins.weekday() for span in weeks} == {0}
        months = list(last_spans(SpanKind.MONTH, 60))
        assert (months[0].begins, months[-1].next) == (date(2022, 4, 1), date(2027, 4, 1))


def test_another_zone_has_its_own_numbers(app: Flask, make: Make) -> None:
    story(make)
    work(app)
    keep_time_of(app, "Pacific/Auckland")
    assert work(app) == 6, "there it is April already"
    with app.app_context():
        zones = db.session.execute(
            select(FigureRow.zone, func.count()).group_by(FigureRow.zone)
        ).all()
        assert sorted((zone, number) for zone, number in zones) == [
            ("Pacific/Auckland", 6),
            ("UTC", 5),
        ]


def test_an_empty_site_and_one_of_years_have_their_page(
    app: Flask, make: Make, visit: Any, statements: Callable[[Any, str], list[str]]
) -> None:
    with app.app_context():
        spans = PERIODS["years"].spans()
        assert {each.votes for each in figures_of(spans) if each} == {0}
        assert figure_chart(spans, figures_of(spans)).is_whole
        assert not tally_next()
        app.extensions.pop(figures.LOOKED)
    with happening_at(NOON - timedelta(days=2000)):
        ada = make.user("Ada", role="admin")
        make.vote(make.user("Cam"), make.proposal(make.essay()), "support")
    assert work(app) == 29 + 51 + 59
    visitor = visit(ada)
    for period in PERIODS:
        asked = statements(visitor, f"/admin/figures?period={period}")
        counts = [each for each in asked if "FROM votes" in each]
        assert len(counts) == 1, "only what goes on is counted for the page"
    page = visitor.get("/admin/figures?period=years").text
    assert page.count("most: ") == 1, "Ada came in"
    assert "none in this time" in page
    assert len(re.findall(r"<tr><th scope=\"row\">", page)) == 60


def test_a_span_is_counted_by_indexes(app: Flask) -> None:
    with app.test_request_context():
        span = next(last_spans(SpanKind.DAY, 1))
        if db.engine.dialect.name == "sqlite":
            said = plan(counting(span))
            for table_name in ("votes", "replies", "users", "security_events"):
                assert f"SCAN {table_name}" not in said, said
            assert "ix_votes_voted_at" in said
            assert "ix_replies_created_at" in said
            assert "ix_users_created_at" in said


def test_an_unknown_period_is_no_page(make: Make, visit: Any) -> None:
    ada = visit(make.user("Ada", role="admin"))
    assert ada.get("/admin/figures?period=century").status_code == 404
    assert ada.get("/admin/figures.csv?period=").status_code == 404
