"""Who may take part: invitations, a provider's people, and those who declare a sentence."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from forum.accounts.grounds import VoterGround
from forum.accounts.models import User, user_by_email
from forum.accounts.provider_links import ProviderLink
from forum.db import db, now
from forum.essays.models import Essay
from forum.invitations.models import LIFE, Invitation
from forum.mail.models import Letter
from forum.moderation.models import Action
from forum.privacy.aftermath import forget_all
from tests import letterbox
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.test_concurrency import sender, together
from tests.test_second_factors import STEP_PAGE

SENTENCE = "I live in this county."
NEW = "new@example.org"


def invite(app: Flask, fay: Any, essay: Essay, *addresses: str) -> list[str]:
    """Invite addresses to a discussion; return the path of the link in each letter."""
    path = f"/essays/{essay.slug}/invitations"
    assert fay.post(path, {"addresses": ", ".join(addresses)}).status_code == 303
    letterbox.sent(app)
    links = [
        re.search(r":8000(/invitations/\S+)", letterbox.text(each)) for each in letterbox.kept(app)
    ]
    return [each[1] for each in links if each]


def votes(browser: Any, reply_id: int) -> int:
    return int(browser.post(f"/replies/{reply_id}/vote", {"value": "support"}).status_code)


def test_an_invitation_makes_an_account_that_counts_by_it_and_takes_part(
    app: Flask, make: Make, fay: Any, visit: Any
) -> None:
    essay = make.essay(open_to="invited")
    proposal = make.proposal(essay)
    (link,) = invite(app, fay, essay, NEW)
    browser = visit()
    assert "You are invited" in browser.get(link).text
    answer = browser.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/essays/{essay.slug}")
    browser.get("/account")
    assert votes(browser, proposal.id) == 303
    assert votes(visit(make.user("Cam")), proposal.id) == 403
    with app.app_context():
        user = user_by_email(NEW)
        assert user is not None
        assert user.ground == VoterGround.INVITATION
    assert visit().get(link).status_code == 410
    assert "accepted on" in fay.get(f"/essays/{essay.slug}/invitations").text


def test_a_letter_that_is_passed_on_opens_nobodys_account(
    app: Flask, make: Make, fay: Any, visit: Any
) -> None:
    cam, essay = make.secured(make.user("Cam", ground="code")), make.essay(open_to="invited")
    (link,) = invite(app, fay, essay, cam.email or "")
    stranger = visit()
    assert stranger.post(link).headers["Location"] == "/code"
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    digits = re.search(r"^\d{6}$", letterbox.text(letter), re.MULTILINE)
    assert digits is not None
    assert stranger.post("/code", {"code": digits[0]}).headers["Location"] == STEP_PAGE
    assert visit(make.user("Dee")).post(link).status_code == 403
    owner = visit(cam)
    assert owner.post(link).status_code == 303
    assert votes(owner, make.proposal(essay).id) == 303


def test_a_link_ends_when_it_is_revoked_written_again_or_too_old(
    app: Flask, make: Make, fay: Any, visit: Any
) -> None:
    essay = make.essay()
    with standing_clock():
        (first,) = invite(app, fay, essay, NEW)
        Clock.moment += timedelta(hours=1)
        (second,) = invite(app, fay, essay, NEW)
        assert visit().get(first).status_code == 410
        assert visit().get(second).status_code == 200
        Clock.moment += LIFE
        assert visit().get(second).status_code == 410
        (third,) = invite(app, fay, essay, NEW)
        assert fay.post("/invitations/1/revoke").status_code == 303
        assert visit().post(third).status_code == 410
        assert fay.post("/invitations/1/revoke").status_code == 409
    assert "revoked on" in fay.get(f"/essays/{essay.slug}/invitations").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a@example.org, nobody", "“nobody” is no email address."),
        (" ".join(f"a{n}@example.org" for n in range(501)), "at most 500 addresses"),
        ("", "Invitations"),
    ],
    ids=("one that is none", "too many", "none"),
)
@pytest.mark.one_database
def test_a_list_that_cannot_be_used_invites_nobody_and_is_kept(
    app: Flask, make: Make, fay: Any, typed: str, said: str
) -> None:
    answer = fay.post(f"/essays/{make.essay().slug}/invitations", {"addresses": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert typed[:40] in answer.text
    with app.app_context():
        assert db.session.scalars(select(Invitation)).all() == []


def test_before_a_discussion_opens_an_invitation_leads_to_the_list(
    app: Flask, make: Make, fay: Any, visit: Any
) -> None:
    essay = make.essay(state="draft", open_to="invited")
    (link,) = invite(app, fay, essay, NEW)
    browser = visit()
    page = browser.get(link).text
    assert "not been opened yet" in page
    assert f'href="/essays/{essay.slug}"' not in page
    assert browser.post(link).headers["Location"] == "/"
    assert "You have accepted the invitation" in browser.get("/").text


def test_the_address_of_who_left_stands_in_no_list_of_the_invited(
    app: Flask, make: Make, fay: Any, visit: Any
) -> None:
    essay = make.essay()
    (link,) = invite(app, fay, essay, NEW)
    browser, path = visit(), f"/essays/{essay.slug}/invitations"
    browser.post(link)
    browser.get("/account")
    assert NEW in fay.get(path).text
    browser.post("/code/send", {"back": "/account/leave"})
    letterbox.sent(app)
    (code,) = re.findall(r"^\d{6}$", letterbox.text(letterbox.kept(app)[-1]), re.MULTILINE)
    leaving = {"texts": "stay", "sent_code": code}
    assert browser.post("/account/leave", leaving).status_code == 303
    assert NEW not in fay.get(path).text


def test_a_pasted_list_invites_each_address_once(app: Flask, make: Make, fay: Any) -> None:
    essay = make.essay()
    assert len(invite(app, fay, essay, "a@example.org\nB@example.org; b@example.org")) == 2


def test_whoever_was_invited_just_now_gets_no_second_letter(
    app: Flask, make: Make, fay: Any
) -> None:
    essay = make.essay()
    path = f"/essays/{essay.slug}/invitations"
    assert len(invite(app, fay, essay, NEW)) == 1
    assert invite(app, fay, essay, NEW) == []
    assert "1 address gets no further email" in fay.get(path).text
    assert len(invite(app, fay, essay, NEW, "b@example.org")) == 1


@pytest.mark.parametrize("to_site", [False, True])
def test_an_address_that_is_invited_twice_at_once_has_one_invitation(
    app: Flask, make: Make, visit: Any, to_site: bool
) -> None:
    ada = visit(make.user("Ada", role="admin"))
    path = "/admin/invitations" if to_site else f"/essays/{make.essay().slug}/invitations"
    sent = {"addresses": "\n".join(f"{n}@example.org" for n in range(20))}
    assert set(together([sender(app, ada, path, sent) for _ in range(10)])) == {303}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Invitation)) == 20
        assert db.session.scalar(select(func.count()).select_from(Letter)) == 20


def test_of_two_that_were_written_at_once_one_stays(app: Flask, make: Make) -> None:
    with app.app_context():
        downgrade(revision="0075")
        for number, accepted in ((1, None), (2, now()), (3, None)):
            row = {"id": number, "address": NEW, "made_at": now(), "accepted_at": accepted}
            db.session.execute(insert(Invitation).values(**row))
        db.session.execute(insert(Invitation).values(id=4, address="b@example.org", made_at=now()))
        db.session.commit()
        db.session.remove()
        upgrade()
        assert db.session.scalars(select(Invitation.id).order_by(Invitation.id)).all() == [2, 4]
        with pytest.raises(IntegrityError):
            db.session.execute(insert(Invitation).values(address=NEW, made_at=now()))
        db.session.rollback()


def test_what_nobody_accepted_is_forgotten(
    app: Flask, make: Make, fay: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "INVITATIONS_DAYS", 20)
    with standing_clock():
        invite(app, fay, make.essay(), NEW)
        for days, left in ((19, 1), (2, 0)):
            Clock.moment += timedelta(days=days)
            with app.app_context():
                forget_all()
                assert db.session.scalar(select(func.count()).select_from(Invitation)) == left


def test_administrators_invite_to_the_site(app: Flask, make: Make, visit: Any) -> None:
    ada = visit(make.user("Ada", role="admin"))
    assert ada.post("/admin/invitations", {"addresses": NEW}).status_code == 303
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    link = re.search(r":8000(/invitations/\S+)", letterbox.text(letter))
    assert link is not None
    browser = visit()
    assert browser.post(link[1]).status_code == 303
    assert browser.client.get("/account").status_code == 200


def test_where_only_a_providers_people_take_part_others_are_told(
    app: Flask, make: Make, visit: Any
) -> None:
    proposal, cam = make.proposal(make.essay(open_to="provider")), make.user("Cam")
    browser = visit(cam)
    assert votes(browser, proposal.id) == 403
    page = browser.get(f"/essays/{proposal.essay.slug}").text
    assert "the provider that this site trusts" in page
    with app.app_context():
        db.session.add(ProviderLink(user_id=cam.id, issuer="https://id.example", subject="c"))
        db.session.commit()
    assert votes(browser, proposal.id) == 303


def test_a_list_asks_once_whether_a_provider_knows_its_reader(
    app: Flask, make: Make, visit: Any, statements: Any
) -> None:
    essay, cam = make.essay(open_to="provider"), make.user("Cam")
    for _number in range(3):
        make.proposal(essay)
    browser = visit(cam)
    asked = [each for each in statements(browser, f"/essays/{essay.slug}") if "provider_" in each]
    assert len(asked) == 1, asked


def test_whoever_declares_the_sentence_takes_part_and_the_page_says_how_many(
    app: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay(open_to="declared", declaration=SENTENCE)
    proposal, browser, stranger = make.proposal(essay), visit(make.user("Cam")), visit()
    path = f"/essays/{essay.slug}"
    assert "people who took part, 0 declared it" in stranger.get(path).text.replace(
        "person", "people"
    )
    assert votes(browser, proposal.id) == 403
    assert browser.get(f"{path}/reply").status_code == 403
    assert "I declare this" in browser.get(path).text
    assert browser.post(f"{path}/declare", {"said": "Another sentence."}).status_code == 409
    assert browser.post(f"{path}/declare", {"said": SENTENCE}).status_code == 303
    assert votes(browser, proposal.id) == 303
    page = stranger.get(path).text
    assert (
        "Of the 2 people who took part, 1 declared it. It is what they say; nobody checks" in page
    )
    assert SENTENCE in page
    assert browser.post(f"{path}/declare", {"said": SENTENCE}).status_code == 403


def test_another_sentence_is_declared_anew_and_the_change_is_logged_and_undone(
    app: Flask, make: Make, fay: Any, visit: Any
) -> None:
    essay = make.essay(open_to="declared", declaration=SENTENCE)
    proposal, browser = make.proposal(essay), visit(make.user("Cam"))
    path = f"/essays/{essay.slug}"
    browser.post(f"{path}/declare", {"said": SENTENCE})
    rules = {"reason": "other", "premoderation": "open", "replies_from": "everyone"}
    fay.post(f"{path}/policy", {**rules, "open_to": "declared", "declaration": "I work here."})
    assert votes(browser, proposal.id) == 403
    log = visit().get("/moderation/log").text
    assert "Sentence to declare: from “I live in this county.” to “I work here.”" in log
    with app.app_context():
        number = db.session.scalars(select(Action.id)).one()
    dee = visit(make.user("Dee", role="admin"))
    undone = dee.post(f"/moderation/actions/{number}/undo", {"reason": "mistake"})
    assert undone.status_code == 303
    assert votes(browser, proposal.id) == 303


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"open_to": "declared"}, "Write the sentence"),
        ({"open_to": "provider"}, "trusts no provider"),
    ],
)
@pytest.mark.one_database
def test_rules_that_would_shut_everyone_out_are_refused(
    make: Make, fay: Any, rules: dict[str, str], said: str
) -> None:
    essay = make.essay()
    more = {"reason": "other", "premoderation": "open", "replies_from": "everyone"}
    answer = fay.post(f"/essays/{essay.slug}/policy", {**more, **rules})
    assert answer.status_code == 422
    assert said in answer.text


def test_staff_write_in_a_discussion_of_others_and_vote_only_if_let_in(
    make: Make, fay: Any
) -> None:
    essay = make.essay(open_to="invited")
    reply = {"lever": "", "body": "Welcome."}
    assert fay.post(f"/essays/{essay.slug}/reply", reply).status_code == 303
    assert votes(fay, make.proposal(essay).id) == 403


def test_a_vote_that_waited_counts_only_for_whoever_is_let_in(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "CONFIRM", True)
    proposal, cam = make.proposal(make.essay(open_to="invited")), make.user("Cam", ground="code")
    browser = visit()
    browser.post(f"/replies/{proposal.id}/vote", {"value": "support"})
    browser.post("/sign-in", {"email": cam.email, "password": Make.PASSWORD})
    assert make.fresh(proposal).support == 0
    assert "could not be counted" in browser.get("/").text
    with app.app_context():
        assert db.session.get_one(User, cam.id).ground == "code"


def test_a_vote_that_waited_is_counted_once_its_discussion_s_sentence_is_declared(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "CONFIRM", True)
    essay = make.essay(open_to="declared", declaration=SENTENCE)
    proposal, cam = make.proposal(essay), make.user("Cam", ground="code")
    elsewhere = make.proposal(make.essay("Over", open_to="invited"))
    browser = visit()
    for each in (proposal, elsewhere):
        browser.post(f"/replies/{each.id}/vote", {"value": "support"})
    answer = browser.post("/sign-in", {"email": cam.email, "password": Make.PASSWORD})
    assert answer.headers["Location"] == f"/essays/{essay.slug}#who-takes-part"
    assert make.fresh(proposal).support == 0
    page = browser.get(f"/essays/{essay.slug}").text
    assert "One vote waits until you have declared" in page
    assert "One vote could not be counted" in page
    browser.post(f"/essays/{essay.slug}/declare", {"said": SENTENCE})
    assert make.fresh(proposal).support == 1
    assert "The vote you pressed is counted." in browser.get("/").text
    browser.post(f"/replies/{proposal.id}/vote", {"value": "none"})
    with browser.client.session_transaction() as kept:
        assert "votes" not in kept, "it is given once"


def test_files_and_briefs_say_who_takes_part(make: Make, fay: Any, visit: Any) -> None:
    essay = make.essay("Roads", open_to="declared", declaration=SENTENCE, open_data=True)
    proposal, browser = make.proposal(essay), visit(make.user("Cam"))
    browser.post(f"/essays/{essay.slug}/declare", {"said": SENTENCE})
    votes(browser, proposal.id)
    told = f"In “Roads”, whoever takes part declares: “{SENTENCE}”. Of the 2 people"
    assert told in visit().get(f"/essays/{essay.slug}/proposals.json").json["provenance"]["voters"]
    with make.app.app_context():
        holder = db.session.scalars(select(User).where(User.role == "facilitator")).one()
    brief = make.brief(holder, essay)
    assert "1 declared it" in visit().get(f"/briefs/{brief.reference}").text
