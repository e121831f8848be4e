"""Tables to export: one row stated by what matters to it, and any rows whatever for hypothesis."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from pypdf import PdfReader

from forum.exports.fields import FIELDS, FieldKind, Row
from forum.exports.provenance import Provenance
from forum.exports.row_scores import DECIMALS
from forum.exports.rows import words
from forum.exports.tables import Table

MADE = datetime(2025, 1, 31, 12, 0, 0, tzinfo=UTC)

ORIGIN = Provenance(
    site="https://forum.example.org",
    url="https://forum.example.org/essays/queue?sort=top",
    filter="All proposals",
    order="Top. Ranked by the share of support we can be 95% sure of.",
    formula="L(s, n)",
    authors="shown",
    made_at=MADE,
    software="Circle Back 0.1.0",
    rows=0,
)

HOSTILE = [
    'He said "no", twice; then\nleft,\tquietly',
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    *("+1+1", "-2+3", "@SUM(A1)", "\tindented", "＝1+1", "'quoted'", "''=1"),
    *("00123", "1e5", "TRUE", "2025-01-31", "#REF!", " spaces ", "_x0041_ _x000D_"),
    "מה צריך להשתנות? قائمة الانتظار",
    "🚦 Queues 👩🏽\u200d⚕️ ✅ 🇨🇦",
    *("ᓄᓇᕗᑦ", "変化を 公表", "Ça coûte 5 000 € à l’État — «déjà»", "e\u0301 Å ﬁ"),
    *("<script>alert(1)</script>", "]]>", "&amp; & < >", "{{7*7}} ${7*7} #{7}"),
    *("# not a heading", "```\nnever closed", "<!-- never closed", "| a | b |\n|---|"),
    "[x]: http://example.org",
    "#strong[typst] $x^2$ \\u{41} // gone",
]
"""Texts that have broken an export somewhere."""


EMPTY: dict[FieldKind, Any] = {
    FieldKind.INTEGER: 0,
    FieldKind.NUMBER: 0.0,
    FieldKind.TAG: None,
    FieldKind.LIST: [],
    FieldKind.DAY: None,
}


def row(**changes: Any) -> Row:
    """Return the row of an ordinary proposal with some values changed."""
    values: dict[str, Any] = {
        **{f.name: EMPTY.get(f.kind, "") for f in FIELDS},
        "rank": 1,
        "rank_in_lever": 1,
        "title": "Publish waiting times",
        "lever": "policy",
        "jurisdiction": "any",
        "ambition": "improves",
        "body": "Every office does.",
        "evidence": [],
        "author": "Ben",
        "created": MADE,
        "edited": None,
        "support": 3,
        "score": 0.526,
        "low": 0.526,
        "high": 1.0,
        "status": "open",
        "essay": "The queue",
        "language": "en",
        "permalink": "https://forum.example.org/replies/1",
        "id": 1,
    }
    return {**values, **changes}


def table(*rows: Row, **changes: Any) -> Table:
    """Return a table that holds these rows and nothing of a database."""
    origin = {**vars(ORIGIN), "rows": len(rows), **changes.pop("provenance", {})}
    values = {"name": "queue-proposals", "title": "The queue", "language": "en", **changes}
    return Table(provenance=Provenance(**origin), read=lambda: iter(rows), **values)


texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)).map(words)
lines = texts.map(lambda text: " ".join(text.split())).filter(bool)
moments = st.integers(-2_203_891_200, 253_402_214_400).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)
"""From March 1900 on, where spreadsheets begin, to the year 9999."""

STRATEGIES: dict[FieldKind, st.SearchStrategy[Any]] = {
    FieldKind.TEXT: texts,
    FieldKind.TAG: st.none(),
    FieldKind.INTEGER: st.integers(0, 2**53 - 1),
    FieldKind.NUMBER: st.floats(-1, 1).map(lambda value: round(value, DECIMALS) + 0.0),
    FieldKind.LIST: st.lists(lines, max_size=3),
    FieldKind.MOMENT: moments,
    FieldKind.DAY: st.none() | moments.map(datetime.date),
}

any_row = st.fixed_dictionaries(
    {field.name: STRATEGIES[field.kind] for field in FIELDS}
    | {
        "lever": st.sampled_from(["policy", "regulatory", "market"]),
        "jurisdiction": st.sampled_from(["national", "municipal", "any", None]),
        "ambition": st.sampled_from(["improves", "replaces", None]),
        "assumed": st.sampled_from([[], ["jurisdiction"], ["jurisdiction", "ambition"]]),
        "edited": st.none() | moments,
    }
)
any_rows = st.lists(any_row, min_size=1, max_size=4)


def readable(extension: str, data: bytes) -> str:
    """Return all that anyone can read out of a file, wherever in it that stands."""
    if extension in {"xlsx", "docx"}:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            inner = [parts.read(name) for name in parts.namelist()]
        return "\n".join(part.decode(errors="replace") for part in inner)
    if extension == "pdf":
        pdf = PdfReader(io.BytesIO(data))
        said = [page.extract_text() for page in pdf.pages]
        return "\n".join([*said, str(pdf.metadata), data.decode("latin-1")])
    return data.decode("utf-8-sig")
