"""Every CSV: no cell is a formula, whatever separates cells, and every text comes back."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forum.words.csv_lines import csv_lines, guarded, unguarded

ROOT = Path(__file__).resolve().parent.parent
SIGNS = "=+-@＝＋－＠"
words = st.text(st.sampled_from(["a", " ", "'", '"', ";", ",", "\t", "\n", "\r", *SIGNS]))


@given(words)
@example("a;=1+1")
@example("a;'=1+1")
@example("a;\"'=1+1")
@example("\t=1+1")
@example("\r\n'=1+1")
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.lists(words, min_size=1, max_size=4))
@example(["a;=1+1"])
@example(["a;@SUM(1)", "b\t-1"])
@example(["a\n=1+1\nb"])
@example(['a;"=1+1"'])
def test_no_cell_is_a_formula_whatever_separates_cells(row: list[str]) -> None:
    text = "".join(csv_lines(["heading"], [["first", *row]]))
    for separator in ",;\t":
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in record:
                assert not cell.startswith(tuple(SIGNS)), (separator, cell)


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_of_a_formula_is_guarded(sign: str) -> None:
    assert guarded(f"{sign}1") == f"'{sign}1"
    assert guarded(f"a;{sign}1") == f"a;'{sign}1"


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("a; b", "a\nb", "1 - 1", "x=1", "name; =x", "don't"):
        assert guarded(text) == text


def test_the_reader_in_the_documents_has_every_text_back() -> None:
    documented = re.search(
        r'GUARDS = re\.compile\(r"(.+)"\)', (ROOT / "docs/exports.md").read_text()
    )
    assert documented
    for text in ("=1", "a;=1", "a;'b", "'", "\t\n'x", "a\n- b"):
        assert re.sub(documented[1], r"\1", guarded(text)) == text
