"""The documents that go into the room: DOCX with real styles, PDF that everyone can read."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader

from forum.exports import phrases, report
from forum.exports.blocks import blocks_of
from forum.exports.checking import Altered
from forum.exports.docx import reader as docx_reader
from forum.exports.fields import Row
from forum.exports.figures import figures_of
from forum.exports.formats import FORMATS, Refused
from forum.exports.pdf import reader as pdf_reader
from forum.exports.tables import Table
from forum.exports.typefaces import missing_in, printable
from forum.web.dates import moment
from tests.tables import HOSTILE, row, table

pytestmark = pytest.mark.any_database

BODY = """
Every office **publishes** how long people *wait*, in [one place](https://example.org/waits).

### How

1. Count.
2. Publish:
   - by office,
   - by month.

> What is measured is managed.

| Office | Days |
|---|---|
| North | 12 |

```
code stays as it is
```

A note[^1].

[^1]: At the foot.
"""


@pytest.fixture(autouse=True)
def context(shared_app: Flask) -> Any:
    """The application, in English."""
    with shared_app.test_request_context():
        yield


def written(extension: str, made: Table) -> bytes:
    """Return the file of a table."""
    return b"".join(FORMATS[extension].write(made))


def twelve() -> list[Row]:
    """Return a dozen proposals of every lever, the first with all there can be."""
    full = {
        "title": "Publish waiting times",
        "body": BODY,
        "trade_off": "Speed against care",
        "evidence": ["https://example.org/study", "a file in the archive"],
        "note": "Ask *first*.",
        "quoted_support": "It works in the north.",
        "quoted_support_author": "Cam",
        "quoted_support_permalink": "https://forum.example.org/replies/1#reply-2",
        "quoted_challenge": "It costs.",
        "quoted_challenge_permalink": "https://x.example/",
        "comments": 2,
        "comments_support": 1,
        "comments_challenge": 1,
        "language": "fr",
        "support": 1234,
        "oppose": 56,
        "neutral": 7,
        "score": 0.942,
        "low": 0.942,
        "high": 0.97,
    }
    levers = ["policy", "regulatory", "market"]
    others = [
        row(id=n, rank=n, title=f"Proposal {n}", lever=levers[n % 3], jurisdiction="municipal")
        for n in range(2, 13)
    ]
    return [row(**full), *others]


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF as an independent reader extracts them, with single spaces."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", " ".join(pages))


def test_a_docx_has_real_styles_and_says_all() -> None:
    document = docx.Document(io.BytesIO(written("docx", table(*twelve()))))
    styles = {p.style.name for p in document.paragraphs if p.style is not None}
    assert styles >= {
        "Title",
        "Subtitle",
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Caption",
        "List Paragraph",
        "Quote",
        "Code",
    }
    titles = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 2"]
    assert titles == ["1. Publish waiting times", *(f"{n}. Proposal {n}" for n in range(2, 13))]
    words = "\n".join(p.text for p in document.paragraphs)
    for said in (
        "As the list stood on January 31, 2025",
        "Speed against care",
        "Ask first.",
        "A supporting comment, picked by the facilitators — Cam",
        "It costs.",
        "a file in the archive",
        "At the foot.",
        "By Ben, January 31, 2025",
        "SHA-256 of the rows",
    ):
        assert said in words, said
    cells = {cell.text for found in document.tables for line in found.rows for cell in line.cells}
    assert cells >= {"What was counted", "How many", "Policy", "5", "Votes", "North", "12"}
    for sentence in ("1,234 support, 56 oppose, 7 not sure.", "between 94% and 97%"):
        assert sentence in words, sentence
    runs = {run.text: run for p in document.paragraphs for run in p.runs}
    assert runs["publishes"].bold
    assert runs["wait"].italic


def test_a_docx_has_contents_header_footer_and_two_described_pictures() -> None:
    document = docx.Document(io.BytesIO(written("docx", table(*twelve()))))
    body: Any = document.element.body
    codes = [code.text.strip() for code in body.iter(qn("w:instrText"))]
    assert codes == ['TOC \\o "2-2" \\h \\z \\u']
    entries = [link for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    places = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert {link.get(qn("w:anchor")) for link in entries} == places
    assert len(entries) == 12
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert section.header.paragraphs[0].text == "The queue\tJanuary 31, 2025"
    foot: Any = section.footer.paragraphs[0]
    fields = [field.get(qn("w:instr")) for field in foot._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "SHA-256" in foot.text
    alts = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(alts) == 2
    assert "1. Publish waiting times: 1,234 of 1,290, likely 94% to 97%" in alts[0]
    assert "Policy, Any government: 1" in alts[1]


ORDER = {
    "w:pPr": "pStyle keepNext pageBreakBefore numPr pBdr shd tabs bidi spacing ind jc outlineLvl"
    " rPr",
    "w:rPr": "rStyle rFonts b bCs i iCs strike color sz szCs u vertAlign rtl lang",
    "w:tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblLook",
    "w:tcPr": "tcW shd",
}


def test_a_docx_keeps_the_order_that_the_standard_asks_of_properties() -> None:
    rows = [*twelve(), row(title="קו ראשון", body="- *אחד*\n\n> שניים", language="fr")]
    document = docx.Document(io.BytesIO(written("docx", table(*rows))))
    for root in (document.element, document.styles.element):
        for name, order in ORDER.items():
            known = [qn(f"w:{child}") for child in order.split()]
            for properties in root.iter(qn(name)):
                places = [known.index(c.tag) for c in properties if c.tag in known]
                assert places == sorted(places), [child.tag for child in properties]


def test_a_docx_saved_by_another_program_is_still_checked() -> None:
    data = written("docx", table(*twelve()))
    document = docx.Document(io.BytesIO(data))
    document.save(saved := io.BytesIO())
    assert docx_reader.check(saved).rows == 12
    for run in (run for paragraph in document.paragraphs for run in paragraph.runs):
        run.text = run.text.replace("1,234 support", "1,334 support")
    document.save(altered := io.BytesIO())
    with pytest.raises(Altered, match="what it shows"):
        docx_reader.check(altered)


def test_a_pdf_says_all() -> None:
    words = text_of(written("pdf", table(*twelve())))
    for said in (
        "The queue",
        "12 proposals",
        "January 31, 2025",
        "1. Publish waiting times",
        "1,234",
        "0.942",
        "between 94% and 97%",
        "Speed against care",
        "Ask first.",
        "It works in the north.",
        "North",
        "By Ben, January 31, 2025",
        "Page 2 of",
        "Formula L(s, n)",
    ):
        assert said in words, said


def test_a_pdf_is_tagged_and_carries_nothing_that_acts() -> None:
    with pikepdf.open(io.BytesIO(written("pdf", table(*twelve())))) as pdf:
        assert pdf.check_pdf_syntax() == []
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.open_metadata()["pdfuaid:part"]) == "1"
        assert str(pdf.docinfo.Title) == "The queue"
        with pdf.open_outline() as outline:
            chapters = {str(item.title): item for item in outline.root}
            assert len(chapters["The proposals"].children) == 12
        kinds = [(node.get("/S"), node) for node in structure(root.StructTreeRoot)]
        figures = [node for kind, node in kinds if kind == "/Figure"]
        assert len(figures) == 2
        assert all(str(node.Alt) for node in figures)
        tags = {str(kind) for kind, _node in kinds}
        assert tags >= {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/BlockQuote", "/Link"}
        assert str(pdf.docinfo.Author) == "Circle Back"
        assert "fr" in {str(node.get("/Lang", "")) for _kind, node in kinds}
        keys = {key for found in pdf.objects for key in keys_of(found)}
        assert not keys & {"/JavaScript", "/JS", "/OpenAction", "/AA", "/EmbeddedFiles", "/Launch"}
        fonts = [f for f in pdf.objects if kind_of(f) == "/FontDescriptor"]
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def structure(node: Any) -> Any:
    """Yield every element of the structure tree."""
    if not isinstance(node, pikepdf.Dictionary):
        return
    if "/S" in node:
        yield node
    children: Any = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        yield from structure(child)


def keys_of(found: Any) -> set[str]:
    """Return the keys of an object that has any."""
    return set(found.keys()) if isinstance(found, pikepdf.Dictionary | pikepdf.Stream) else set()


def kind_of(found: Any) -> str:
    """Return the type of an object that has one."""
    return str(found.get("/Type", "")) if isinstance(found, pikepdf.Dictionary) else ""


@pytest.mark.parametrize("at", [20, -300, -20])
def test_a_changed_byte_is_found_in_a_pdf(at: int) -> None:
    data = bytearray(written("pdf", table(row())))
    data[at] ^= 1
    with pytest.raises(Altered):
        pdf_reader.check(io.BytesIO(data))


def test_what_was_added_to_a_pdf_is_found() -> None:
    data = written("pdf", table(row()))
    with pytest.raises(Altered):
        pdf_reader.check(io.BytesIO(data + b"\n% more"))


@pytest.mark.parametrize("extension", ["docx", "pdf"])
def test_hostile_texts_are_text(extension: str) -> None:
    rows = [row(id=n, rank=n, title=text, body=text) for n, text in enumerate(HOSTILE, 1)]
    rows.append(row(id=99, rank=99, title="x" * 120, body="y" * 10_000))
    data = written(extension, table(*rows, introduction="\n\n".join(HOSTILE)))
    assert FORMATS[extension].check(io.BytesIO(data)).rows == len(rows)
    if extension == "pdf":
        words = text_of(data)
        assert "#strong[typst] $x^2$" in words
        assert "[vertical traffic light] Queues" in words


def test_what_no_typeface_holds_is_named_or_marked() -> None:
    text = "Ça va ✅ 🚦 変化 🇨🇦 👩🏽\u200d⚕️"
    missing = missing_in(text)
    assert missing >= {"✅", "🚦", "変", "化"}
    assert not missing & set("Ça va")
    assert printable(text, missing) == (
        "Ça va [white heavy check mark] [vertical traffic light] □□ CA [woman]⚕"
    )
    assert (
        printable("z" * 80, set())
        == "z" * 24 + "\u200b" + "z" * 24 + "\u200b" + "z" * 24 + "\u200b" + "z" * 8
    )


@pytest.mark.parametrize("extension", ["docx", "pdf", "md"])
def test_a_document_speaks_french(extension: str) -> None:
    with force_locale("fr"):
        data = written(extension, table(*twelve(), language="fr"))
    words = text_of(data) if extension == "pdf" else ""
    if extension == "docx":
        document = docx.Document(io.BytesIO(data))
        words = "\n".join(p.text for p in document.paragraphs)
        assert document.core_properties.language == "fr"
    elif extension == "md":
        words = data.decode()
    assert "31 janvier 2025" in words


def test_the_first_of_a_month_is_premier_in_french() -> None:
    first, other = datetime(2025, 11, 1, 9, 30, tzinfo=UTC), datetime(2025, 11, 11, tzinfo=UTC)
    with force_locale("fr"):
        assert phrases.byline(row(created=first, edited=other)) == (
            "Par Ben, le 1er novembre 2025\u202f; modifiée le 11 novembre 2025"
        )
        assert moment(first).startswith("1er novembre 2025")
        said = text_of(written("pdf", table(row(), provenance={"made_at": first}, language="fr")))
        assert "1er novembre 2025" in said
        assert not re.search(r"\b1 novembre", said)
    assert phrases.byline(row(created=first)) == "By Ben, November 1, 2025"


def test_ranks_are_counted_as_french_counts_them() -> None:
    first = row(place=0, rank=1, ranked=0, rank_in_lever=1)
    picked = row(place=2, rank=1_000, ranked=1_520, rank_in_lever=2)
    with force_locale("fr"):
        assert phrases.ranks(first) == "1er rang, 1er du même levier"
        assert phrases.ranks(picked) == (
            "Place 2\u202f; votes des lectrices et lecteurs\u00a0: "
            "1\u00a0000e rang sur 1\u00a0520, 2e du même levier"
        )
    assert phrases.ranks(first) == "Rank 1, 1 within its lever"


@pytest.mark.parametrize("extension", ["docx", "pdf"])
def test_a_document_of_nothing_says_so(extension: str) -> None:
    assert FORMATS[extension].check(io.BytesIO(written(extension, table()))).rows == 0


@pytest.mark.parametrize("extension", ["docx", "pdf"])
def test_too_much_is_refused_before_anything_is_sent(
    extension: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="holds at most 500 proposals, and this list has 501"):
        FORMATS[extension].begin(table(provenance={"rows": 501}))
    monkeypatch.setattr(report, "TEXT_MOST", 100)
    with pytest.raises(Refused, match="holds at most 100 characters of text"):
        FORMATS[extension].begin(table(row(body="z" * 101)))


def test_the_figures_show_ten_and_count_all() -> None:
    figures = figures_of(twelve())
    assert len(figures.bars) == 10
    assert figures.bars[0].said == "1,234 of 1,290, likely 94% to 97%"
    assert figures.levers == ["Policy", "Regulatory", "Market"]
    assert [sum(line) for line in figures.counts] == [5, 3, 4]
    assert figures_of([row(support=0, oppose=0)]).bars[0].said == "no votes yet"


@pytest.mark.parametrize(
    "text", ["One line.", "Two\nlines.", "A.\n\nB.", "Said: “no” – 5 %", "x (y) z/w; 'q' 1.5", "n"]
)
def test_plain_text_is_read_alike_with_and_without_markdown(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = blocks_of(text, "")
    monkeypatch.setattr("forum.exports.blocks._MARKED", re.compile(""))
    assert quick == blocks_of(text, "")


def test_headings_leave_out_no_level_and_links_lead_out() -> None:
    blocks = blocks_of("#### A\n\n#\n\n###### B\n\n[x](/people/3) [y](#z)", "https://f.example")
    assert [(b.kind, b.level) for b in blocks] == [("heading", 1), ("heading", 2), ("paragraph", 0)]
    links = [span.link for span in blocks[2].spans]
    assert links == ["https://f.example/people/3", "", ""]
