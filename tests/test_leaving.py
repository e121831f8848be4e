"""Leaving: what goes at once, what stays without a name, and who cannot go."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import FOR_GOOD, SignIn, User
from forum.accounts.names import NameChange, NameRefused, check_name
from forum.bodies.models import Seat, add_body, appoint
from forum.briefs.models import Brief, BriefFile
from forum.db import Base, db, now
from forum.drafts.models import Draft
from forum.essays.models import Essay
from forum.invitations.models import Invitation
from forum.mail.models import Letter, write_letter
from forum.moderation.models import Action
from forum.privacy.aftermath import erase_next
from forum.privacy.leaving import take_leave
from forum.privacy.register import tables
from forum.replies.models import Reply
from forum.votes.asides import AsidePerson
from forum.votes.models import RoomVote, Vote
from forum.web.dates import today
from tests.cast import Make

LEAVE = "/account/leave"


def leave(visit: Any, person: User, texts: str, **more: str) -> Any:
    """Let a person leave by the form."""
    return visit(person).post(LEAVE, {"texts": texts, "password": Make.PASSWORD, **more})


def go_through(app: Flask) -> None:
    """Let the worker do all there is."""
    with app.test_request_context():
        while erase_next():
            pass


@pytest.fixture
def zed(app: Flask, make: Make) -> User:
    """Someone with a vote, a proposal, a draft, a seat and a letter."""
    zed, essay = make.user("Zed Zander"), make.essay()
    make.proposal(essay, zed, title="Open the archive", support=2)
    make.vote(zed, make.proposal(essay, make.user("Ben")))
    with app.app_context():
        db.session.add(Draft(user_id=zed.id, place="/x", words={"body": "not yet"}, page="x"))
        write_letter("code", zed.email or "", "en")
        appoint(add_body({"en": "Office"}), db.session.get_one(User, zed.id), today())
        db.session.commit()
    return zed


def test_who_leaves_is_nobody_here_and_their_vote_stays(
    app: Flask, make: Make, visit: Any, zed: User
) -> None:
    browser = visit(zed)
    assert leave(visit, zed, "stay").status_code == 303
    go_through(app)
    assert browser.get("/account").status_code == 302
    with app.app_context():
        left = db.session.get_one(User, zed.id)
        assert (left.name, left.email, left.password_hash) == ("Former member", None, None)
        for of in filter(lambda of: of.goes, tables().values()):
            table = Base.metadata.tables[of.name]
            theirs = select(func.count()).where(table.c.user_id == zed.id)
            assert db.session.scalar(theirs) == 0, of.name
        assert db.session.scalar(select(func.count(Letter.id))) == 0
        assert db.session.scalar(select(func.count()).where(Vote.user_id == zed.id)) == 1
        assert db.session.scalars(select(Seat)).one().to_day == today()
        reply = db.session.scalars(select(Reply).where(Reply.author_id == zed.id)).one()
        assert (reply.title, reply.support) == ("Open the archive", 2)
    page = visit().get(f"/replies/{reply.id}").get_data(as_text=True)
    assert "Former member" in page
    assert "Zander" not in page


def test_texts_go_where_their_author_says_so(app: Flask, make: Make, visit: Any, zed: User) -> None:
    assert leave(visit, zed, "go").status_code == 303
    go_through(app)
    with app.app_context():
        reply = db.session.scalars(select(Reply).where(Reply.author_id == zed.id)).one()
        assert (reply.title, reply.support) == ("Text erased", 2)


def test_the_name_goes_from_briefs_and_from_the_log(
    app: Flask, make: Make, visit: Any, zed: User
) -> None:
    with app.app_context():
        reply = db.session.scalars(select(Reply).where(Reply.author_id == zed.id)).one()
        essay = reply.essay
    fay = make.user("Fay Fielding", role="facilitator")
    make.brief(fay, essay)
    path = f"/moderation/people/{zed.id}/warn"
    assert (
        visit(make.user("Dee", role="moderator")).post(path, {"reason": "abuse"}).status_code == 303
    )
    leave(visit, zed, "stay")
    go_through(app)
    with app.app_context():
        assert "Zander" not in str([each.rows for each in db.session.scalars(select(Brief))])
        assert "Zander" not in str([each.subject for each in db.session.scalars(select(Action))])
        assert "Fielding" in str(db.session.scalars(select(Brief.provenance)).all())
    leave(visit, fay, "stay")
    go_through(app)
    with app.app_context():
        assert "Fielding" not in str(db.session.scalars(select(Brief.provenance)).all())
        assert db.session.scalars(select(BriefFile.name)).all() == []


def test_the_name_of_who_left_is_not_set_back(
    app: Flask, make: Make, visit: Any, zed: User
) -> None:
    leave(visit, zed, "stay")
    dee = visit(make.user("Dee", role="moderator"))
    path = f"/moderation/people/{zed.id}/name"
    assert dee.post(path, {"reason": "other"}).status_code == 303
    with app.app_context():
        assert db.session.get_one(User, zed.id).name


def test_no_invitation_keeps_the_address_of_who_left(
    app: Flask, make: Make, visit: Any, zed: User
) -> None:
    essay = make.essay()
    with app.app_context():
        for address in (zed.email, "ben@example.org"):
            db.session.add(Invitation(address=address, essay_id=essay.id))
        db.session.commit()
    leave(visit, zed, "stay")
    with app.app_context():
        assert db.session.scalars(select(Invitation.address)).all() == ["ben@example.org"]


def test_an_address_is_free_again_once_its_account_is_closed(
    app: Flask, make: Make, visit: Any, zed: User
) -> None:
    leave(visit, zed, "stay")
    form = {"name": "Zoe", "email": zed.email, "password": "tulip orbit 43"}
    assert visit().post("/sign-up", form).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(User.id).where(User.email == zed.email)) != zed.id


def test_nobody_else_closes_an_account(app: Flask, make: Make, visit: Any, zed: User) -> None:
    assert leave(visit, zed, "stay", password="another one").status_code == 422
    assert leave(visit, zed, "").status_code == 422
    with app.app_context():
        assert db.session.get_one(User, zed.id).email == zed.email


def test_the_last_administrator_stays(app: Flask, make: Make, visit: Any) -> None:
    ada = make.user("Ada", role="admin")
    answer = leave(visit, ada, "stay")
    assert answer.status_code == 422
    assert "only administrator" in answer.get_data(as_text=True)
    make.user("Eve", role="admin", suspended_until=FOR_GOOD)
    assert leave(visit, ada, "stay").status_code == 422
    make.user("Dee", role="admin")
    assert leave(visit, ada, "stay").status_code == 303


def test_an_administrator_is_signed_out_everywhere(app: Flask, make: Make, visit: Any) -> None:
    ada, _dee = make.user("Ada", role="admin"), make.user("Dee", role="admin")
    visit(ada)
    leave(visit, ada, "stay")
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(SignIn.user_id == ada.id)) == 0


def test_the_name_of_who_left_is_nobodys_for_a_year_and_is_not_kept(
    app: Flask, visit: Any, zed: User
) -> None:
    leave(visit, zed, "stay")
    with app.test_request_context():
        assert db.session.scalars(select(NameChange.name)).all() == [""]
        with pytest.raises(NameRefused):
            check_name("Zed Zander")


def test_who_left_as_an_administrator_leaves_again_whoever_runs_the_site(
    app: Flask, make: Make
) -> None:
    ada = make.user("Ada", role="admin")
    with app.test_request_context():
        take_leave(db.session.get_one(User, ada.id), texts=False, at=now())
        db.session.commit()
        assert db.session.get_one(User, ada.id).role == "reader"


def test_somebody_in_a_room_leaves_and_their_votes_stay_those_of_the_room(
    app: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    proposal = make.proposal(essay, make.user("Ben"))
    room = make.room(essay, make.user("Fay", role="facilitator"))
    browser = visit(make.guest(room, "Zed of the hall"))
    said = {"stance": "support", "body": "Said in the room."}
    assert browser.post(f"/replies/{proposal.id}/comment", said).status_code == 303
    browser.post(f"/replies/{proposal.id}/vote", {"value": "support"})
    assert LEAVE in browser.get("/").get_data(as_text=True)
    assert "Said in the room." in browser.post("/account/everything").get_data(as_text=True)
    assert browser.post(LEAVE, {}).status_code == 422
    assert browser.post(LEAVE, {"texts": "go"}).status_code == 303
    go_through(app)
    assert browser.get("/account").status_code == 302
    with app.app_context():
        (person,) = db.session.scalars(select(User).where(User.ground == "room"))
        assert person.name == "Former member"
        assert db.session.scalars(select(RoomVote.value)).all() == ["support"]
        assert "Said in the room." not in db.session.scalars(select(Reply.body)).all()


def test_an_administrator_erases_somebody_of_a_room_by_number(
    app: Flask, make: Make, visit: Any
) -> None:
    essay, fay = make.essay(), make.user("Fay", role="facilitator")
    room, ada = make.room(essay, fay), visit(make.user("Ada", role="admin"))
    guest = visit(make.guest(room, "Zed of the hall"))
    with app.app_context():
        number = db.session.scalars(select(User.id).where(User.ground == "room")).one()
    path = f"/admin/people/{number}/erase"
    assert guest.get("/account").status_code == 403, "there is none, but they are in"
    assert path in ada.get(f"/admin/people/{number}").get_data(as_text=True)
    assert "Zed of the hall" in ada.get(f"/admin/people?q={number}").get_data(as_text=True)
    sent = {"texts": "stay", "sure": "y", "password": Make.PASSWORD}
    for missing in sent:
        assert ada.post(path, {**sent, missing: ""}).status_code == 422
    assert ada.post(path, sent).status_code == 303
    go_through(app)
    assert guest.get("/account").status_code == 302
    assert "closed the account of Former member" in ada.get("/admin/log").get_data(as_text=True)
    assert "only a number" in ada.get(path).get_data(as_text=True)
    assert ada.post(path, sent).status_code == 422


@pytest.mark.parametrize("written", ["{0}", "#{0}"])
def test_the_command_line_erases_by_number(app: Flask, make: Make, written: str) -> None:
    room = make.room(make.essay(), make.user("Fay", role="facilitator"))
    make.guest(room, "Zed of the hall")
    with app.app_context():
        number = db.session.scalars(select(User.id).where(User.ground == "room")).one()
    run = app.test_cli_runner().invoke
    who = written.format(number)
    assert f"Account {number} is closed." in run(args=["erase", "person", who, "--yes"]).output
    again = run(args=["erase", "person", who, "--yes"])
    assert again.exit_code == 1
    assert "only a number" in again.output
    far = run(args=["erase", "person", f"#{19 * '0'}{number}9", "--yes"])
    assert "There is no account" in far.output, "a number is read whole"
    nobody = run(args=["erase", "person", str(2**70), "--yes"])
    assert "There is no account" in nobody.output


def test_the_words_of_an_appeal_go_and_it_is_answered_all_the_same(
    app: Flask, make: Make, visit: Any, zed: User
) -> None:
    with app.app_context():
        essay = db.session.scalars(select(Vote.essay_id).where(Vote.user_id == zed.id)).one()
        slug = db.session.get_one(Essay, essay).slug
    dee, fay, hal = (visit(make.user(role=role)) for role in ("moderator", "facilitator", "admin"))
    sent = {"reason": "invented", "note": "Copies.", "others": str(zed.id), "sure": "1"}
    path = dee.post(f"/essays/{slug}/set-aside/new", sent).headers["Location"]
    assert fay.post(f"{path}/agree").status_code == 303
    words = {"words": "Ask my neighbour at 12 Mill Lane."}
    assert visit(zed).post(f"/essays/{slug}/set-aside/appeal", words).status_code == 303
    assert "Mill Lane" in hal.get(path).text
    assert leave(visit, zed, "stay").status_code == 303
    page = hal.get(path).text
    assert "Mill Lane" not in page
    assert "the words went too" in page
    with app.app_context():
        person = db.session.scalars(select(AsidePerson)).one()
        assert person.appeal == ""
    said = {f"{person.id}-verdict": "grant", f"{person.id}-words": "They were real."}
    assert hal.post(f"{path}/appeals/{person.id}", said).status_code == 303
