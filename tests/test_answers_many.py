"""Many answers at once: one text with a result each, a list that is filled in, and what is told."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from forum.accounts.models import User
from forum.answers.models import AnswerEdition, OfficialAnswer
from forum.answers.sheet import ROWS_MOST, filled_columns
from forum.answers.timing import ask_whether_done, tell_of_due_days, tell_of_late_promises
from forum.bodies.models import Body
from forum.db import db
from forum.events.crowds import tell_next
from forum.events.models import Event, Notice
from forum.replies.models import Reply
from tests.cast import Make
from tests.circle import Circle


class Desk:
    """A council to which three proposals are due, and Ines who answers for it."""

    def __init__(self, app: Flask, make: Make, visit: Any) -> None:
        self.app, self.make, self.circle = app, make, Circle(make)
        self.ines: User = make.user("Ines")
        self.body: Body = self.circle.body()
        self.circle.seat(self.body, self.ines)
        self.essay = make.essay()
        self.replies: list[Reply] = [
            make.proposal(self.essay, support=2, title=f"Proposal {n}") for n in range(3)
        ]
        for n, reply in enumerate(self.replies):
            self.circle.due(reply, self.body, days=n)
        self.visitor = visit(self.ines)
        self.where = f"/answering/{self.body.slug}"

    def count(self) -> int:
        """Return how many editions have been published."""
        with self.app.app_context():
            db.session.rollback()
            query = select(func.count()).select_from(AnswerEdition)
            return int(db.session.scalar(query) or 0)

    def taken(self) -> list[dict[str, str]]:
        """Return the list as it is taken, its rows by column."""
        text = self.visitor.get(f"{self.where}/list.csv").text
        return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))

    def put(self, rows: list[dict[str, str]], name: str = "list.csv") -> Any:
        """Put a list back as CSV."""
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        sent = (io.BytesIO(file.getvalue().encode()), name)
        return self.visitor.post(f"{self.where}/list", {"file": sent})

    def ticks(self) -> list[str]:
        """Return what the boxes of the three proposals send."""
        return [f"{reply.id}.{reply.version}.0" for reply in self.replies]


@pytest.fixture
def desk(app: Flask, make: Make, visit: Any) -> Desk:
    """The council's desk."""
    return Desk(app, make, visit)


def test_many_get_one_text_and_a_result_each(desk: Desk) -> None:
    late = desk.make.edit(desk.replies[1], body="Quite another text.")
    ticks = desk.ticks()
    page = desk.visitor.get(f"{desk.where}/many?reply=" + "&reply=".join(ticks)).text
    assert all(f"Proposal {n}" in page for n in range(3))
    said = {"reply": ticks, "status": "done", "sentence_en": "It has been done."}
    shown = desk.visitor.post(f"{desk.where}/many", {**said, "do": "preview"})
    assert "It has been done." in shown.text
    assert desk.count() == 0
    done = desk.visitor.post(f"{desk.where}/many", {**said, "do": "publish"}).text
    assert done.count("<b>Published</b>") == 2
    assert "Its text has changed. Read it again." in done
    assert desk.count() == 2
    assert late.version == 2
    again = desk.visitor.post(f"{desk.where}/many", {**said, "do": "publish"}).text
    assert again.count("It has been answered meanwhile.") == 2
    assert desk.count() == 2, "sent twice, each is answered once"


def test_what_is_wrong_in_the_one_text_stops_all(desk: Desk) -> None:
    said = {"reply": desk.ticks(), "status": "declined", "sentence_en": "No.", "do": "publish"}
    refused = desk.visitor.post(f"{desk.where}/many", said)
    assert refused.status_code == 422
    assert desk.count() == 0


def test_a_list_is_taken_filled_in_checked_and_published(desk: Desk) -> None:
    rows = desk.taken()
    assert [row["title"] for row in rows] == ["Proposal 0", "Proposal 1", "Proposal 2"]
    day = str(desk.circle.today() + timedelta(days=9))
    rows[0] |= {"status": "accepted", "sentence_en": "Yes.", "sentence_fr": "Oui."}
    rows[2] |= {"status": "declined", "reason": "cost", "sentence_en": "No.",
                "what_1": "A report", "by_on_1": day}  # fmt: skip
    checked = desk.put(rows)
    assert checked.status_code == 200
    assert "Publish 2 answers" in checked.text
    assert "1 row is empty" in checked.text
    assert desk.count() == 0, "a dry run publishes nothing"
    kept = json.dumps([[n, row] for n, row in enumerate(rows, 2)])
    assert desk.visitor.post(f"{desk.where}/list", {"rows": kept}).status_code == 303
    assert desk.count() == 2
    again = desk.visitor.post(f"{desk.where}/list", {"rows": kept})
    assert again.status_code == 422, "sent twice, it says that it has been answered"
    assert desk.count() == 2
    assert "A report" in desk.visitor.get(f"/replies/{desk.replies[2].id}").text


def test_a_workbook_comes_back_as_a_spreadsheet_program_saves_it(desk: Desk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(desk.visitor.get(f"{desk.where}/list.xlsx").data))
    sheet: Any = book.active
    assert sheet is not None
    at: Any = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at["status"], "accepted")
    sheet.cell(2, at["sentence_en"], "Yes.")
    sheet.cell(2, at["what_1"], "A by-law")
    sheet.cell(2, at["by_on_1"], desk.circle.today() + timedelta(days=3))
    sheet.cell(3, at["status"], "done")
    sheet.cell(3, at["sentence_en"], "=1+1")
    file = io.BytesIO()
    book.save(file)
    sent = {"file": (io.BytesIO(file.getvalue()), "list.xlsx")}
    refused = desk.visitor.post(f"{desk.where}/list", sent)
    assert refused.status_code == 422
    assert "Row 3, sentence_en: This cell holds a formula." in refused.text
    sheet.cell(3, at["sentence_en"], "Two")
    file = io.BytesIO()
    book.save(file)
    sent = {"file": (io.BytesIO(file.getvalue()), "list.xlsx")}
    assert "Publish 2 answers" in desk.visitor.post(f"{desk.where}/list", sent).text


def wrong(change: str, desk: Desk, rows: list[dict[str, str]]) -> None:
    """Fill the list in, one thing in it wrong."""
    for row in rows:
        row |= {"status": "done", "sentence_en": "Done."}
    match change:
        case "another body":
            rows[1]["body"] = "ministry-of-housing"
        case "twice":
            rows.append(dict(rows[0]))
        case "formula":
            rows[1]["sentence_en"] = "=HYPERLINK(A1)"
        case "past day":
            rows[1] |= {"what_1": "A by-law", "by_on_1": "2020-01-01"}
        case "no number":
            rows[1]["number"] = "99999"
        case "no status":
            rows[1]["status"] = "maybe"
        case "old text":
            rows[1]["version"] = "7"
        case "too long":
            rows[1]["sentence_en"] = "x" * 201
        case "hidden":
            desk.make.decide("hide", desk.replies[1], desk.make.user("Dee", role="moderator"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("another body", "Row 3, body: This row belongs to another body"),
        ("twice", "Row 5, number: Row 2 answers the same proposal."),
        ("formula", "Row 3, sentence_en: This cell holds a formula."),
        ("past day", "Row 3, by_on_1: This day is past."),
        ("no number", "Row 3, number: No proposal or question has this number."),
        ("no status", "Row 3, status: Choose what you do with it."),
        ("old text", "Row 3, version: The text has changed"),
        ("too long", "Row 3, sentence_en: Please keep this to 200 characters."),
        ("hidden", "Row 3, number: This is not shown at present"),
    ],
)
def test_one_wrong_cell_is_named_and_nothing_is_published(
    desk: Desk, change: str, said: str
) -> None:
    rows = desk.taken()
    wrong(change, desk, rows)
    answer = desk.put(rows)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "’")
    kept = json.dumps([[n, row] for n, row in enumerate(rows, 2)])
    assert desk.visitor.post(f"{desk.where}/list", {"rows": kept}).status_code == 422
    assert desk.count() == 0


def test_ten_thousand_rows_are_too_many(desk: Desk) -> None:
    row = dict.fromkeys(["number", "version", "edition", "body", "status"], "1")
    answer = desk.put([row] * 10_000)
    assert answer.status_code == 422
    assert "This file has more than 1,000 rows." in answer.text
    assert ROWS_MOST == 1_000


def test_a_column_that_is_missing_is_named(desk: Desk) -> None:
    answer = desk.visitor.post(f"{desk.where}/list", {"file": (io.BytesIO(b"a,b\n1,2\n"), "l.csv")})
    assert "it has no column “body”" in answer.text


def workbook(desk: Desk, part: str, content: bytes) -> bytes:
    """Return the list as a workbook, with a part of it replaced."""
    made = desk.visitor.get(f"{desk.where}/list.xlsx").data
    file = io.BytesIO()
    with ZipFile(io.BytesIO(made)) as source, ZipFile(file, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    return file.getvalue()


SHEET = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
END = b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SHEET + b"<row r='1'/>" * 2_000_000 + END, id="unpacks without end"),
        pytest.param(SHEET + b"<row r='1'><c r='ZZZZZZZ1'/></row>" + END, id="wide without end"),
        pytest.param(SHEET + b"<row r='one'/>" + END, id="no number"),
        pytest.param(SHEET + b"<row r='1'><c r='A1' t='s'><v>99999</v></c></row>" + END, id="none"),
    ],
)
def test_a_workbook_that_asks_for_much_or_nonsense_is_refused_at_once(
    desk: Desk, content: bytes
) -> None:
    file = workbook(desk, "xl/worksheets/sheet1.xml", content)
    sent = {"file": (io.BytesIO(file), "list.xlsx")}
    began = time.process_time()
    assert desk.visitor.post(f"{desk.where}/list", sent).status_code == 422
    assert time.process_time() - began < 2


@pytest.mark.parametrize("file", [b"", b"PK\x03\x04nonsense", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_what_is_no_list_is_refused(desk: Desk, file: bytes) -> None:
    for name in ("list.xlsx", "list.csv"):
        sent = {"file": (io.BytesIO(file), name)}
        assert desk.visitor.post(f"{desk.where}/list", sent).status_code == 422


def test_a_seat_that_ended_puts_nothing_back(desk: Desk, visit: Any) -> None:
    past = desk.make.user("Petra")
    desk.circle.seat(desk.body, past, last=-1)
    for path in ("list.csv", "list.xlsx", "list", "many?reply=1"):
        assert visit(past).get(f"{desk.where}/{path}").status_code == 403, path


def test_the_command_line_puts_a_list_back(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    rows = desk.taken()
    rows[0] |= {"status": "done", "sentence_en": "Done."}
    file = tmp_path / "list.csv"

    def write() -> None:
        with file.open("w", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    write()
    command = ["answers", "import", str(file), "--body", desk.body.slug]
    dry = runner.invoke(args=[*command, "--dry-run"])
    assert "1 answers would be published, 2 rows left empty." in dry.output
    assert desk.count() == 0
    assert runner.invoke(args=command).exit_code == 0
    assert desk.count() == 1
    refused = runner.invoke(args=command)
    assert refused.exit_code == 1
    assert "row 2, edition" in refused.output
    assert desk.count() == 1


def test_the_columns_to_fill_in_are_fields_of_the_form(app: Flask) -> None:
    with app.test_request_context():
        assert {"status", "reason", "sentence_en", "sentence_fr", "by_on_1"} <= set(
            filled_columns()
        )


def told(app: Flask, kind: str) -> dict[int, int]:
    """Return who has been told of a kind of event, and how often."""
    with app.app_context():
        while tell_next():
            pass
        db.session.rollback()
        query = (
            select(Notice.user_id, func.count())
            .join(Event, Event.id == Notice.event_id)
            .where(Event.kind == kind)
            .group_by(Notice.user_id)
        )
        return {person: int(number) for person, number in db.session.execute(query)}


def test_everyone_who_took_part_is_told_of_an_answer_once_a_status(app: Flask, desk: Desk) -> None:
    reply, cam, zoe = desk.replies[0], desk.make.user("Cam"), desk.make.user("Zoe")
    desk.make.vote(cam, reply, "oppose")
    desk.circle.answer(reply, desk.body, desk.ines, "received")
    first = told(app, "acknowledged")
    assert first[cam.id] == first[reply.author_id] == 1
    assert desk.ines.id not in first
    assert zoe.id not in first
    desk.circle.answer(reply, desk.body, desk.ines, "received", sentence="We have it still.")
    assert told(app, "acknowledged") == first, "the same status again is no news"
    assert told(app, "answered") == {}, "what only says that it has arrived is no answer"
    desk.circle.answer(reply, desk.body, desk.ines, "done")
    assert told(app, "answered")[cam.id] == 1


def test_whoever_answered_sees_how_many_were_told(
    app: Flask, desk: Desk, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = desk.replies[0]
    for _voter in range(3):
        desk.make.vote(desk.make.user(), reply)
    told(app, "answered")
    answer = desk.circle.answer(reply, desk.body, desk.ines)
    path = f"/answers/{answer.id}"
    assert "Told of it so far: 1 of 5." in visit(desk.ines).get(path).text
    monkeypatch.setattr("forum.events.crowds.BATCH", 2)
    with app.app_context():
        tell_next()
    for shows in (path, "/answering"):
        assert "Told of it so far: 3 of 5." in visit(desk.ines).get(shows).text
    told(app, "answered")
    assert "Told of it so far" not in visit(desk.ines).get("/answering").text
    assert "6 people were told of it." in visit(desk.ines).get(path).text
    assert "told of it" not in visit(desk.make.user()).get(path).text.lower()


def test_taken_back_at_once_nobody_is_told(app: Flask, desk: Desk) -> None:
    answer = desk.circle.answer(desk.replies[0], desk.body, desk.ines)
    assert told(app, "answered")
    desk.circle.take_back(answer, desk.ines)
    assert told(app, "answered") == {}


def test_the_days_tell_the_seats_and_nobody_else(app: Flask, desk: Desk) -> None:
    desk.circle.due(desk.make.proposal(desk.essay), desk.body, days=-2)
    desk.circle.due(desk.make.proposal(desk.essay), desk.body, days=30)
    desk.circle.answer(desk.replies[2], desk.body, desk.ines, "done")
    with app.test_request_context():
        assert tell_of_due_days()
        assert not tell_of_due_days(), "each is told once"
    assert told(app, "due_today") == {desk.ines.id: 1}
    assert told(app, "due_soon") == {desk.ines.id: 1}
    assert told(app, "overdue") == {desk.ines.id: 1}


def test_late_promises_and_the_question_whether_it_was_done(app: Flask, desk: Desk) -> None:
    reply = desk.replies[0]
    desk.circle.answer(reply, desk.body, desk.ines, promises=(("A by-law", -3), ("More", 3)))
    with app.test_request_context():
        assert tell_of_late_promises()
        assert not tell_of_late_promises()
        assert not ask_whether_done()
        answer = db.session.scalars(select(OfficialAnswer)).one()
        assert answer.settled_at is not None
        answer.settled_at -= timedelta(days=92)
        db.session.commit()
        assert ask_whether_done()
        assert not ask_whether_done()
    assert told(app, "promise_late")[reply.author_id] == 1
    assert told(app, "was_it_done")[reply.author_id] == 1
