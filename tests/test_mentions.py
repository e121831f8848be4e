"""Who can be named while a comment is written: those who wrote here, and nobody else."""

from __future__ import annotations

from typing import Any

from tests.cast import Make


def names(browser: Any, reply: Any, typed: str = "") -> list[str]:
    answer = browser.get(f"/replies/{reply.id}/people?name={typed}")
    assert answer.status_code == 200
    return list(answer.json["people"])


def test_those_are_offered_who_wrote_something_shown_here(make: Make, visit: Any) -> None:
    essay, ben, cam = make.essay(), make.user("Ben Osei"), make.user("Cam Roy")
    reply = make.proposal(essay, ben)
    make.comment(reply, cam)
    make.comment(reply, make.user("Hidden Person"), status="hidden")
    make.proposal(essay, make.user("Elsewhere"))
    zed = visit(make.user("Zed"))
    assert names(zed, reply) == ["Cam Roy", "Ben Osei"]
    assert names(zed, reply, "os") == ["Ben Osei"]
    assert names(zed, reply, "%25") == []
    assert names(visit(cam), reply) == ["Ben Osei"]
    page = zed.get(f"/replies/{reply.id}/comment").get_data(as_text=True)
    assert "<bdi>@Cam Roy</bdi>" in page
    assert "Hidden Person" not in page


def test_a_name_that_two_share_is_not_offered(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay(), make.user("Ben Osei"))
    for name in ("Sam Lee", "sam lee"):
        make.comment(reply, make.user(name))
    assert names(visit(make.user("Zed")), reply) == ["Ben Osei"]


def test_a_long_thread_offers_a_few(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    for _ in range(12):
        make.comment(reply)
    assert len(names(visit(make.user("Zed")), reply)) == 8
