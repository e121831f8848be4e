"""How long, from what to what, and who else is concerned: told wherever an action is met."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import User
from forum.db import db
from forum.events.models import Notice
from forum.moderation.models import Action
from tests.cast import Make


def newest(visitor: Any) -> dict[str, Any]:
    """Return the newest action as programs read it."""
    found: dict[str, Any] = visitor.get("/moderation/log.json").json["actions"][0]
    return found


@pytest.mark.parametrize(
    ("days", "length", "end"),
    [("7", "For 7 days, until", "until"), ("0", "For good.", "permanently")],
)
def test_a_suspension_says_how_long_and_until_when_wherever_it_is_met(
    make: Make, visit: Any, dee: Any, days: str, length: str, end: str
) -> None:
    essay, zed = make.essay(), make.user("Zed")
    reply = make.proposal(essay)
    dee.post(f"/moderation/people/{zed.id}/suspend", {"reason": "abuse", "days": days})
    visitor = visit(zed)
    for page in ("/notices", "/moderation/log", f"/moderation/people/{zed.id}"):
        reader = dee if "people" in page else visitor
        assert length in reader.get(page).text, page
    account = visitor.get("/account").text
    assert f"Your account is suspended {end}" in account
    comment = {"stance": "support", "body": "Me too."}
    proposal = {"lever": "policy", "title": "A title", "body": "Words."}
    for path, sent in (
        (f"/replies/{reply.id}/vote", {"value": "support"}),
        (f"/replies/{reply.id}/comment", comment),
        (f"/replies/{reply.id}/report", {"reason": "spam"}),
        (f"/essays/{essay.slug}/reply", proposal),
    ):
        answer = visitor.post(path, sent)
        assert answer.status_code == 403, path
        assert f"Your account is suspended {end}" in answer.text, path
    (change,) = newest(visitor)["changes"]
    assert (change["field"], change["from"]) == ("suspended_until", None)
    assert change["to"] == "for good" if days == "0" else change["to"].endswith("+00:00")


def test_a_lifted_suspension_is_over_and_one_put_back_says_its_end(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    zed = make.user("Zed")
    dee.post(f"/moderation/people/{zed.id}/suspend", {"reason": "abuse", "days": "7"})
    dee.post(f"/moderation/people/{zed.id}/lift", {"reason": "mistake"})
    assert "suspended" not in visit(zed).get("/account").text
    with app.app_context():
        lifted = db.session.scalars(select(Action.id).order_by(Action.id.desc())).first()
    dee.post(f"/moderation/actions/{lifted}/undo", {"reason": "mistake"})
    assert "Again until" in visit(zed).get("/notices").text


def test_new_tags_are_told_from_what_to_what(app: Flask, make: Make, visit: Any, dee: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, lever="policy", jurisdiction="national")
    tags = {"lever": "market", "jurisdiction": "municipal", "ambition": reply.ambition or ""}
    dee.post(f"/moderation/{reply.id}/retag", {"reason": "misplaced", **tags})
    for visitor, page in ((visit(), "/moderation/log"), (visit(ben), "/notices")):
        shown = visitor.get(page).text
        assert "Lever: from “Policy” to “Market”." in shown
        assert "Who can pull it: from “" in shown
        assert "How far it goes" not in shown, "what stayed is not told"
    changes = {each["field"]: (each["from"], each["to"]) for each in newest(visit())["changes"]}
    assert changes == {"lever": ("policy", "market"), "jurisdiction": ("national", "municipal")}
    with app.app_context():
        number = db.session.scalar(select(Action.id))
    dee.post(f"/moderation/actions/{number}/undo", {"reason": "mistake"})
    assert "Lever: from “Market” to “Policy”." in visit().get("/moderation/log").text


def test_a_move_is_told_from_which_essay_to_which(make: Make, visit: Any, dee: Any) -> None:
    here, there, ben = make.essay("Here"), make.essay("There"), make.user("Ben")
    reply = make.proposal(here, ben)
    dee.post(f"/moderation/{reply.id}/move", {"reason": "misplaced", "essay": there.slug})
    for visitor, page in ((visit(), "/moderation/log"), (visit(ben), "/notices")):
        assert "Essay: from “Here” to “There”." in visitor.get(page).text
    assert newest(visit())["changes"] == [{"field": "essay", "from": "here", "to": "there"}]


def test_changed_rules_are_told_in_words(make: Make, visit: Any) -> None:
    essay, fay = make.essay(), visit(make.user("Fay", role="facilitator"))
    rules = {"replies_from": "everyone", "report_threshold": "3", "open_data": "False"}
    sent = {**rules, "premoderation": "full", "reason": "heated"}
    fay.post(f"/essays/{essay.slug}/policy", sent)
    log = visit().get("/moderation/log").text
    assert "from “Nothing” to “Everything, and every edit of it”." in log
    assert "after this many reports: from “none” to “3”." in log
    assert "Who may reply" not in log.split('class="log"')[1]


def test_words_of_an_author_are_not_told_by_the_log(make: Make, visit: Any, dee: Any) -> None:
    reply = make.proposal(make.essay(), title="The home address")
    dee.post(f"/moderation/{reply.id}/edit_title", {"reason": "personal", "title": "Better"})
    assert newest(visit())["changes"] == []
    assert "The home address" not in visit().get("/moderation/log").text


@pytest.mark.parametrize("quoted", ["proposal", "comment"])
def test_hiding_what_a_brief_quotes_says_so_before_and_tells_its_publisher_after(
    make: Make, visit: Any, dee: Any, quoted: str
) -> None:
    fay = make.user("Fay", role="facilitator")
    proposal = make.proposal(make.essay())
    comment = make.comment(proposal, body="A strong comment.")
    made = make.shortlist(fay, proposal)
    make.quote(fay, made, comment)
    brief = make.brief(fay, made, title="For the minister")
    reply = proposal if quoted == "proposal" else comment
    make.report(reply)
    for page in (f"/moderation?item={reply.id}", f"/moderation/{reply.id}"):
        assert f"Brief {brief.reference}: For the minister" in dee.get(page).text, page
    dee.post(f"/moderation/{reply.id}/hide", {"reason": "personal"})
    told = visit(fay).get("/notices").text
    assert "A decision on what a brief of yours quotes" in told
    assert f'href="/briefs/{brief.reference}"' in told
    assert "<b>Hidden</b>" in told
    dee.post(f"/moderation/{reply.id}/restore", {"reason": "mistake"})
    assert "<b>Restored</b>" in visit(fay).get("/notices").text


def test_nobody_is_told_of_their_own_hiding_nor_of_what_no_brief_quotes(
    app: Flask, make: Make, dee: Any
) -> None:
    ada = make.user("Ada", role="admin")
    quoted, other = make.proposal(make.essay()), make.proposal(make.essay("Other"))
    make.brief(ada, make.shortlist(ada, quoted))
    make.decide("hide", quoted, ada)
    make.decide("hide", other, make.user("Eve", role="moderator"))
    with app.app_context():
        names = select(User.name).join(Notice, Notice.user_id == User.id)
        assert "Ada" not in set(db.session.scalars(names))
    assert "Quoted in:" not in dee.get(f"/moderation/{other.id}").text
