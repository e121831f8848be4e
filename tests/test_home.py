"""The first page: what is open, what closes soon, and what came of past discussions."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask import Flask

from forum.db import db, now
from forum.essays.models import Essay
from tests.cast import Make


def closes(app: Flask, essay: Essay, days: float) -> None:
    with app.app_context():
        db.session.get_one(Essay, essay.id).closes_at = now() + timedelta(days=days)
        db.session.commit()


def section(page: str, title: str) -> list[str]:
    """Return the essays named in the section with this title."""
    found = re.search(rf"<h2[^>]*>{title}</h2>(.*?)</section>", page, re.DOTALL)
    return (
        re.findall(r'<a href="/essays/[^"#]+(?:#prompt)?"[^>]*>(?:<bdi>)?([^<]+)<', found[1])
        if found
        else []
    )


def test_each_discussion_stands_where_it_belongs(app: Flask, make: Make, visit: Any) -> None:
    for title, days in (
        ("Ends by date", -1.0),
        ("Next week", 7.0),
        ("Tomorrow", 1.0),
        ("Late", 90.0),
    ):
        closes(app, make.essay(title), days)
    make.essay("For ever")
    make.essay("Ended by hand", state="closed")
    make.essay("Still a draft", state="draft")
    page = visit().get("/").get_data(as_text=True)
    assert section(page, "Closing soon") == ["Tomorrow", "Next week"], "the soonest first"
    assert section(page, "Open discussions") == ["For ever", "Late", "Tomorrow", "Next week"]
    assert section(page, "What came of past discussions") == ["Ended by hand", "Ends by date"]
    assert "Still a draft" not in page
    page = visit(make.user("Fay", role="facilitator")).get("/").get_data(as_text=True)
    assert section(page, "Drafts") == ["Still a draft"]


def test_a_person_is_shown_with_the_essay_of_each_reply(make: Make, visit: Any) -> None:
    essay, ben = make.essay("La file", language="fr"), make.user("Ben")
    make.comment(make.proposal(essay, ben), ben)
    page = visit().get(f"/people/{ben.id}").get_data(as_text=True)
    named = re.compile(rf'href="/essays/{essay.slug}"(?: lang="fr"|><span>In <cite lang="fr")>')
    assert len(named.findall(page)) == 2
    assert page.count('<article class="card"') == 1, "the proposal, as lists show it"


def test_a_past_discussion_names_its_newest_brief(make: Make, visit: Any) -> None:
    essay, fay = make.essay("Ended", state="closed"), make.user("Fay", role="facilitator")
    make.proposal(essay, support=3)
    page = visit().get("/").get_data(as_text=True)
    assert "No brief has been made from it yet." in page
    first = make.brief(fay, essay, title="The first try")
    make.brief(fay, essay, title="What we carried over", supersedes=first)
    page = visit().get("/").get_data(as_text=True)
    assert "What we carried over" in page
    assert "The first try" not in page, "a newer one has taken its place"


def test_an_essay_is_listed_with_its_whole_question_and_who_took_part(
    make: Make, visit: Any
) -> None:
    ben, cam = make.user("Ben"), make.user("Cam")
    question = "Which one change would you make? " * 20 + "And who would make it?"
    essay = make.essay("Answered", prompt=question)
    reply = make.proposal(essay, ben, support=2)
    make.vote(cam, reply, "neutral")
    make.comment(reply, cam)
    make.comment(essay, ben)
    make.proposal(essay, status="hidden")
    page = visit().get("/").text
    assert question in page, "in full"
    assert "4 people took part" in page, (
        "Ben, Cam, and two who voted; whoever was hidden is not told"
    )


def test_an_empty_discussion_invites_its_first_answer(make: Make, visit: Any) -> None:
    essay = make.essay("Not yet answered")
    page = visit().get("/").text
    invited = f'<a href="/sign-up?next=/essays/{essay.slug}/reply">Be the first: one sentence is'
    assert invited in page
    assert "took part" not in page
    make.proposal(essay)
    page = visit().get("/").text
    assert "Be the first" not in page
    assert "1 person took part" in page


def test_an_empty_forum_says_so(make: Make, visit: Any) -> None:
    assert "No essay has been published yet." in visit().get("/").get_data(as_text=True)
    make.essay("Ended", state="closed")
    assert "No discussion is open at the moment." in visit().get("/").get_data(as_text=True)


def test_it_costs_the_same_queries_however_many(make: Make, visit: Any, statements: Any) -> None:
    fay = make.user("Fay", role="facilitator")
    first = make.essay("The first", state="closed")
    make.proposal(first)
    zed = visit()
    few = len(statements(zed, "/"))
    for n in range(4):
        essay = make.essay(f"Number {n}", state=("open", "closed")[n % 2])
        make.proposal(essay, lever="market")
        make.brief(fay, essay)
    assert len(statements(zed, "/")) == few <= 10
