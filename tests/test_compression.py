"""Compressed answers: smaller, the same words, and only where that is wanted."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from tests.cast import Make

GZIP = {"Accept-Encoding": "br;q=1.0, gzip;q=0.8"}


def test_a_page_comes_compressed_to_those_who_take_it(make: Make, visit: Any) -> None:
    path = f"/essays/{make.essay().slug}"
    plain, small = visit().client.get(path), visit().client.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
    assert gzip.decompress(small.data) == plain.data
    for answer in (plain, small):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize("taken", ["", "identity", "gzip;q=0", "br"])
def test_nobody_gets_what_they_do_not_take(visit: Any, taken: str) -> None:
    answer = visit().client.get("/", headers={"Accept-Encoding": taken})
    assert "Content-Encoding" not in answer.headers


def test_the_length_of_a_page_is_blurred(visit: Any) -> None:
    lengths = {len(visit().client.get("/", headers=GZIP).data) for _ in range(12)}
    assert len(lengths) > 1


def test_files_are_compressed_and_keep_a_tag_that_still_answers_304(visit: Any) -> None:
    first = visit().client.get("/static/js/main.js", headers=GZIP)
    long = visit().client.get("/static/js/draft.js", headers=GZIP)
    assert "Content-Encoding" not in first.headers, "too short to matter"
    assert b"import" in gzip.decompress(long.data)
    tag = long.headers["ETag"]
    assert tag.startswith("W/")
    again = visit().client.get("/static/js/draft.js", headers={**GZIP, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_downloads_are_left_alone(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay)
    fay = visit(make.user("Fay", role="facilitator"))
    answer = fay.client.get(f"/essays/{essay.slug}/proposals.json", headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
