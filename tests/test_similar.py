"""Similar proposals: found by their words, explained, and never beyond what may be read."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from forum.replies.similar import similar, telling
from tests.cast import Make

FEE = "Refund half the permit fee whenever the city misses its own date"
PRICE = "Publier le prix réellement payé pour chaque contrat numérique"
JSON = {"Accept": "application/json"}


def titles(answer: Any) -> list[str]:
    return [each["title"] for each in answer.json]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Half of the permit fee back if the city is late", FEE),
        ("Give back the permit fee", FEE),
        ("PUBLIER LE PRIX PAYE DE CHAQUE CONTRAT", PRICE),
        ("Afficher le prix payé de l’appareil numérique", PRICE),
        ("Give every dog a passport", None),
        ("The city", None),
        ("", None),
        ("的的的", None),
    ],
)
def test_a_title_finds_its_like(app: Flask, make: Make, typed: str, found: str | None) -> None:
    essay = make.essay()
    for title in (FEE, PRICE, "Let builders hire a certified private examiner"):
        make.proposal(essay, title=title, body="Because.")
    with app.test_request_context():
        assert [each.title for each in similar(essay.id, typed)] == ([found] if found else [])


def test_the_words_below_a_title_count_too(app: Flask, make: Make) -> None:
    essay = make.essay()
    make.proposal(essay, title="A clock for all", body="Publish waiting times at every counter.")
    with app.test_request_context():
        [found] = similar(essay.id, "Publish the waiting times of counters")
        assert found.shared == ("Publish", "waiting", "times")
        assert found.score < 100


def test_every_likeness_says_why(make: Make, visit: Any) -> None:
    essay = make.essay()
    reply = make.proposal(essay, title=FEE)
    page = visit(make.user("Ben"))
    address = f"/essays/{essay.slug}/similar?title=Refund+the+permit+fee"
    [found] = page.get(address, headers=JSON).json
    assert found["id"] == reply.id
    assert found["url"] == f"/replies/{reply.id}"
    assert found["score"] == 100
    assert found["why"] == "Shares the words: Refund, permit, fee."
    shown = page.get(address).get_data(as_text=True)
    assert "Shares the words: Refund, permit, fee." in shown
    assert "<html" not in shown


def test_only_what_everyone_may_read_here_is_compared(make: Make, visit: Any) -> None:
    essay, other = make.essay(), make.essay("Another")
    make.proposal(essay, title=FEE, status="hidden")
    make.proposal(other, title=FEE)
    make.comment(essay, body=FEE)
    answer = visit(make.user("Dee", role="moderator")).get(
        f"/essays/{essay.slug}/similar?title={FEE}", headers=JSON
    )
    assert titles(answer) == []


def test_at_most_five_are_shown_the_likest_first(make: Make, visit: Any) -> None:
    essay = make.essay()
    for n in range(7):
        make.proposal(essay, title=f"Refund the fee of permit kind {n} in town", body=f"{n}")
    best = make.proposal(essay, title="Refund the permit fee")
    answer = visit(make.user()).get(
        f"/essays/{essay.slug}/similar?title=Refund+the+permit+fee", headers=JSON
    )
    assert len(titles(answer)) == 5
    assert best.title in titles(answer)


def test_without_scripts_they_stand_beside_the_preview(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay, title=FEE)
    words = {"lever": "policy", "title": "Refund the permit fee", "body": "B", "preview": "1"}
    shown = visit(make.user()).post(f"/essays/{essay.slug}/reply", words).get_data(as_text=True)
    assert "Is it one of these?" in shown
    assert FEE in shown
    comment = {"lever": "", "title": "Refund the permit fee", "body": "B", "preview": "1"}
    shown = visit(make.user()).post(f"/essays/{essay.slug}/reply", comment).get_data(as_text=True)
    assert "Is it one of these?" not in shown


def test_a_title_with_markup_is_shown_as_text(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay, title="Refund <img src=x onerror=alert(1)> fee")
    shown = visit(make.user()).get(
        f"/essays/{essay.slug}/similar", query_string={"title": "refund <img> fee onerror"}
    )
    assert "<img" not in shown.get_data(as_text=True)
    assert "&lt;img" in shown.get_data(as_text=True)


def test_words_that_tell_something() -> None:
    found = telling("Publier, pour l’État et d'autres, le prix du Œuvre-prix")
    assert found == {
        "publier": "Publier",
        "etat": "l’État",
        "autres": "d'autres",
        "prix": "prix",
        "oeuvre": "Œuvre",
    }
