"""Reading an exported XLSX back, as we or a spreadsheet program wrote it.

A workbook is a ZIP of XML: ``xl/workbook.xml`` names the sheets; a cell holds a number, a text of
its own, or the number of a text in ``xl/sharedStrings.xml`` (ECMA-376, part 1, chapter 18).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import IO
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from ...replies.tags import Lever
from ..checking import Altered, NotAnExport, careful
from ..fields import FIELDS, FieldKind, Row, Value
from ..provenance import Digest, Provenance
from ..tables import Table
from .columns import Layout

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")

Cells = dict[int, str]
"""The texts of one row by column, from 0."""


class Workbook:
    """The sheets of a workbook, in order; of one that comes from outside, at most so many bytes."""

    def __init__(self, file: IO[bytes], most: int | None = None) -> None:
        self.zip = ZipFile(file)
        if most is not None and sum(part.file_size for part in self.zip.infolist()) > most:
            raise BadZipFile("It unpacks to more than is read.")
        links = {
            link.attrib["Id"]: posixpath.join("/xl", link.attrib["Target"])[1:]
            for link in self.parse("xl/_rels/workbook.xml.rels")
        }
        sheets = self.parse("xl/workbook.xml").iter(f"{MAIN}sheet")
        self.sheets = [links[sheet.attrib[LINK]] for sheet in sheets]
        self.shared: list[str] = []
        if "xl/sharedStrings.xml" in self.zip.namelist():
            items = self.parse("xl/sharedStrings.xml").iter(f"{MAIN}si")
            self.shared = [text_of(item) for item in items]

    def parse(self, path: str) -> ElementTree.Element:
        """Return a small part of the workbook."""
        with self.zip.open(path) as part:
            return ElementTree.parse(part).getroot()  # noqa: S314 - expat expands no bombs

    def rows(self, sheet: int) -> Iterator[Cells]:
        """Yield the rows of a sheet, one held at a time."""
        with self.zip.open(self.sheets[sheet]) as part:
            for _event, element in ElementTree.iterparse(part):  # noqa: S314 - as above
                if element.tag == f"{MAIN}row":
                    yield {column(c.attrib["r"]): self.text(c) for c in element}
                    element.clear()

    def text(self, cell: ElementTree.Element) -> str:
        """Return what a cell holds."""
        if cell.get("t") == "inlineStr":
            return text_of(cell)
        value = cell.findtext(f"{MAIN}v") or ""
        if cell.get("t") == "s":
            return self.shared[int(value)]
        return unescaped(value) if cell.get("t") == "str" else value


def text_of(element: ElementTree.Element) -> str:
    """Return a text, whose runs may be in several styles; how it is pronounced is left out."""
    runs = element.iterfind(f".//{MAIN}t")
    spoken = {id(run) for run in element.iterfind(f".//{MAIN}rPh/{MAIN}t")}
    return "".join(unescaped(run.text or "") for run in runs if id(run) not in spoken)


def unescaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def column(reference: str) -> int:
    """Return the column of a cell, from 0: "A1" is 0, "AB7" is 27."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def value(cell: str, kind: FieldKind) -> Value:
    """Return what a cell says; raises ValueError where it says nothing of the kind."""
    if kind is FieldKind.INTEGER:
        number = float(cell)
        if number != int(number):
            raise ValueError(cell)
        return int(number)
    if kind is FieldKind.NUMBER:
        return float(cell)
    if kind is FieldKind.LIST:
        return cell.split("\n") if cell else []
    if kind is FieldKind.TAG:
        return cell or None
    if kind is FieldKind.MOMENT:
        return EPOCH + timedelta(seconds=round(float(cell) * 86_400)) if cell else None
    if kind is FieldKind.DAY:
        return (EPOCH + timedelta(days=round(float(cell)))).date() if cell else None
    return cell


def proposals(book: Workbook, sheet: int, layout: Layout) -> Iterator[Row]:
    """Yield the proposals of a sheet; raises Altered for a row that cannot have been written."""
    rows = book.rows(sheet)
    next(rows, None)
    for number, cells in enumerate(rows, 2):
        if not any(cells.values()):
            continue
        try:
            found = {f.name: value(cells.get(at, ""), f.kind) for at, f in layout.places}
            yield {f.name: layout.coded(f.name, found[f.name]) for f in FIELDS if f.name in found}
        except ValueError as error:
            raise Altered(f"row {number} of sheet {sheet + 1} cannot be read") from error


def read(file: IO[bytes]) -> Table:
    """Return the table that the first sheet holds; raises NotAnExport for any other workbook."""
    try:
        book = Workbook(file)
        said = stated(book)
        layout = Layout.stated(said)
        said |= {name: str(layout.coded(name, said[name])) for name in ("authors", "language")}
        origin = Provenance.from_dict(said)
        words = {name: said[name] for name in ("name", "title", "language", "introduction")}
    except (BadZipFile, ElementTree.ParseError, KeyError, IndexError, ValueError) as error:
        raise NotAnExport from error
    return Table(**words, provenance=origin, read=lambda: proposals(book, 0, layout))


def stated(book: Workbook) -> dict[str, str]:
    """Return what the last sheet states: the texts of its second column by those of its third."""
    return {cells.get(2, ""): cells.get(1, "") for cells in book.rows(-1)}


@careful
def check(file: IO[bytes]) -> Provenance:
    """Return where the file came from; raises Altered where a sheet is not as it was written."""
    table = read(file)
    digest = Digest(table.rows())
    if digest.rows != table.provenance.rows:
        raise Altered(f"it holds {digest.rows} proposals of {table.provenance.rows}")
    if str(digest) != table.provenance.sha256:
        raise Altered("a proposal in it is not as it was written")
    book = Workbook(file)
    layout = Layout.stated(stated(book))
    for sheet, lever in enumerate(Lever, 1):
        of_lever = Digest(row for row in table.rows() if row["lever"] == lever.value)
        if str(Digest(proposals(book, sheet, layout))) != str(of_lever):
            raise Altered(f"sheet {sheet + 1} differs from the first")
    return table.provenance
