"""Authors take back what they wrote: it leaves every list, and stays readable where it stood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.db import db
from forum.replies.models import Reply
from forum.replies.tallies import Tally
from forum.replies.withdrawing import Withdrawal
from forum.votes.models import Vote
from tests.cast import Make
from tests.test_moderation_policy import rule


@pytest.fixture
def ben(make: Make) -> Any:
    """Ben, who wrote it."""
    return make.user("Ben")


def words(answer: Any) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_what_is_withdrawn_leaves_lists_counts_search_feeds_and_files(
    app: Flask, make: Make, visit: Any, runner: Any, ben: Any
) -> None:
    essay = make.essay(open_data=True)
    reply = make.proposal(essay, ben, title="Zeppelins for the mail", support=3)
    make.comment(reply, body="A wonderful aardvark of an idea.")
    places = (
        f"/essays/{essay.slug}",
        f"/essays/{essay.slug}?sort=top",
        f"/essays/{essay.slug}/landscape",
        f"/essays/{essay.slug}/proposals.csv",
        f"/people/{ben.id}",
        "/proposals",
        "/feed.atom",
        f"/essays/{essay.slug}/feed.atom",
        "/search?q=zeppelins",
    )
    shown = [place for place in places if visit().get(place).status_code == 200]
    assert all("Zeppelins" in words(visit().get(place)).replace("<mark>", "") for place in shown)
    assert len(shown) >= 7
    assert visit(ben).post(f"/replies/{reply.id}/withdraw").status_code == 303
    for place in shown:
        assert "Zeppelins for" not in words(visit().get(place)).replace("</mark>", ""), place
    assert "aardvark of" not in words(visit().get("/search?q=aardvark")).replace("</mark>", "")
    assert f"/replies/{reply.id}" not in words(visit().get("/sitemap-replies-1.xml"))
    with app.app_context():
        assert db.session.scalars(select(Tally.proposals)).all() == [0]
    assert runner.invoke(args=["recount", "--check"]).exit_code == 0


def test_its_own_page_says_so_and_keeps_text_votes_and_comments(
    app: Flask, make: Make, visit: Any, ben: Any
) -> None:
    reply = make.proposal(make.essay(), ben, title="Zeppelins", body="By air.", support=3)
    make.comment(reply, body="A wonderful idea.")
    visit(ben).post(f"/replies/{reply.id}/withdraw")
    page = words(visit().get(f"/replies/{reply.id}"))
    for said in ("Its author withdrew this.", "By air.", "A wonderful idea.", "noindex"):
        assert said in page
    assert "Rank 1" not in page
    with app.app_context():
        assert len(db.session.scalars(select(Vote.user_id)).all()) == 3, "no support is moved"
    cam = visit(make.user("Cam"))
    assert cam.post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 403
    comment = {"stance": "support", "body": "Me too."}
    assert cam.post(f"/replies/{reply.id}/comment", comment).status_code == 403
    assert "You withdrew it." in words(visit(ben).get("/notices"))


def test_only_its_author_withdraws_and_only_what_is_shown(make: Make, visit: Any, ben: Any) -> None:
    essay = make.essay()
    reply, hidden = make.proposal(essay, ben), make.proposal(essay, ben, status="hidden")
    assert visit(make.user("Cam")).post(f"/replies/{reply.id}/withdraw").status_code == 403
    assert visit().post(f"/replies/{reply.id}/withdraw").status_code in {302, 401}
    assert visit(ben).post(f"/replies/{hidden.id}/withdraw").status_code == 403
    assert visit(ben).post(f"/replies/{reply.id}/unwithdraw").status_code == 403
    assert make.fresh(reply).status == "visible"
    assert "Withdraw" in words(visit(ben).get(f"/replies/{reply.id}"))
    assert "Withdraw" not in words(visit().get(f"/replies/{reply.id}"))


def test_for_a_day_it_can_stand_again(app: Flask, make: Make, visit: Any, ben: Any) -> None:
    essay = make.essay()
    reply = make.proposal(essay, ben, title="Zeppelins", support=1)
    author = visit(ben)
    author.post(f"/replies/{reply.id}/withdraw")
    assert "Restore it" in words(author.get(f"/replies/{reply.id}"))
    assert author.post(f"/replies/{reply.id}/edit", {"body": "New."}).status_code == 403
    assert author.post(f"/replies/{reply.id}/unwithdraw").status_code == 303
    assert "Zeppelins" in words(visit().get(f"/essays/{essay.slug}"))
    author.post(f"/replies/{reply.id}/withdraw")
    with app.app_context():
        for each in db.session.scalars(select(Withdrawal)):
            each.at -= timedelta(days=2)
        db.session.commit()
    assert "Restore it" not in words(author.get(f"/replies/{reply.id}"))
    assert author.post(f"/replies/{reply.id}/unwithdraw").status_code == 403
    assert make.fresh(reply).status == "withdrawn"


def test_moderators_still_act_on_it_and_do_not_publish_it_again(
    make: Make, visit: Any, ben: Any
) -> None:
    reply = make.proposal(make.essay(), ben, title="Zeppelins", body="My address is 1 Elm St.")
    visit(ben).post(f"/replies/{reply.id}/withdraw")
    make.report(make.fresh(reply), reason="personal")
    dee = make.user("Dee", role="moderator")
    assert "Zeppelins" in words(visit(dee).get("/moderation"))
    make.decide("hide", reply, dee, "personal")
    assert visit().get(f"/replies/{reply.id}").status_code in {403, 404, 410}
    make.decide("restore", reply, dee, "fits")
    assert make.fresh(reply).status == "withdrawn"
    assert visit().get(f"/replies/{reply.id}").status_code == 200


def test_a_comment_can_be_withdrawn_too(make: Make, visit: Any, ben: Any) -> None:
    reply = make.proposal(make.essay())
    comment = make.comment(reply, ben, body="A wonderful idea.")
    visit(ben).post(f"/replies/{comment.id}/withdraw")
    assert make.fresh(reply).comments == 0
    assert "A wonderful idea." not in words(visit().get(f"/replies/{reply.id}"))
    page = words(visit().get(f"/replies/{comment.id}"))
    assert "A wonderful idea." in page
    assert "Its author withdrew this." in page


def test_what_waits_can_be_taken_back_unread_and_wait_again(
    app: Flask, make: Make, visit: Any, ben: Any
) -> None:
    essay = make.essay()
    rule(app, essay, premoderation="full")
    author, dee = visit(ben), visit(make.user("Dee", role="moderator"))
    sent = {"title": "Zeppelins", "body": "By air.", "lever": "policy"}
    assert author.post(f"/essays/{essay.slug}/reply", sent).status_code == 303
    with app.app_context():
        reply = db.session.scalars(select(Reply)).one()
        assert reply.status == "waiting"
    path = f"/replies/{reply.id}"
    assert "Zeppelins" in words(dee.get("/moderation"))
    assert f'formaction="{path}/withdraw"' in words(author.get(path))
    for _twice in range(2):
        assert author.post(f"{path}/withdraw").status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(Withdrawal)).all()) == 1
    assert "Zeppelins" not in words(dee.get("/moderation")), "it waits for no one"
    stranger = visit().get(path)
    assert stranger.status_code == 403, "what nobody let be shown is not shown by withdrawing it"
    assert "Its author withdrew this." in words(stranger)
    assert "By air." not in words(stranger)
    page = words(author.get(path))
    assert "You withdrew this." in page
    assert "This is waiting for a moderator." not in page
    assert f'href="{path}/edit"' not in page
    assert author.post(f"{path}/edit", {**sent, "body": "New."}).status_code == 403
    assert "You withdrew it." in words(author.get("/notices"))
    assert author.post(f"{path}/unwithdraw").status_code == 303
    assert "Zeppelins" in words(dee.get("/moderation"))
    assert "This is waiting for a moderator." in words(author.get(path))
    author.post(f"{path}/withdraw")
    assert dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"}).status_code == 303
    assert make.fresh(reply).status == "withdrawn", "moderators do not publish it over its author"


def test_what_was_merged_into_it_leads_to_a_page_that_says_so(
    make: Make, visit: Any, ben: Any
) -> None:
    essay = make.essay()
    source, target = make.proposal(essay, title="Airships"), make.proposal(essay, ben)
    dee = make.user("Dee", role="moderator")
    sent = {"into": target.id, "reason": "duplicate"}
    assert visit(dee).post(f"/moderation/{source.id}/merge", sent).status_code == 303
    visit(ben).post(f"/replies/{target.id}/withdraw")
    assert make.fresh(source).merged_into_id == target.id
    assert f"/replies/{target.id}" in words(visit().get(f"/replies/{source.id}"))
    assert "Its author withdrew this." in words(visit().get(f"/replies/{target.id}"))


def test_briefs_and_shortlists_that_hold_it_say_so(make: Make, visit: Any, ben: Any) -> None:
    fay = make.user("Fay", role="facilitator")
    kept, taken = (make.proposal(make.essay(f"Essay {n}"), ben, support=1) for n in range(2))
    shortlist = make.shortlist(fay, kept, taken)
    brief = make.brief(fay, shortlist)
    visit(ben).post(f"/replies/{taken.id}/withdraw")
    page = words(visit().get(f"/briefs/{brief.year}-{brief.number}"))
    assert page.count("Its author has withdrawn this proposal since.") == 1
    assert str(taken.title) in page
    listed = words(visit(fay).get(f"/shortlists/{shortlist.id}"))
    assert listed.count("Its author withdrew this proposal, so briefs leave it out.") == 1
    visit(ben).post(f"/replies/{taken.id}/unwithdraw")
    page = words(visit().get(f"/briefs/{brief.year}-{brief.number}"))
    assert "Its author has withdrawn" not in page
