"""Letters about what happened: to whom, when, how often, in which words, and how they end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.contacts import Contact, confirm_address, keep_contact
from forum.accounts.models import User
from forum.db import db, now
from forum.events.crowds import tell_next
from forum.events.models import Notice
from forum.events.post import next_digest
from forum.events.preferences import choose, rhythms_of
from forum.events.recording import record
from forum.events.topics import TOPICS
from forum.events.unsubscribing import token_of
from forum.mail import sending
from forum.mail.models import DeadLetter
from forum.replies.models import Reply
from tests import letterbox
from tests.cast import Make
from tests.circle import Circle
from tests.clock import Clock, standing_clock
from tests.post_office import PostOffice
from tests.test_events import say, tell_all


def confirmed(app: Flask, user: User, language: str = "en") -> User:
    """Let a person have a confirmed address and a language."""
    with app.app_context():
        confirm_address(user)
        keep_contact(user.id, language=language)
        db.session.commit()
    return user


def post(app: Flask) -> list[EmailMessage]:
    """Let the worker tell everyone and send what is due; return what was kept as files."""
    tell_all(app)
    letterbox.sent(app, most=200)
    return letterbox.kept(app)


@pytest.fixture
def ben(app: Flask, make: Make) -> User:
    return confirmed(app, make.user("Ben"))


@pytest.fixture
def proposal(make: Make, ben: User) -> Reply:
    return make.proposal(make.essay(), ben, title="Publish waiting times")


def test_a_comment_reaches_the_author_at_once_in_words_and_html(
    app: Flask, make: Make, proposal: Reply, office: PostOffice
) -> None:
    say(app, make.user("Cam"), proposal, "But what does it cost?")
    post(app)
    (letter,) = office.letters
    assert letter["Subject"] == "Someone commented on what you wrote – Publish waiting times"
    text, html = letterbox.text(letter), letterbox.text(letter, "html")
    assert text.startswith("You are told because you wrote it.\n\nPublish waiting times\n")
    for said in (text, html):
        assert "But what does it cost?" in said
        assert f"http://127.0.0.1:8000/replies/{proposal.id}" in said
    assert letter["References"] == f"<reply-{proposal.id}@localhost>"
    assert post(app) == []
    assert len(office.letters) == 1, "what was told once is not told again"


def test_nothing_is_sent_to_an_address_that_is_not_confirmed(
    app: Flask, make: Make, proposal: Reply, ben: User
) -> None:
    with app.app_context():
        keep_contact(ben.id, confirmed_at=None)
        db.session.commit()
    say(app, make.user("Cam"), proposal)
    assert post(app) == []
    with app.app_context():
        assert db.session.scalar(select(Contact.unread)) == 1


def test_an_address_that_loses_its_confirmation_meanwhile_gets_nothing(
    app: Flask, make: Make, proposal: Reply, ben: User
) -> None:
    say(app, make.user("Cam"), proposal)
    with app.app_context():
        keep_contact(ben.id, confirmed_at=None)
        db.session.commit()
    assert post(app) == []
    assert letterbox.waiting(app) == []


def test_several_events_on_one_thing_are_one_letter(
    app: Flask, make: Make, proposal: Reply
) -> None:
    for number in range(3):
        say(app, make.user("Cam"), proposal, f"Thought {number}.")
    (letter,) = post(app)
    assert letter["Subject"] == "Someone commented on what you wrote – Publish waiting times"
    assert [f"Thought {n}." in letterbox.text(letter) for n in range(3)] == [True] * 3


def test_letters_of_one_moment_have_numbers_of_their_own(
    app: Flask, make: Make, proposal: Reply, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.events.crowds.BATCH", 1)
    for name in ("Cam", "Dee"):
        make.vote(confirmed(app, make.user(name)), proposal)
    with app.app_context():
        record("was_it_done", ("reply", proposal.id))
        db.session.commit()
    with app.app_context():
        while tell_next():
            letterbox.sent(app)
    assert len({letter["Message-ID"] for letter in office.letters}) == 2


def test_the_reader_s_language_is_that_of_the_letter(
    app: Flask, make: Make, proposal: Reply, ben: User
) -> None:
    confirmed(app, ben, "fr")
    say(app, make.user("Cam"), proposal, "Et le prix ?")
    (letter,) = post(app)
    assert letter["Content-Language"] == "fr"
    assert letterbox.text(letter).startswith("Vous recevez ceci parce que")


def test_nothing_is_said_of_what_may_not_be_read_any_more(
    app: Flask, make: Make, proposal: Reply
) -> None:
    say(app, make.user("Cam"), proposal, "A secret of Cam's.")
    make.decide("hide", proposal, make.user("Dee", role="moderator"))
    cam = confirmed(app, make.user("Cam"))
    with app.app_context():
        record("answered", ("reply", proposal.id), to=[cam.id])
        record("hidden", ("reply", proposal.id), to=[cam.id])
        db.session.commit()
    letters = [each for each in post(app) if each["To"] == cam.email]
    letterbox.later(app)
    letters += [each for each in post(app) if each["To"] == cam.email]
    for letter in letters:
        said = str(letter["Subject"]) + letterbox.text(letter) + letterbox.text(letter, "html")
        assert "Publish waiting times" not in said
        assert "answered" not in said


def answered(make: Make, proposal: Reply) -> None:
    """Let a body answer the proposal."""
    circle, clerk = Circle(make), make.user("Mo")
    body = circle.body()
    circle.seat(body, clerk)
    circle.answer(proposal, body, clerk)


def test_answers_wait_for_second_thoughts(app: Flask, make: Make, proposal: Reply) -> None:
    with standing_clock(), app.app_context():
        answered(make, proposal)
        Clock.moment += timedelta(minutes=14)
        assert post(app) == []
        Clock.moment += timedelta(minutes=2)
        (letter,) = post(app)
    assert letter["Subject"] == "It was answered – Publish waiting times"


def test_what_happens_meanwhile_is_in_the_letter_after(
    app: Flask, make: Make, proposal: Reply
) -> None:
    with standing_clock(), app.app_context():
        answered(make, proposal)
        record("moderated", ("reply", proposal.id), to=[proposal.author_id])
        db.session.commit()
        assert len(post(app)) == 0, "a decision that is gone is not told"
        Clock.moment += timedelta(minutes=16)
        assert len(post(app)) == 1
        assert letterbox.waiting(app) == []


def test_no_letter_says_how_anyone_voted(app: Flask, make: Make, proposal: Reply) -> None:
    cam = confirmed(app, make.user("Cam"))
    make.vote(cam, proposal, "oppose")
    with standing_clock():
        answered(make, proposal)
        Clock.moment += timedelta(minutes=16)
        (letter,) = (each for each in post(app) if each["To"] == cam.email)
    said = str(letter["Subject"]) + letterbox.text(letter)
    assert not re.search("against|oppose|support|voted", said.split("Send no more")[0])


@pytest.mark.parametrize(
    ("rhythm", "due"),
    [("daily", datetime(2026, 12, 2, 13)), ("weekly", datetime(2026, 12, 7, 13))],  # noqa: DTZ001
)
def test_digests_come_at_the_set_hour_of_the_zone(
    app: Flask,
    make: Make,
    proposal: Reply,
    ben: User,
    rhythm: str,
    due: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "BABEL_DEFAULT_TIMEZONE", "America/Toronto")
    with standing_clock(), app.app_context():
        Clock.moment = datetime.fromisoformat("2026-12-01T20:00:00+00:00")
        choose(ben, {topic.name: rhythm for topic in TOPICS})
        db.session.commit()
        assert next_digest(rhythm, now()).replace(tzinfo=None) == due
        other = make.proposal(proposal.essay, ben, title="Say who is to answer")
        for on in (proposal, other, proposal):
            say(app, make.user("Cam"), on, f"A thought on {on.title}, {make.user().name}")
        Clock.moment = next_digest(rhythm, now()) - timedelta(minutes=1)
        assert post(app) == []
        Clock.moment += timedelta(minutes=2)
        (letter,) = post(app)
        assert post(app) == []
    assert letter["Subject"] == f"Your {'day' if rhythm == 'daily' else 'week'} on Circle Back"
    text = letterbox.text(letter)
    assert text.count("Someone commented") == 3
    assert text.count("\nPublish waiting times\n") == 1
    assert "Say who is to answer" in text


def test_no_more_letters_a_day_than_the_setting_says(
    app: Flask, make: Make, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LETTERS_A_DAY", 2)
    essay = make.essay()
    with standing_clock():
        Clock.moment = datetime.fromisoformat("2026-12-01T20:00:00+00:00")
        for number in range(5):
            say(app, make.user("Cam"), make.proposal(essay, ben, title=f"Proposal {number}"))
        assert len(post(app)) == 2
        Clock.moment += timedelta(days=1)
        (letter,) = post(app)
    assert letter["Subject"] == "Your day on Circle Back"
    assert letterbox.text(letter).count("Someone commented") == 3


def test_one_click_ends_letters_without_signing_in_and_only_a_button_does(
    app: Flask, make: Make, visit: Any, proposal: Reply, ben: User
) -> None:
    say(app, make.user("Cam"), proposal, "One.")
    (letter,) = post(app)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(
        r"<http://127\.0\.0\.1:8000(/unsubscribe/\S+)>", letter["List-Unsubscribe"]
    )
    assert found is not None
    zed = app.test_client()
    assert zed.get(found[1]).status_code == 200
    with app.app_context():
        assert rhythms_of(ben)["comments"] == "at_once", "a link acts on no GET"
    assert zed.post(found[1], data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with app.app_context():
        assert rhythms_of(ben)["comments"] == "site"
        assert rhythms_of(ben)["replies"] == "at_once"
    say(app, make.user("Cam"), proposal, "Two.")
    assert post(app) == []
    assert "Two." in visit(ben).get("/notices").get_data(as_text=True)
    assert zed.post(found[1], data={"again": "yes"}).status_code == 200
    say(app, make.user("Cam"), proposal, "Three.")
    assert len(post(app)) == 1


def test_a_token_of_somebody_s_own_making_ends_nothing(app: Flask, ben: User) -> None:
    with app.app_context():
        token = token_of(ben, "comments")
    for wrong in (token[:-2] + "xx", token.replace(".", ".x", 1), "1", "a.b"):
        assert app.test_client().post(f"/unsubscribe/{wrong}").status_code == 404
    with app.app_context():
        assert rhythms_of(ben)["comments"] == "at_once"


def test_a_digest_s_link_ends_all_of_its_rhythm(app: Flask, ben: User) -> None:
    with app.app_context():
        token = token_of(ben, "weekly")
    app.test_client().post(f"/unsubscribe/{token}")
    with app.app_context():
        assert "weekly" not in rhythms_of(ben).values()
        assert rhythms_of(ben)["comments"] == "at_once"


def test_letters_that_come_back_are_counted_and_end(
    app: Flask, make: Make, visit: Any, proposal: Reply, ben: User, office: PostOffice
) -> None:
    for number in range(4):
        office.answers = ["550 no such person"]
        say(app, make.user("Cam"), proposal, f"Thought {number}.")
        post(app)
    with app.app_context():
        contact = db.session.get_one(Contact, ben.id)
        assert (contact.bounces, contact.silent_since is None) == (3, False)
        assert db.session.scalar(select(func.count(DeadLetter.id))) == 3
    assert office.letters == []
    page = visit(make.user("Ada", role="admin")).get("/admin/mail").get_data(as_text=True)
    assert page.count(f"<bdi>{ben.email}</bdi>") == 3
    assert "recipient refused: [550]" in page
    assert "none are sent any more" in visit(ben).get("/account/letters").get_data(as_text=True)


def test_a_server_that_is_away_costs_no_letter(
    app: Flask, make: Make, proposal: Reply, office: PostOffice
) -> None:
    office.answers = ["450 later"]
    say(app, make.user("Cam"), proposal)
    post(app)
    assert office.letters == []
    letterbox.later(app)
    post(app)
    assert len(office.letters) == 1


def test_what_comes_in_while_a_letter_is_sent_is_told_by_the_next(
    app: Flask, make: Make, proposal: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(app, make.user("Cam"), proposal, "One.")
    cam = make.user("Cam")
    once: list[int] = []
    send = sending.send

    def slowly(*message: Any) -> None:
        if not once:
            once.append(say(app, cam, proposal, "Two."))
        send(*message)

    monkeypatch.setattr("forum.mail.outbox.send", slowly)
    said = "".join(letterbox.text(letter) for letter in post(app))
    assert (said.count("“One.”"), said.count("“Two.”")) == (1, 1)
    with app.app_context():
        waiting = Notice.rhythm.is_not(None), Notice.mailed_at.is_(None)
        assert db.session.scalar(select(func.count()).where(*waiting)) == 0


def test_a_letter_that_was_given_up_is_sent_again(
    app: Flask, make: Make, visit: Any, proposal: Reply, ben: User, office: PostOffice
) -> None:
    ada = visit(make.user("Ada", role="admin"))
    for number in range(3):
        office.answers = ["550 no such person"]
        say(app, make.user("Cam"), proposal, f"Thought {number}.")
        post(app)
    page = ada.get("/admin/mail").get_data(as_text=True)
    assert "3 emails came back, none sent since" in page
    with app.app_context():
        first = db.session.scalar(select(func.min(DeadLetter.id)))
    assert ada.post(f"/admin/mail/{first}/again").status_code == 303
    post(app)
    assert len(office.letters) == 1
    assert "Thought 0." in str(office.letters[0])
    assert "Thought 1." not in str(office.letters[0])
    assert "came back, none" not in ada.get("/admin/mail").get_data(as_text=True)
    assert ada.post(f"/admin/mail/{first}/again").status_code == 404


def test_an_administrator_tries_whether_letters_arrive(
    app: Flask, make: Make, visit: Any, office: PostOffice
) -> None:
    ada = make.user("Ada", role="admin")
    browser = visit(ada)
    assert browser.post("/admin/mail/test").status_code == 303
    post(app)
    assert [letter["Subject"] for letter in office.letters] == ["A test email"]
    assert office.letters[0]["To"] == ada.email
