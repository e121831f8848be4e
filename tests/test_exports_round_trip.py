"""Every format is read back: what went in comes out, and what was altered is found."""

from __future__ import annotations

import csv
import io
import json
import random
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, example, given, settings
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from forum.exports.checking import Altered, NotAnExport
from forum.exports.csv import reader as csv_reader
from forum.exports.fields import FIELDS, FieldKind, Row
from forum.exports.formats import FORMATS
from forum.exports.json import reader as json_reader
from forum.exports.phrases import standing_at
from forum.exports.provenance import Digest, canonical
from forum.exports.tables import Table
from forum.exports.xlsx import reader as xlsx_reader
from forum.exports.xlsx.columns import COLUMNS, words
from tests.tables import HOSTILE, MADE, any_rows, row, table

pytestmark = pytest.mark.any_database

SCHEMA = Path(__file__).resolve().parent.parent / "docs" / "export.schema.json"

written_whole = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hostile = [row(id=n, title=text, body=text * 300) for n, text in enumerate(HOSTILE, 1)]


@pytest.fixture
def context(shared_app: Flask) -> Any:
    """The application, in English."""
    with shared_app.test_request_context():
        yield


def written(extension: str, made: Table) -> io.BytesIO:
    """Return the file of a table."""
    return io.BytesIO(b"".join(FORMATS[extension].write(made)))


@pytest.mark.usefixtures("context")
@written_whole
@given(any_rows)
@example(hostile)
def test_csv_gives_back_what_went_in(rows: list[Row]) -> None:
    file = written("csv", table(*rows))
    assert [found for found, _origin in csv_reader.read(file)] == rows


@pytest.mark.usefixtures("context")
@written_whole
@given(any_rows)
@example(hostile)
def test_json_gives_back_what_went_in(rows: list[Row]) -> None:
    made = table(*rows, introduction="*Why* these.")
    found = json_reader.read(written("json", made))
    assert list(found.rows()) == rows
    assert (found.title, found.introduction) == (made.title, made.introduction)


@pytest.mark.usefixtures("context")
@settings(written_whole, max_examples=30)
@given(any_rows)
@example(hostile)
def test_xlsx_gives_back_what_went_in(rows: list[Row]) -> None:
    assert list(xlsx_reader.read(written("xlsx", table(*rows))).rows()) == rows


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("text", ["<r>", "<r></r>", "<r><t>x</t></r>", "<r></r></is></c><c><f>1"])
def test_no_text_is_taken_for_the_workbook_s_own(text: str) -> None:
    rows = [row(title=text + "</r>", body=text)]
    assert list(xlsx_reader.read(written("xlsx", table(*rows))).rows()) == rows


@pytest.mark.usefixtures("context")
def test_what_is_longer_than_a_cell_is_cut_and_says_so() -> None:
    rows = [row(evidence=["https://example.org/" + "x" * 30_000] * 2)]
    made = written("xlsx", table(*rows))
    assert xlsx_reader.check(made).rows == 1
    evidence = next(iter(xlsx_reader.read(made).rows()))["evidence"]
    assert isinstance(evidence, list)
    assert [item[-2:] for item in evidence] == ["x…", "x…"]


@pytest.mark.usefixtures("context")
def test_others_read_the_workbook_alike() -> None:
    levers = ["policy", "market", "regulatory"]
    rows = [{**one, "lever": levers[n % 3]} for n, one in enumerate(hostile)]
    book = openpyxl.load_workbook(written("xlsx", table(*rows)))
    names = ["Proposals", "Policy", "Regulatory", "Market", "Provenance"]
    assert book.sheetnames == names
    sheet = book["Proposals"]
    assert sheet.freeze_panes == "D2"
    last = get_column_letter(len(COLUMNS))
    assert sheet.auto_filter.ref == f"A1:{last}{len(rows) + 1}"
    headings = [cell.value for cell in sheet[1]]
    assert headings == [str(field.heading) for field in COLUMNS]
    for line, one in zip(sheet.iter_rows(min_row=2), rows, strict=True):
        cells = {field.name: cell for field, cell in zip(COLUMNS, line, strict=True)}
        assert unescape(str(cells["title"].value)) == one["title"]
        assert cells["title"].data_type in {"s", "inlineStr"}
        assert unescape(str(cells["body"].value)) == one["body"]
        assert cells["support"].value == 3
        assert cells["created"].value == MADE.replace(tzinfo=None)
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in line)
    assert [cell.value for cell in book["Market"]["D"][1:]] == ["Market"] * (len(rows) // 3)
    assert {cell.value for cell in book["Provenance"]["B"]} >= {str(len(rows)), "All proposals"}


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_workbook_speaks_in_words_and_is_read_back_as_codes(language: str) -> None:
    said = {"jurisdiction": "indigenous", "assumed": ["ambition"], "language": "fr"}
    rows = [row(status="closed", **said), row(lever="market", status="draft", ambition=None)]
    with force_locale(language):
        made = written("xlsx", table(*rows, language=language))
        expected = words()
    book = openpyxl.load_workbook(made)
    names = [field.name for field in COLUMNS]
    cells = [dict(zip(names, line, strict=True)) for line in book.worksheets[0].values][1:]
    for name, known in expected.items():
        assert len(set(known.values())) == len(known), name  # or a word would have two codes
        for code in known if name in names else ():
            assert all(cell[name] != code for cell in cells)
    assert cells[0]["status"] == {"en": "Closed", "fr": "Fermée"}[language]
    assert cells[0]["language"] == "Français"
    assert cells[1]["ambition"] is None
    found = xlsx_reader.read(made)
    assert list(found.rows()) == rows
    assert (found.title, found.language) == ("The queue", language)
    assert found.provenance.authors == "shown"
    assert xlsx_reader.check(made).sha256 == str(Digest(rows))


@pytest.mark.usefixtures("context")
def test_a_workbook_of_before_there_were_words_is_still_read() -> None:
    rows = [row(), row(id=2, lever="market")]
    book = openpyxl.load_workbook(written("xlsx", table(*rows)))
    codes = {word: code for known in words().values() for code, word in known.items()}
    for sheet in book.worksheets[:-1]:
        lines = [dict(zip(COLUMNS, line, strict=True)) for line in list(sheet.values)[1:]]
        for number, line in enumerate(lines, 2):
            for at, field in enumerate(FIELDS, 1):
                text: Any = line[field]
                sheet.cell(number, at).value = codes.get(text, text)
    last = book.worksheets[-1]
    for number in range(last.max_row, 0, -1):
        if str(last.cell(number, 3).value).startswith("column ") or "=" in str(
            last.cell(number, 3).value
        ):
            last.delete_rows(number)
    book.save(saved := io.BytesIO())
    assert xlsx_reader.check(saved).rows == 2


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(("paper", "number"), [("letter", "1"), ("a4", "9")])
def test_a_workbook_is_printed_as_wide_as_the_paper(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch, paper: str, number: str
) -> None:
    monkeypatch.setitem(shared_app.config, "PAPER", paper)
    statement = "Every office says how long people wait."
    made = written("xlsx", table(row(title=statement, body=statement), title="This & that"))
    book = openpyxl.load_workbook(made)
    for each in book.worksheets:
        sheet: Any = each
        page = sheet.page_setup
        assert (page.orientation, str(page.paperSize)) == ("landscape", number)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (page.fitToWidth or 1, page.fitToHeight) == (1, 0)
        assert sheet.oddHeader.left.text == "This && that"
    sheet = book.worksheets[0]
    assert sheet.print_title_rows == "$1:$1"
    printed = sheet[str(sheet.print_area).split("!")[1].replace("$", "")]
    assert [cell.value for cell in printed[0]][:3] == ["Place", "Rank", "Title"]
    widths = [sheet.column_dimensions[cell.column_letter].width for cell in printed[0]]
    assert sum(widths) < 200  # characters: at 65 % or more they fit a sheet, so they can be read
    shown = [cell.value for cell in printed[1]]
    assert shown.count(statement) == 1  # and its text, which says no more, is not printed again
    assert next(iter(xlsx_reader.read(made).rows()))["body"] == statement


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("rows", [[], [row()], hostile])
def test_the_json_keeps_to_its_schema(rows: list[Row]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    given = json.load(written("json", table(*rows)))
    Draft202012Validator(schema).validate(given)
    assert list(schema["$defs"]["proposal"]["properties"]) == [field.name for field in FIELDS]


def test_the_canonical_line_is_the_documented_one() -> None:
    line = canonical(row(title="Ça\n“va”", score=-0.25, evidence=["https://example.org/"]))
    assert line.startswith(
        b'{"ambition":"improves","answer":"","answer_body":"","answer_status":"",'
        b'"aside_neutral":0,"aside_oppose":0,"aside_support":0,'
        b'"assumed":[],"author":"Ben","body":"Every office does.",'
    )
    assert b'"created":"2025-01-31T12:00:00Z",' in line
    assert b'"edited":null,' in line
    assert '"title":"Ça\\n“va”","trade_off":""}\n'.encode() in line
    assert b'"score":"-0.250000000000"' in line
    assert canonical(row(score=-0.0)) == canonical(row(score=0.0))


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("extension", FORMATS)
def test_a_file_is_as_it_was_written(extension: str) -> None:
    rows = [row(id=1), row(id=2, lever="market", title="Second")]
    stated = FORMATS[extension].check(written(extension, table(*rows)))
    assert stated.sha256 == str(Digest(rows))
    assert stated.rows == 2
    assert stated.made_at == MADE


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("extension", FORMATS)
def test_the_same_table_is_the_same_file(extension: str) -> None:
    made = table(*hostile[:3])
    assert written(extension, made).getvalue() == written(extension, made).getvalue()


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("name", [field.name for field in FIELDS])
def test_a_changed_value_is_found_in_a_csv(name: str) -> None:
    lines = io.StringIO(written("csv", table(row(), row(id=2))).getvalue().decode("utf-8-sig"))
    records = list(csv.reader(lines))
    at = records[0].index(name)
    kind = FIELDS[at].kind
    changed = {
        FieldKind.TEXT: "other",
        FieldKind.TAG: "other",
        FieldKind.LIST: "other",
        FieldKind.MOMENT: "2025-02-01T12:00:00Z",
        FieldKind.DAY: "2025-02-01",
    }
    records[1][at] = changed.get(kind, "7")
    out = io.StringIO(newline="")
    csv.writer(out).writerows(records)
    with pytest.raises(Altered, match="proposal 1 of the file"):
        csv_reader.check(io.BytesIO(out.getvalue().encode()))


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("keep", [0, 1, 2])
def test_a_missing_record_is_found(keep: int) -> None:
    lines = written("csv", table(*(row(id=n) for n in range(3)))).getvalue().split(b"\r\n")
    del lines[keep + 1]
    with pytest.raises(Altered):
        csv_reader.check(io.BytesIO(b"\r\n".join(lines)))


@pytest.mark.usefixtures("context")
def test_a_changed_number_is_found_in_a_json() -> None:
    data = written("json", table(row(support=3))).getvalue()
    altered = data.replace(b'"support": 3', b'"support": 4')
    with pytest.raises(Altered):
        json_reader.check(io.BytesIO(altered))


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("sheet", ["Proposals", "Policy"])
def test_a_workbook_saved_by_another_program_is_still_checked(sheet: str) -> None:
    made = written("xlsx", table(*hostile))
    book = openpyxl.load_workbook(made)
    saved = io.BytesIO()
    book.save(saved)
    assert xlsx_reader.check(saved).rows == len(hostile)
    at = [field.name for field in COLUMNS].index("oppose")
    book[sheet].cell(row=3, column=at + 1).value = 12
    book.save(altered := io.BytesIO())
    with pytest.raises(Altered):
        xlsx_reader.check(altered)


@pytest.mark.usefixtures("context")
def test_a_changed_word_is_found_in_a_document() -> None:
    data = written("md", table(row(support=3))).getvalue()
    assert b"3 support" in data
    with pytest.raises(Altered):
        FORMATS["md"].check(io.BytesIO(data.replace(b"3 support", b"8 support")))


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2\r\n", b"{}", b"PK\x03\x04", b"\xff\xfe\x00"])
def test_another_file_is_no_export(extension: str, content: bytes) -> None:
    with pytest.raises((NotAnExport, Altered)):
        FORMATS[extension].check(io.BytesIO(content))


@pytest.mark.one_database
@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Wait less.", 1),
        ("Every office says how long people wait. " * 2, 3),
        ("等" * 50, 3),
        ("x" * 200, 6),
    ],
)
def test_the_lines_of_a_title_do_not_lie_on_each_other_in_a_spreadsheet(
    title: str, lines: int
) -> None:
    """Not every program finds out by itself how high a row has to be."""
    asked = {"question": "What would you change first, and who would have to act? " * 4}
    made = written(
        "xlsx", table(row(title=title, jurisdiction="municipal", ambition=None), provenance=asked)
    )
    book = openpyxl.load_workbook(made)
    for sheet in book.worksheets[:2]:
        assert sheet.row_dimensions[2].height == pytest.approx(lines * 16, abs=0.5)
    last = book.worksheets[-1]
    number = next(cell.row for cell in last["C"] if cell.value == "question")
    assert last.row_dimensions[number].height == pytest.approx(3 * 16, abs=0.5)
    stated = [cell.value for cell in last["C"][: int(last.print_area.split("$")[-1])]]
    assert "sha256" in stated, "what the proposals come from is printed"
    assert "column 1" not in stated, "and no code"


@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("extension", ["csv", "json", "xlsx", "md"])
def test_memory_does_not_grow_with_the_rows(extension: str) -> None:
    def peak(rows: int) -> int:
        made = table()
        many = Table(
            name=made.name,
            title=made.title,
            language="en",
            provenance=made.provenance,
            read=lambda: (row(id=n, body=f"{n} words. " * 300) for n in range(rows)),
        )
        tracemalloc.start()
        for _piece in FORMATS[extension].write(many):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(1_000) < peak(400) + 600_000  # six hundred rows held would be 1.8 million


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("extension", FORMATS)
def test_a_broken_file_is_refused_in_a_sentence(extension: str) -> None:
    data = written(extension, table(*hostile[:2])).getvalue()
    check, chance = FORMATS[extension].check, random.Random(extension)
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 5)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = bytes(broken[: chance.randrange(len(broken))]) if chance.random() < 0.3 else broken
        with suppress(Altered, NotAnExport):
            check(io.BytesIO(cut))


@pytest.mark.usefixtures("context")
@settings(written_whole, max_examples=30)
@given(any_rows)
@example(hostile)
def test_markdown_shows_every_title_as_it_was_typed(rows: list[Row]) -> None:
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse(written("md", table(*rows)).getvalue().decode())
    heads = [
        "".join(child.content for child in tokens[at + 1].children or [])
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    numbered = [(standing_at(each), " ".join(str(each["title"]).split())) for each in rows]
    expected = [f"{number}. {title}".strip() for number, title in numbered]
    assert heads[: len(rows)] == expected
