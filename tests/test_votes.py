"""Voting: one person, one vote, counted once, on the version they saw."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Make


def test_a_vote_is_counted_and_can_be_changed_and_taken_back(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    cam = visit(make.user("Cam"))
    for value, counts in (
        ("support", (1, 0, 0)),
        ("oppose", (0, 1, 0)),
        ("neutral", (0, 0, 1)),
        ("none", (0, 0, 0)),
    ):
        assert cam.post(f"/replies/{reply.id}/vote", {"value": value}).status_code == 303
        now = make.fresh(reply)
        assert (now.support, now.oppose, now.neutral) == counts


def test_nobody_votes_for_their_own(make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben)
    assert visit(ben).post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 403
    assert make.fresh(reply).support == 0


def test_a_stranger_is_asked_to_sign_in(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    assert visit().post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 401
    assert make.fresh(reply).support == 0


@pytest.mark.parametrize("value", ["", "yes", "SUPPORT", "support ", "\x00"])
def test_an_unknown_value_is_refused(make: Make, visit: Any, value: str) -> None:
    reply = make.proposal(make.essay())
    cam = visit(make.user("Cam"))
    assert cam.post(f"/replies/{reply.id}/vote", {"value": value}).status_code == 422
    assert make.fresh(reply).support == 0
