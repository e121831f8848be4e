"""Drafts: words survive the page they were typed on, and no page overwrites another unseen."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.db import db, now
from forum.drafts.models import MOST, WORDS_LENGTH, Draft, Stamp
from forum.replies.models import Reply
from tests.cast import Make

JSON = {"Accept": "application/json"}
STAMP = re.compile(r'name="draft" value="([^"]+)"')
WORDS = {"lever": "market", "title": "Pay on results", "body": "Half a thought"}


def stamp_in(answer: Any) -> str:
    """Return the stamp that a form page carries."""
    found = STAMP.search(answer.get_data(as_text=True))
    assert found, "the form carries no stamp"
    return unescape(found.group(1))


def drafts(app: Flask) -> list[tuple[str, dict[str, str] | None]]:
    with app.app_context():
        rows = db.session.execute(select(Draft.place, Draft.words).order_by(Draft.place))
        return [(place, words) for place, words in rows]


@pytest.fixture
def place(make: Make) -> str:
    """The address of the form that answers an essay."""
    return f"/essays/{make.essay('On queues').slug}/reply"


def test_what_was_typed_comes_back(make: Make, visit: Any, place: str) -> None:
    ben = make.user("Ben")
    page = visit(ben)
    stamp = stamp_in(page.get(place))
    saved = page.post(f"/drafts{place}", {**WORDS, "draft": stamp}, headers=JSON)
    assert saved.status_code == 200
    assert saved.json["said"].startswith("Draft saved at")
    # The tab is closed, the session ends; another day, another browser.
    again = visit(ben).get(place).get_data(as_text=True)
    assert "is restored" in again
    assert "Half a thought" in again
    assert 'value="Pay on results"' in again
    assert re.search(r'<input[^>]*checked[^>]*value="market"', again)


def test_a_draft_is_for_its_writer_alone(make: Make, visit: Any, place: str) -> None:
    page = visit(make.user("Ben"))
    page.post(f"/drafts{place}", {**WORDS, "draft": stamp_in(page.get(place))})
    for other in (make.user("Cam"), make.user("Ada", role="admin")):
        assert "Half a thought" not in visit(other).get(place).get_data(as_text=True)
        assert "Half a thought" not in visit(other).get("/drafts").get_data(as_text=True)


def test_one_page_saves_again_and_again(app: Flask, make: Make, visit: Any, place: str) -> None:
    page = visit(make.user("Ben"))
    stamp = stamp_in(page.get(place))
    for body in ("One", "One two", "One two three"):
        saved = page.post(f"/drafts{place}", {"body": body, "draft": stamp}, headers=JSON)
        stamp = saved.json["stamp"]
    assert drafts(app) == [(place, {"body": "One two three"})]


def test_an_answer_lost_on_the_way_does_no_harm(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    stamp = stamp_in(page.get(place))
    for body in ("One", "One", "One two"):
        saved = page.post(f"/drafts{place}", {"body": body, "draft": stamp}, headers=JSON)
        assert saved.status_code == 200
    assert drafts(app) == [(place, {"body": "One two"})]


def test_a_stale_page_is_refused_and_both_texts_live(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    first, second = stamp_in(page.get(place)), stamp_in(page.get(place))
    page.post(f"/drafts{place}", {"body": "From the first", "draft": first})
    refused = page.post(
        f"/drafts{place}", {"body": "From the second", "draft": second}, headers=JSON
    )
    assert refused.status_code == 409
    assert refused.mimetype == "application/problem+json"
    assert refused.json["words"] == {"body": "From the first"}
    assert drafts(app) == [(place, {"body": "From the first"})]
    # The writer has seen both and keeps the second.
    kept = page.post(
        f"/drafts{place}", {"body": "From the second", "draft": refused.json["stamp"]}, headers=JSON
    )
    assert kept.status_code == 200
    assert drafts(app) == [(place, {"body": "From the second"})]


def test_without_scripts_both_texts_stand_on_one_page(make: Make, visit: Any, place: str) -> None:
    page = visit(make.user("Ben"))
    first, second = stamp_in(page.get(place)), stamp_in(page.get(place))
    assert page.post(f"/drafts{place}", {"body": "One", "draft": first}).location == place
    clash = page.post(f"/drafts{place}", {"body": "Two", "lever": "market", "draft": second})
    words = clash.get_data(as_text=True)
    assert clash.status_code == 409
    assert ">\nOne</textarea>" in words
    assert ">\nTwo</textarea>" in words
    kept = page.post(f"/drafts{place}", {"body": "Two", "draft": stamp_in(clash)})
    assert kept.status_code == 303
    assert "Two" in page.get(place).get_data(as_text=True)


def test_a_reply_that_is_sent_takes_its_draft_along(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    stamp = stamp_in(page.get(place))
    stamp = page.post(f"/drafts{place}", {**WORDS, "draft": stamp}, headers=JSON).json["stamp"]
    assert page.post(place, {**WORDS, "draft": stamp}).status_code == 303
    assert drafts(app) == [(place, None)]
    assert "is restored" not in page.get(place).get_data(as_text=True)
    # A double click, and a save that was still on its way.
    assert page.post(place, {**WORDS, "draft": stamp}).status_code == 303
    late = page.post(f"/drafts{place}", {**WORDS, "draft": stamp}, headers=JSON)
    assert late.status_code == 409
    assert drafts(app) == [(place, None)]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reply)) == 1


def test_a_first_save_that_comes_after_the_reply_is_stale(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    stamp, other = stamp_in(page.get(place)), stamp_in(page.get(place))
    page.post(place, {**WORDS, "draft": stamp})
    late = page.post(f"/drafts{place}", {**WORDS, "draft": stamp}, headers=JSON)
    assert late.status_code == 409
    # Another page that was open meanwhile loses nothing and bothers nobody.
    free = page.post(f"/drafts{place}", {"body": "More", "draft": other}, headers=JSON)
    assert free.status_code == 200
    assert drafts(app) == [(place, {"body": "More"})]


def test_sending_one_page_leaves_what_another_saved(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    first, second = stamp_in(page.get(place)), stamp_in(page.get(place))
    page.post(f"/drafts{place}", {"body": "A second idea", "draft": second})
    assert page.post(place, {**WORDS, "draft": first}).status_code == 303
    assert drafts(app) == [(place, {"body": "A second idea"})]


def test_what_is_refused_stays_a_draft(app: Flask, make: Make, visit: Any, place: str) -> None:
    page = visit(make.user("Ben"))
    stamp = stamp_in(page.get(place))
    half = {"lever": "policy", "title": "", "body": "No title yet", "draft": stamp}
    stamp = page.post(f"/drafts{place}", half, headers=JSON).json["stamp"]
    refused = page.post(place, {**half, "draft": stamp})
    assert refused.status_code == 422
    assert stamp_in(refused) == stamp
    assert "No title yet" in refused.get_data(as_text=True)
    assert drafts(app)[0][1] is not None


def test_a_server_error_leaves_the_draft(
    app: Flask, make: Make, visit: Any, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(make.user("Ben"))
    stamp = page.post(
        f"/drafts{place}", {**WORDS, "draft": stamp_in(page.get(place))}, headers=JSON
    ).json["stamp"]
    monkeypatch.setattr("forum.replies.views.place_of", lambda _reply: 1 / 0)
    monkeypatch.setattr(db.session, "commit", lambda: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        assert page.post(place, {**WORDS, "draft": stamp}).status_code == 500
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = True
    monkeypatch.undo()
    assert "Half a thought" in page.get(place).get_data(as_text=True)


def test_a_draft_can_be_discarded(app: Flask, make: Make, visit: Any, place: str) -> None:
    page = visit(make.user("Ben"))
    page.post(f"/drafts{place}", {**WORDS, "draft": stamp_in(page.get(place))})
    shown = page.get(place).get_data(as_text=True)
    button = re.search(r'formaction="([^"]+)" name="discard" value="([^"]+)"', shown)
    assert button
    gone = page.post(button[1], {"discard": button[2]})
    assert gone.location == place
    assert drafts(app) == [(place, None)]
    assert "Half a thought" not in page.get(place).get_data(as_text=True)


def test_a_draft_can_be_discarded_where_all_are_listed(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    page.post(f"/drafts{place}", {**WORDS, "draft": stamp_in(page.get(place))})
    listed = page.get("/drafts").get_data(as_text=True)
    button = re.search(r'formaction="([^"]+)" name="discard" value="([^"]+)"', listed)
    assert button
    gone = page.post(button[1], {"discard": button[2], "next": "/drafts"})
    assert gone.location == "/drafts"
    assert drafts(app) == [(place, None)]


def test_discarding_spares_words_that_were_not_shown(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    first = stamp_in(page.get(place))
    page.post(f"/drafts{place}", {"body": "One", "draft": first})
    shown = stamp_in(page.get(place))
    page.post(f"/drafts{place}", {"body": "One and two", "draft": first})
    page.post(f"/drafts{place}", {"discard": shown})
    assert drafts(app) == [(place, {"body": "One and two"})]
    assert "so it was kept" in page.get(place).get_data(as_text=True)


def test_comments_and_edits_have_drafts_of_their_own(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben)
    page = visit(ben)
    comment, edit = f"/replies/{reply.id}/comment", f"/replies/{reply.id}/edit"
    stamp = stamp_in(page.get(f"/replies/{reply.id}"))
    kept = page.post(f"/drafts{comment}", {"stance": "refine", "body": "And", "draft": stamp})
    assert kept.location == comment
    page.post(f"/drafts{edit}", {"body": "Better words", "draft": stamp_in(page.get(edit))})
    assert [place for place, _words in drafts(app)] == [comment, edit]
    shown = page.get(f"/replies/{reply.id}").get_data(as_text=True)
    assert "And</textarea>" in shown
    assert "Better words" in page.get(edit).get_data(as_text=True)
    listed = page.get("/drafts").get_data(as_text=True)
    assert f'href="{edit}"' in listed
    assert "Better words" in listed


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/sign-in", "/essays/x/reply/more", "/moderation/1/hide", "/replies/0/edit"],
)
def test_only_forms_that_keep_drafts_have_any(make: Make, visit: Any, path: str) -> None:
    page = visit(make.user("Ben"))
    answer = page.post(f"/drafts{path}", {"body": "Hello", "draft": str(Stamp.new(0))})
    assert answer.status_code == 404
    assert "Hello" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "stamp", ["", "1", "x.y", "-1.abc", "1.", "9" * 30 + ".a", "1." + "a" * 99]
)
def test_a_stamp_that_cannot_be_read_saves_nothing(
    app: Flask, make: Make, visit: Any, place: str, stamp: str
) -> None:
    page = visit(make.user("Ben"))
    assert page.post(f"/drafts{place}", {"body": "Hello", "draft": stamp}).status_code == 404
    assert drafts(app) == []


def test_secrets_are_never_kept(app: Flask, make: Make, visit: Any, place: str) -> None:
    page = visit(make.user("Ben"))
    secret = {"password": "tulip", "csrf_token": page.token, "kept": "[]"}
    page.post(f"/drafts{place}", {"body": "Hi", "draft": stamp_in(page.get(place)), **secret})
    assert drafts(app) == [(place, {"body": "Hi"})]


def test_too_much_is_refused_with_the_words(app: Flask, make: Make, visit: Any, place: str) -> None:
    page = visit(make.user("Ben"))
    stamp = stamp_in(page.get(place))
    long = page.post(f"/drafts{place}", {"body": "x" * (WORDS_LENGTH + 1), "draft": stamp})
    assert long.status_code == 422
    assert "xxx" in long.get_data(as_text=True)
    many = {f"field{n}": "x" for n in range(40)}
    assert page.post(f"/drafts{place}", {**many, "draft": stamp}).status_code == 422
    assert drafts(app) == []


def test_nobody_fills_the_disk(app: Flask, make: Make, visit: Any) -> None:
    page = visit(make.user("Ben"))
    statuses = [
        page.post(
            f"/drafts/replies/{n}/comment", {"body": "Hi", "draft": str(Stamp.new(0))}
        ).status_code
        for n in range(1, MOST + 2)
    ]
    assert statuses == [303] * MOST + [422]


def test_what_was_sent_is_cleared_away_a_day_later(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    page.post(place, {**WORDS, "draft": stamp_in(page.get(place))})
    with app.app_context():
        db.session.execute(update(Draft).values(saved_at=now() - timedelta(days=2)))
        db.session.commit()
    page.post("/drafts/replies/1/comment", {"body": "Hi", "draft": str(Stamp.new(0))})
    assert drafts(app) == [("/replies/1/comment", {"body": "Hi"})]


def test_characters_that_no_database_stores_do_not_stop_a_save(
    app: Flask, make: Make, visit: Any, place: str
) -> None:
    page = visit(make.user("Ben"))
    saved = page.post(f"/drafts{place}", {"body": "a\0b", "draft": stamp_in(page.get(place))})
    assert saved.status_code == 303
    assert drafts(app) == [(place, {"body": "a�b"})]


def test_a_visitor_who_is_signed_out_is_told_so(make: Make, visit: Any, place: str) -> None:
    data = {"body": "Hello", "draft": str(Stamp.new(0))}
    answer = visit().post(f"/drafts{place}", data, headers=JSON)
    assert answer.status_code == 401
    assert "sign in on another page" in answer.json["detail"]


def test_a_comment_is_quoted_in_the_form(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    comment = make.comment(reply, make.user("Cam"), body="> Old words\n\nToo *slow*.\nIndeed.")
    page = visit(make.user("Ben"))
    shown = page.get(f"/replies/{comment.id}/comment?quote=1").get_data(as_text=True)
    assert "&gt; Cam wrote:\n&gt;\n&gt; Too *slow*.\n&gt; Indeed.\n" in shown
    assert "Old words\n" not in shown


def test_a_quotation_follows_the_draft_once(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay(), body="Publish it.")
    page = visit(make.user("Ben"))
    address = f"/replies/{reply.id}/comment?quote=1"
    stamp = stamp_in(page.get(address))
    typed = "My view.\n\n> Somebody wrote:\n>\n> Publish it."
    page.post(f"/drafts/replies/{reply.id}/comment", {"body": typed, "draft": stamp})
    shown = page.get(address).get_data(as_text=True)
    assert shown.index("My view.") < shown.index("&gt; Publish it.")


def test_what_is_hidden_cannot_be_quoted(make: Make, visit: Any) -> None:
    hidden = make.comment(make.proposal(make.essay()), status="hidden", body="A secret")
    answer = visit(make.user()).get(f"/replies/{hidden.id}/comment?quote=1")
    assert answer.status_code == 410
    assert "A secret" not in answer.get_data(as_text=True)
