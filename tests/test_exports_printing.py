"""What comes out of a printer: pages, addresses, directions, letters that no typeface holds."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader

from forum.exports import typefaces, typesetting
from forum.exports.formats import FORMATS
from forum.exports.tables import Table
from forum.exports.unprintable import Unprintable
from tests.tables import row, table
from tests.typeface import cannot_print, typeface

no_typeface = pytest.fixture(cannot_print)

pytestmark = pytest.mark.any_database

HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
LONG = "https://example.org/a/very-long/address/" + "abcdefghij" * 9
WAITING = "Every office says how long people wait. "
HAN, ARABIC, EMOJI = "公开等待时间，让变化可见。", "انشر أوقات الانتظار", "🚦 🧭 ✅"

needs_poppler = pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler is not installed")


@pytest.fixture
def context(shared_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The application with an instance folder of its own, in English; no typeface of the system.

    Gives the folder where the system looks for a person's own typefaces.
    """
    monkeypatch.setattr(shared_app, "instance_path", str(tmp_path / "instance"))
    (tmp_path / "instance").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    with shared_app.test_request_context():
        yield tmp_path / ".local" / "share" / "fonts"


def written(extension: str, made: Table) -> bytes:
    """Return the file of a table."""
    return b"".join(FORMATS[extension].write(made))


def asked(program: str, *options: str, pdf: bytes) -> str:
    """Return what a program of poppler says of a PDF."""
    command = [str(shutil.which(program)), *options, "-", *(["-"] * (program == "pdftotext"))]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


def pages_of(pdf: bytes) -> list[list[str]]:
    """Return the lines of every page, without its head and foot."""
    pages = [page.extract_text().split("\n") for page in PdfReader(io.BytesIO(pdf)).pages]
    return [[line for line in page if line.strip()][1:-1] for page in pages]


def statements(number: int) -> list[Any]:
    """Return proposals that are a title and nothing more, as those of imported statements are."""
    titles = [WAITING * (n % 3 + 1) for n in range(1, number + 1)]
    return [row(id=n, rank=n, title=each, body=each) for n, each in enumerate(titles, 1)]


def many(number: int) -> list[Any]:
    """Return proposals of different lengths, with all there can be."""
    return [
        row(
            id=n,
            rank=n,
            title=f"Proposal {n}",
            body="\n\n".join([WAITING * (n % 7 + 1)] * (n % 3 + 1)),
            trade_off="Speed against care",
            evidence=[LONG],
            comments=2,
            comments_support=2,
        )
        for n in range(1, number + 1)
    ]  # fmt: skip


def ends_well(made_of: Any, number: int) -> None:
    """Check that no page of so many proposals ends or begins where a reader would trip."""
    names = ("question", "selection", "chosen")
    asking = {name: f"What was said of the {name}. " * 3 for name in names}
    rows = made_of(number)
    made = table(*rows, provenance=asking, introduction="Read *these* first.")
    _cover, *pages = pages_of(written("pdf", made))
    assert len(pages) >= 2
    assert min(map(len, pages)) >= 6, min(pages, key=len)
    begin = next(at for at, page in enumerate(pages) if "The proposals" in page)
    for page in pages[begin + 1 :]:
        assert not page[0].startswith(("By ", "Policy ·", "3 support")), page
    for page in pages[begin:]:
        assert not re.match(r"\d+\. ", page[-1]), page


@pytest.mark.parametrize("number", [1, 2, 3, 5, 8, 13, 21, 34, 89])
@pytest.mark.parametrize("made_of", [many, statements])
def test_no_page_holds_three_lines_and_none_parts_a_proposal_from_its_title(
    context: Path, made_of: Any, number: int
) -> None:
    ends_well(made_of, number)


@pytest.mark.slow
@pytest.mark.parametrize("number", [27, *range(20, 61, 4)])
@pytest.mark.parametrize("made_of", [many, statements])
def test_no_page_of_a_long_document_does(context: Path, made_of: Any, number: int) -> None:
    ends_well(made_of, number)


@needs_poppler
def test_addresses_copy_without_hidden_characters(context: Path) -> None:
    said = "See " + LONG + " or `" + LONG + "`, and\tso on."
    pdf = written("pdf", table(row(title="x" * 90, body=said, evidence=[LONG], trade_off=LONG)))
    words = asked("pdftotext", pdf=pdf)
    assert not HIDDEN.findall(words)
    assert words.replace("\n", "").count(LONG) == 4
    assert not HIDDEN.findall(asked("pdfinfo", pdf=pdf))


@needs_poppler
def test_numbers_are_read_beside_what_they_count(context: Path) -> None:
    rows = [row(support=1234, oppose=56, neutral=7, comments=1, comments_question=1, low=0.9)]
    tree = asked("pdfinfo", "-struct-text", pdf=written("pdf", table(*rows)))
    read = re.findall(r'"(.*)"', tree)
    at = read.index("What was counted")
    assert read[at : at + 12] == [
        *("What was counted", "How many", "Policy", "1", "Regulatory", "0"),
        *("Market", "0", "Votes", "1,297", "Comments", "1"),
    ]
    assert re.search(r"THead\n\s+TR\n\s+TH.*\n\s+/Scope /Column", tree)
    spoken = " ".join(read)
    assert "1,234 support, 56 oppose, 7 not sure." in spoken
    assert "Score 0.526; share of support between 90% and 100% (95%). Rank 1" in spoken
    assert spoken.index("Publish waiting times") < spoken.index("By Ben") < spoken.index("1,234 s")


def test_a_docx_says_numbers_in_a_table_with_a_heading_and_in_sentences(context: Path) -> None:
    document = docx.Document(io.BytesIO(written("docx", table(*many(3)))))
    (numbers,) = document.tables
    assert [cell.text for cell in numbers.rows[0].cells] == ["What was counted", "How many"]
    assert numbers.rows[0]._tr.trPr is not None
    assert numbers.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    facts = [p for p in document.paragraphs if p.style is not None and p.style.name == "Facts"]
    assert [p.text.split(".")[0] for p in facts] == ["3 support, 0 oppose, 0 not sure"] * 3
    breaks = [p for p in document.paragraphs if p.paragraph_format.page_break_before]
    assert [p.text for p in breaks] == ["At a glance"]  # no further part leaves a page empty
    bare = docx.Document(io.BytesIO(written("docx", table(*statements(3)))))
    facts = [p for p in bare.paragraphs if p.style is not None and p.style.name == "Facts"]
    assert {p.paragraph_format.keep_with_next for p in facts} == {False}, (
        "no chain of whole proposals"
    )
    kept = document.paragraphs[-10:-1]
    assert all(p.paragraph_format.keep_with_next for p in kept)


@pytest.mark.parametrize("publisher", ["", "Fay Fairweather"])
def test_the_author_of_a_document_is_a_name(context: Path, publisher: str) -> None:
    made = table(row(), provenance={"publisher": publisher})
    named = publisher or "Circle Back"
    assert PdfReader(io.BytesIO(written("pdf", made))).metadata.author == named  # type: ignore[union-attr]
    assert docx.Document(io.BytesIO(written("docx", made))).core_properties.author == named


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_documents_are_set_on_the_paper_of_the_setting(
    context: Path,
    shared_app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    paper: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setitem(shared_app.config, "PAPER", paper)
    sheet = PdfReader(io.BytesIO(written("pdf", table(row())))).pages[1].mediabox
    assert (round(sheet.width), round(sheet.height)) == size
    section = docx.Document(io.BytesIO(written("docx", table(row())))).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.pt), round(section.page_height.pt)) == size


@needs_poppler
def test_each_paragraph_runs_in_its_own_direction(context: Path) -> None:
    give_typeface(context, "שלוםעברית")
    made = table(row(title="שלום", body="First line.\n\nשלום עברית (123)\n\n- שלום"))
    boxes = asked("pdftotext", "-bbox", pdf=written("pdf", made))
    places = re.findall(r'xMin="([\d.]+)" .*xMax="([\d.]+)" .*>(.*)</word>', boxes)
    ends = [float(end) for _start, end, word in places if set(word) & set("שלום")]
    assert len([end for end in ends if end > 500]) >= 3  # of a sheet 612 wide
    assert min(float(start) for start, _end, word in places if word == "First") < 100
    document = docx.Document(io.BytesIO(written("docx", made)))
    turned = {p.text for p in document.paragraphs if p._p.find(".//" + qn("w:bidi")) is not None}
    assert turned == {"1. שלום", "שלום עברית (123)", "שלום"}
    runs = [run for p in document.paragraphs for run in p.runs if run.font.rtl]
    assert {run.text for run in runs} >= {"שלום", "שלום עברית (123)"}


def give_typeface(folder: Path, characters: str) -> None:
    """Install a typeface that holds these characters."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "given.ttf").write_bytes(typeface("Given", characters))


@pytest.mark.parametrize("where", ["instance", "system"])
def test_a_typeface_of_the_instance_or_of_the_system_is_used(
    context: Path, shared_app: Flask, where: str
) -> None:
    rare = "\U00013080\U00013081"  # hieroglyphs, which hardly any machine has a typeface for
    made = table(row(title=rare, body=f"{rare} and words."))
    if Unprintable.of_table(made).letters.total() != 4:
        pytest.skip("This machine has a typeface for them.")
    pages = "\n".join(map("\n".join, pages_of(written("pdf", made))))
    assert "□□ and words" in pages
    give_typeface(
        Path(shared_app.instance_path) / "fonts" if where == "instance" else context, rare
    )
    assert not Unprintable.of_table(made)
    pages = "\n".join(map("\n".join, pages_of(written("pdf", made))))
    assert f"{rare} and words" in pages
    assert "□" not in pages


@pytest.mark.usefixtures("no_typeface")
@pytest.mark.parametrize(
    ("words", "packages"),
    [(HAN, "fonts-noto-cjk"), (ARABIC, "fonts-noto-core"), (EMOJI, "fonts-noto-color-emoji")],
)
@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_what_cannot_be_printed_is_said_in_the_file_and_before(
    context: Path, extension: str, words: str, packages: str
) -> None:
    made = table(*(row(id=n, title=words, body=words * 20) for n in (1, 2, 3)), title=words)
    data = written(extension, made)
    assert FORMATS[extension].check(io.BytesIO(data)).rows == 3
    found = Unprintable.of_table(made)
    number = sum(char in found.letters for char in words) * (1 + 3 * 21)
    assert found.letters.total() == number
    assert packages in found.told()[-1]
    if extension == "docx":
        said = "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
        assert words in said  # the reader's own program draws it
        assert ("printed as □" in said) is bool(number)
    else:
        cover = re.sub(r"\s+", " ", PdfReader(io.BytesIO(data)).pages[0].extract_text())
        if number:
            assert f"{number:,} characters of this text are in no typeface here" in cover
        else:
            assert "□" not in cover
            assert "[vertical traffic light]" in cover
            assert "named in words: ✅ 🚦 🧭" in found.told()[0]
    with force_locale("fr"):
        assert found.told()[0] != Unprintable.of_table(made).said()


def test_characters_that_are_held_are_asked_for_once(
    context: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed, given = typesetting.pressed, []

    def counting(source: str, **options: Any) -> list[bytes]:
        given.append(source)
        return pressed(source, **options)

    monkeypatch.setattr(typefaces, "pressed", counting)
    monkeypatch.setattr(typefaces, "_known", {})
    assert typefaces.missing_in("Ça va, œuvre") == set()
    assert typefaces.missing_in("œuvre, ça va — et plus") == set()
    assert typefaces.missing_in("Ça va") == set()
    assert len(given) == 2
    assert "\\u{153}" not in given[1]
