"""The whole circle as people would go round it, in both languages.

Every step is taken by a form of a page or a link of a letter, letters come by a real mail server,
and the clock is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from forum.accounts.models import User
from forum.events.post import next_digest
from forum.web import dates
from forum.worker import work_once
from tests import letterbox
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.post_office import PostOffice
from tests.test_letters import confirmed

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

START = datetime(2027, 3, 1, 15, tzinfo=UTC)
"""A Monday."""
WORDS = {
    "en": {
        "because": ("You are told because", "This is what happened"),
        "stop": "Stop these emails",
        "commented": "Someone commented on what you wrote",
        "replied": "Someone replied to your comment",
        "moderated": "A decision on what you wrote",
        "week": "Your week on Circle Back",
        "changed": "The text has changed",
        "due": "An answer is due",
        "due_soon": "An answer is due within seven days",
        "due_today": "An answer is due today",
        "overdue": "An answer is overdue",
        "answered": "It was answered",
        "late": "A promise is late",
        "kept": "A promise was kept",
        "against": ("opposed", "voted against", "you oppose"),
    },
    "fr": {
        "because": ("Vous recevez ceci parce", "Voici ce qu’il est advenu"),
        "stop": "Ne plus recevoir ces courriels",
        "commented": "Un commentaire sur ce que vous avez écrit",
        "replied": "Une réponse à votre commentaire",
        "moderated": "Une décision sur ce que vous avez écrit",
        "week": "Votre semaine sur Circle Back",
        "changed": "Le texte a changé",
        "due": "Une réponse est attendue",
        "due_soon": "Une réponse est attendue d’ici sept jours",
        "due_today": "Une réponse est attendue aujourd’hui",
        "overdue": "Une réponse est en retard",
        "answered": "Elle a reçu une réponse",
        "late": "Une promesse est en retard",
        "kept": "Une promesse est tenue",
        "against": ("vous êtes contre", "voté contre"),
    },
}
PROPOSAL = {
    "lever": "policy",
    "title": "Publish how long people wait",
    "body": "Every office publishes how long people wait.",
    "jurisdiction": "municipal",
    "ambition": "improves",
}


class FilledForm(HTMLParser):
    """The first form of a page that goes to an address, filled as the page offers it."""

    def __init__(self, html: str, to: str) -> None:
        super().__init__()
        self.to, self.action, self.is_open = to, "", False
        self.values: dict[str, str] = {}
        self.select = self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name, value = has.get("name", ""), has.get("value", "")
        if tag == "form" and not self.action and has.get("method") == "post":
            wanted = self.to in has.get("action", "") and has.get("id") != "act"
            self.is_open, self.action = wanted, has.get("action", ".") if wanted else ""
        elif not self.is_open or not name:
            self.option(tag, has)
        elif tag == "input" and has.get("type") in {"radio", "checkbox"}:
            self.values |= {name: value or "y"} if "checked" in has else {}
        elif tag == "input":
            self.values[name] = value
        elif tag in {"select", "textarea"}:
            self.select, self.values[name] = name, ""
            self.text = name if tag == "textarea" else ""

    def option(self, tag: str, has: dict[str, str]) -> None:
        """Take the option that is selected."""
        if self.is_open and tag == "option" and "selected" in has:
            self.values[self.select] = has.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.text:
            self.values[self.text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_open = False
        elif tag == "textarea":
            self.text = ""


class Round:
    """One round of the circle: its people, their mail, and the worker."""

    def __init__(
        self, app: Flask, make: Make, visit: Any, office: PostOffice, language: str
    ) -> None:
        self.app, self.office, self.language = app, office, language
        self.words: dict[str, Any] = WORDS[language]
        self.visit = visit
        self.people: dict[str, User] = {}
        self.browsers: dict[str, Any] = {}
        roles = {"Fay": "facilitator", "Dee": "moderator"}
        for name in ("Fay", "Dee", "Ines", "Ben", "Cam", "Zoe", "Eve"):
            role = roles.get(name, "reader")
            self.people[name] = confirmed(app, make.user(name, role=role), language)
        self.arrive()

    def arrive(self) -> None:
        """Let everyone sign in, since nobody is signed in for ever."""
        for name, person in self.people.items():
            browser = self.browsers[name] = self.visit(person)
            browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = self.language

    def get(self, who: str, path: str) -> str:
        """Let a person open a page."""
        answer = self.browsers[who].get(path)
        assert answer.status_code == 200, f"{who} gets {answer.status_code} from {path}"
        return str(answer.text)

    def sends(self, who: str, page: str, to: str = "", **typed: Any) -> str:
        """Let a person fill a form of a page and send it; return where it leads."""
        form = FilledForm(self.get(who, page), to)
        assert form.action, f"{page} has no form that goes to {to!r}"
        action = page if form.action == "." else form.action
        answer = self.browsers[who].client.post(action, data={**form.values, **typed})
        assert answer.status_code == 303, f"{who}: {action} answers {answer.status_code}"
        return urlsplit(answer.headers["Location"]).path

    def post(self, **later: float) -> dict[str, list[EmailMessage]]:
        """Let time pass and the worker work; return each person's letters, once looked at."""
        Clock.moment += timedelta(**later)
        self.arrive()
        return self.worked()

    def worked(self) -> dict[str, list[EmailMessage]]:
        """Let the worker do all there is to do now; return each person's letters."""
        self.office.letters.clear()
        with self.app.app_context():
            while work_once():
                pass
        came: dict[str, list[EmailMessage]] = {}
        for letter in self.office.letters:
            who = next(n for n, each in self.people.items() if str(each.email) in letter["To"])
            self.look_at(who, letter)
            came.setdefault(who, []).append(letter)
        return came

    def look_at(self, who: str, letter: EmailMessage) -> None:
        """Assert what holds for every letter, and that each of its links leads to a page."""
        text, html = letterbox.text(letter), letterbox.text(letter, "html")
        first = text.split("\n")[0]
        assert first.startswith(self.words["because"]), text
        assert "<img" not in html
        assert self.words["stop"] in text
        for word in self.words["against"]:
            assert word not in f"{letter['Subject']} {first}".lower()
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for address in re.findall(r"http://127\.0\.0\.1:8000(/\S+)", text):
            assert self.browsers[who].get(address).status_code == 200, f"{who}: {address}"

    def way(self, letter: EmailMessage) -> str:
        """Return where the button of a letter leads."""
        (found,) = re.findall(
            r'class="letter-button" href="([^"]+)"', letterbox.text(letter, "html")
        )
        return urlsplit(found).path


def subjects(letters: list[EmailMessage]) -> list[str]:
    return [str(letter["Subject"]).split(" – ")[0] for letter in letters]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """The clock stands."""
    with standing_clock(START):
        yield


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_whole_circle(
    app: Flask, make: Make, visit: Any, office: PostOffice, language: str
) -> None:
    here = Round(app, make, visit, office, language)
    essay = discussion(here)
    mine, other = talk(here, essay)
    close_and_brief(here, essay)
    come_due(here)
    answer(here, mine, other)
    keep_promise(here, mine)
    stop_and_start(here, mine)


def discussion(here: Round) -> str:
    """Appoint who answers, and open a discussion under a deal; return where it is."""
    sent = {"name_en": "Council", "name_fr": "Conseil", "slug": "council", "kind": "council"}
    here.sends("Fay", "/bodies/new", **sent)
    with here.app.test_request_context():
        today = dates.today().isoformat()
    email = here.people["Ines"].email
    here.sends("Fay", "/bodies/council", "/seats", email=email, title="Clerk", from_day=today)
    words = {"title": "The queue", "body": "An essay.", "prompt": "What should change?"}
    essay = here.sends("Fay", "/essays/new", **words, language=here.language)
    terms = {"promise": "yes", "days": "30", "top_per_lever": "5", "voters": "1", "bound": ""}
    form = FilledForm(here.get("Fay", f"{essay}/deal/edit"), "deal/edit")
    (agreement,) = (name for name in form.values if name.startswith("agreement_"))
    number = agreement.partition("_")[2]
    said = {agreement: "agreed", f"source_{number}": "Their letter"}
    here.sends("Fay", f"{essay}/deal/edit", "deal/edit", **terms, **said)
    here.sends("Fay", essay, "/publish")
    return essay


def talk(here: Round, essay: str) -> tuple[str, str]:
    """Propose, vote against, comment, answer, edit and merge; return where two proposals are."""
    mine = here.sends("Ben", f"{essay}/reply", **PROPOSAL)
    twin = here.sends("Zoe", f"{essay}/reply", **{**PROPOSAL, "title": "Publish the waiting"})
    other = here.sends("Ben", f"{essay}/reply", **{**PROPOSAL, "title": "Open on Saturdays"})
    for who, where, value in (
        ("Cam", mine, "oppose"),
        ("Eve", mine, "support"),
        ("Zoe", mine, "support"),
        ("Dee", mine, "support"),
        ("Eve", other, "support"),
        ("Zoe", other, "support"),
    ):
        assert here.browsers[who].post(f"{where}/vote", {"value": value}).status_code == 303
    here.sends("Cam", f"{mine}/comment", stance="challenge", body="But what does it cost?")
    (letter,) = here.worked()["Ben"]
    assert subjects([letter]) == [here.words["commented"]]
    page = here.get("Ben", here.way(letter))
    (comment,) = set(re.findall(r'href="(/replies/\d+/comment)\?quote', page)) or set(
        re.findall(r'href="(/replies/\d+/comment)', page)
    )
    here.sends("Ben", comment, body="Nothing.")
    assert subjects(here.worked()["Cam"]) == [here.words["replied"]]
    here.sends("Ben", f"{mine}/edit", title="Publish how long people wait, each month")
    number = mine.rpartition("/")[2]
    merge = twin.replace("/replies/", "/moderation/") + f"/merge?into={number}"
    here.sends("Dee", merge, "/merge", reason="duplicate")
    assert here.words["moderated"] in subjects(here.worked()["Zoe"])
    with here.app.test_request_context():
        monday = next_digest("weekly", Clock.moment)
    (digest,) = here.post(seconds=(monday - Clock.moment).total_seconds() + 60)["Eve"]
    assert digest["Subject"] == here.words["week"]
    assert here.words["changed"] in letterbox.text(digest)
    assert here.way(digest) == mine
    return mine, other


def close_and_brief(here: Round, essay: str) -> None:
    """Close the discussion, after which two answers are due, and publish a brief of it."""
    here.sends("Fay", essay, "/close", reason="Time is up.")
    came = here.worked()
    assert subjects(came["Ines"]) == [here.words["due"]] * 2
    preview = here.sends("Fay", f"/briefs/new?essay={essay.rpartition('/')[2]}", title="The top")
    brief = here.sends("Fay", preview, "/publish")
    assert "The top" in here.get("Fay", brief)
    here.worked()


def come_due(here: Round) -> None:
    """Let the day of what is due come near, come and pass."""
    for days, name in ((23, "due_soon"), (7, "due_today"), (1, "overdue")):
        assert subjects(here.post(days=days)["Ines"]) == [here.words[name]] * 2
    assert here.get("Eve", "/ledger?status=overdue").count("/replies/") >= 2


def answer(here: Round, mine: str, other: str) -> None:
    """Answer one with a promise and decline the other; those who took part judge it."""
    with here.app.test_request_context():
        day = (dates.today() + timedelta(days=20)).isoformat()
    sentence = f"sentence_{here.language}"
    yes = {"status": "accepted", sentence: "We will.", f"reasons_{here.language}": "Because."}
    promise = {"what_1": "A by-law", "by_on_1": day, "who_1": "The clerk"}
    no = {"status": "declined", sentence: "We cannot.", "reason": "law"}
    for where, said in ((mine, {**yes, **promise}), (other, no)):
        preview = here.sends("Ines", f"/answering/council{where}", where, **said, do="preview")
        here.sends("Ines", preview, "/publish")
    assert "Cam" not in here.post(minutes=14), "letters wait for second thoughts"
    came = here.post(minutes=2)
    (letter,) = came["Cam"]
    assert subjects([letter]) == [here.words["answered"]]
    assert here.way(letter) == mine
    assert len(came["Eve"]) == 2
    here.sends("Cam", here.way(letter), "/verdict", value="no")
    here.sends("Eve", mine, "/verdict", value="yes")


def keep_promise(here: Round, mine: str) -> None:
    """Let the day of the promise pass, and let it be kept."""
    assert here.words["late"] in subjects(here.post(days=21)["Cam"])
    (promise,) = set(re.findall(r'href="(/promises/\d+)"', here.get("Ines", mine)))
    with here.app.test_request_context():
        today = dates.today().isoformat()
    here.sends("Ines", promise, kind="kept", on=today, note="It is in force.")
    assert here.words["kept"] in subjects(here.worked()["Cam"])


def stop_and_start(here: Round, mine: str) -> None:
    """End letters by one click of a mail program, and begin them again on the page."""
    say(here, mine, "One more.")
    (letter,) = here.worked()["Ben"]
    leave = urlsplit(str(letter["List-Unsubscribe"]).strip("<>")).path
    zed = here.visit(None)
    assert zed.get(leave).status_code == 200
    one_click = {"List-Unsubscribe": "One-Click"}
    assert zed.client.post(leave, data=one_click).status_code == 200
    say(here, mine, "And another.")
    assert "Ben" not in here.worked()
    assert here.words["commented"] in here.get("Ben", "/notices")
    assert zed.client.post(leave, data={"again": "yes"}).status_code == 200
    say(here, mine, "The last one.")
    assert subjects(here.worked()["Ben"]) == [here.words["commented"]]


def say(here: Round, mine: str, words: str) -> None:
    """Let Cam ask something, in a discussion that is opened again for it."""
    essay = re.findall(r'href="(/essays/the-queue)"', here.get("Cam", mine))[0]
    if "/reopen" in here.get("Fay", essay):
        here.sends("Fay", essay, "/reopen", reason="There is more to say.")
        here.worked()
    here.sends("Cam", f"{mine}/comment", stance="question", body=words)
