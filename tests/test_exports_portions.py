"""A long PDF is set in portions and joined: it is the one that would be set in one piece."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader

from forum.exports.fields import Row
from forum.exports.formats import FORMATS
from forum.exports.pdf import portions
from tests.structure import Structure
from tests.tables import row, table

pytestmark = pytest.mark.any_database

SAYS = "Every office publishes how long people wait, and says what it does where that grows. "
BODY = "| Office | Days |\n|---|---|\n| North | 12 |\n\nSee [the waits](https://example.org/waits)."


@pytest.fixture(autouse=True)
def context(shared_app: Flask) -> Iterator[None]:
    """The application, in English."""
    with shared_app.test_request_context():
        yield


def many(number: int, sentences: int = 4) -> list[Row]:
    """Return proposals of different lengths, some with a table and links."""
    return [
        row(
            id=n,
            rank=n,
            title=f"Proposal {n}",
            body=SAYS * (n % sentences + 1) + ("\n\n" + BODY) * (n % 3 == 0),
            evidence=[f"https://example.org/{n}"] * (n % 2),
            language="fr" if n % 5 == 0 else "en",
        )
        for n in range(1, number + 1)
    ]


def written(rows: list[Row], language: str) -> bytes:
    """Return the PDF of these proposals, in this language."""
    with force_locale(language):
        return b"".join(FORMATS["pdf"].write(table(*rows, language=language)))


@pytest.fixture(params=["en", "fr"])
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes]:
    """The same proposals set in one piece, and in portions of eight at most."""
    whole = written(many(24), request.param)
    monkeypatch.setattr(portions, "MOST", 8)
    return whole, written(many(24), request.param)


def test_portions_make_the_document_of_one_piece(both: tuple[bytes, bytes]) -> None:
    whole, joined = both
    assert whole != joined
    assert FORMATS["pdf"].check(io.BytesIO(joined)).rows == 24
    words = [[page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages] for pdf in both]
    assert words[0] == words[1]
    structures = [Structure(pdf) for pdf in both]
    for said in ("elements", "links", "bookmarks", "identifiers"):
        assert getattr(structures[0], said), said
    assert structures[0].elements == structures[1].elements
    assert structures[0].links == structures[1].links
    assert structures[0].bookmarks == structures[1].bookmarks
    assert len(structures[0].identifiers) == len(structures[1].identifiers)
    with pikepdf.open(io.BytesIO(whole)) as one, pikepdf.open(io.BytesIO(joined)) as other:
        for pdf in (one, other):
            assert pdf.check_pdf_syntax() == []
            assert str(pdf.open_metadata()["pdfuaid:part"]) == "1"
        assert str(one.Root.Lang) == str(other.Root.Lang)
        assert str(one.docinfo.Title) == str(other.docinfo.Title)
        assert bool(other.Root.MarkInfo.Marked)
        assert bool(other.Root.ViewerPreferences.DisplayDocTitle)
        assert dict(one.Root.StructTreeRoot.RoleMap) == dict(other.Root.StructTreeRoot.RoleMap)


@pytest.mark.parametrize("most", [1, 3])
def test_a_portion_may_end_where_no_proposal_begins_a_page(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "MOST", most)
    rows = many(5, sentences=60)
    joined = written(rows, "en")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(joined)).pages]
    for number, page in enumerate(pages[1:], 2):
        assert f"Page {number} of {len(pages)}" in page
    headings = [each for each in Structure(joined).bookmarks if each[0] == 1]
    assert [title for _level, title, _page, _place in headings] == [
        f"{n}. Proposal {n}" for n in range(1, 6)
    ]
    for _level, title, page, _place in headings:
        assert title in pages[page - 1]


def test_a_proposal_longer_than_a_portion_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "DATA_MOST", 10)
    assert portions.fitting([{"title": "x" * 100}] * 3) == 1
    assert portions.fitting([]) == 0


def test_no_more_fit_than_the_data_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    section: dict[str, Any] = {"title": "x" * 86}
    monkeypatch.setattr(portions, "DATA_MOST", 250)
    assert portions.fitting([section] * 5) == 2
    monkeypatch.setattr(portions, "DATA_MOST", 10_000)
    monkeypatch.setattr(portions, "MOST", 3)
    assert portions.fitting([section] * 5) == 3
