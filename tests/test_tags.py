"""What proposals are tagged with: one register, and tags of which nothing was said."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from forum.db import db
from forum.exports.checking import Altered
from forum.exports.json import reader
from forum.exports.json.writer import FORMAT
from forum.exports.models import Export
from forum.exports.provenance import Digest
from forum.replies.filters import Filter, Sort
from forum.replies.listing import listed
from forum.replies.models import Reply
from forum.replies.tag import UNSAID
from forum.replies.tags import FURTHER_TAGS, LEVER, TAGS
from forum.replies.tallies import Tally
from forum.votes.judging import judge, judged_by
from forum.votes.own_votes import USUAL_TABLES
from forum.web.dates import iso
from tests.cast import Make
from tests.plans import plan
from tests.tables import MADE, ORIGIN, row

COLUMNS = ("tags", "models", "tallies", "writing", "listing")
"""Where a tag is described, and where it is a column."""
PROPOSAL = {"lever": "market", "title": "Pay by the visit", "body": "So that people wait less."}


def counts_on(page: Any) -> dict[str, int]:
    """Return the number beside each choice of a page's filter, by name and value."""
    words = page.get_data(as_text=True)
    boxes = re.findall(r'<input type="checkbox" name="(\w+)" value="(\w+)".*?</label>', words, re.S)
    numbers = re.findall(r'<span class="chip-count">([\d,]+)</span>', words)
    assert len(numbers) == len(boxes)
    return {f"{name}={value}": int(n) for (name, value), n in zip(boxes, numbers, strict=True)}


def test_nothing_is_chosen_for_an_author(make: Make, visit: Any, app: Flask) -> None:
    essay, ben = make.essay(), make.user("Ben")
    browser = visit(ben)
    page = browser.get(f"/essays/{essay.slug}/reply").get_data(as_text=True)
    assert '<option selected value="">Not said</option>' in page
    assert re.search(r'<input checked [^>]*name="ambition"[^>]* value="">', page)
    browser.post(f"/essays/{essay.slug}/reply", data=PROPOSAL)
    with app.app_context():
        kept = db.session.scalars(select(Reply)).one()
        assert (kept.lever, kept.jurisdiction, kept.ambition) == ("market", None, None)
        assert kept.assumed == []
    shown = browser.get(f"/replies/{kept.id}").get_data(as_text=True)
    assert shown.count("<dd>Not said</dd>") == 2
    form = browser.get(f"/replies/{kept.id}/edit").get_data(as_text=True)
    assert '<option selected value="">Not said</option>' in form
    browser.post(
        f"/replies/{kept.id}/edit", data={**PROPOSAL, "version": 1, "ambition": "replaces"}
    )
    with app.app_context():
        assert db.session.get_one(Reply, kept.id).ambition == "replaces"


def test_every_choice_of_a_filter_says_how_many_it_leaves(
    app: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    make.proposal(essay, jurisdiction=None)
    make.proposal(essay, jurisdiction="municipal", ambition=None, lever="market")
    make.proposal(essay, jurisdiction="municipal")
    for path in (f"/essays/{essay.slug}", "/proposals", f"/essays/{essay.slug}/landscape"):
        counts = counts_on(visit().get(f"{path}?jurisdiction=municipal"))
        assert counts["jurisdiction=municipal"] == 2
        assert counts["jurisdiction=unsaid"] == 1
        assert counts["ambition=unsaid"] == 1
        assert counts["ambition=improves"] == 1
        assert (counts["lever=market"], counts["lever=policy"]) == (1, 1)
        with app.app_context():
            every = {f"{tag.name}={each.value}" for tag in TAGS for each in tag.options}
        assert set(counts) >= every


def test_what_was_not_said_can_be_looked_for(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay, title="Form of nobody", jurisdiction=None)
    make.proposal(essay, title="Form of the town", jurisdiction="municipal", ambition=None)
    make.proposal(essay, title="Form of the nation", jurisdiction="national", ambition="replaces")
    make.comment(essay, body="A form is a form.")
    zed = visit()

    def titles(path: str) -> set[str]:
        return set(re.findall(r"Form of (?:\w+ )?\w+", re.sub(r"<[^>]+>", "", zed.get(path).text)))

    for path in (f"/essays/{essay.slug}?", "/proposals?", "/search?q=form&"):
        assert titles(f"{path}jurisdiction=unsaid") == {"Form of nobody"}
        both = titles(f"{path}jurisdiction=unsaid&jurisdiction=municipal")
        assert both == {"Form of nobody", "Form of the town"}
        assert titles(f"{path}ambition=unsaid&ambition=replaces") == {
            "Form of the town",
            "Form of the nation",
        }
        assert titles(f"{path}ambition=unsaid&jurisdiction=unsaid") == set()
    said = zed.get(f"/essays/{essay.slug}?jurisdiction=unsaid&jurisdiction=municipal").text
    assert "Who can pull it: Municipal, Not said" in said


def test_what_was_not_said_is_nothing_in_files(make: Make, visit: Any) -> None:
    essay, fay = make.essay(), visit(make.user("Fay", role="facilitator"))
    make.proposal(essay, jurisdiction=None, ambition="improves")
    address = f"/essays/{essay.slug}/proposals"
    (row,) = csv.DictReader(io.StringIO(fay.get(f"{address}.csv").data.decode("utf-8-sig")))
    assert (row["jurisdiction"], row["ambition"], row["assumed"]) == ("", "improves", "")
    (told,) = json.loads(fay.get(f"{address}.json").data)["proposals"]
    assert (told["jurisdiction"], told["ambition"], told["assumed"]) == (None, "improves", [])
    assert "Who can pull it: Not said" in fay.get(f"{address}.md").text
    assert fay.get(f"{address}.docx").status_code == fay.get(f"{address}.pdf").status_code == 200
    assert fay.get(f"{address}.csv?jurisdiction=unsaid").data.count(b"\r\n") == 2


def test_a_moderator_can_say_what_nobody_said_and_take_it_back(
    make: Make, visit: Any, app: Flask
) -> None:
    reply, dee = make.proposal(make.essay(), jurisdiction=None), make.user("Dee", role="moderator")
    browser = visit(dee)
    for place in ("municipal", ""):
        tags = {"lever": "policy", "jurisdiction": place, "ambition": "improves"}
        browser.post(f"/moderation/{reply.id}/retag", data={**tags, "reason": "mistake"})
        with app.app_context():
            assert db.session.get_one(Reply, reply.id).jurisdiction == (place or None)
            tally = db.session.scalars(select(Tally).where(Tally.proposals > 0)).one()
            assert tally.jurisdiction == place


def test_the_form_of_former_days_is_remembered(app: Flask, make: Make, visit: Any) -> None:
    """Values that the form once had chosen are kept, and exports say that nobody may have."""
    essay = make.essay()
    old = make.proposal(essay, jurisdiction="any", ambition="improves")
    sure = make.proposal(essay, jurisdiction="municipal", ambition="replaces")
    half = make.proposal(essay, jurisdiction="municipal", ambition="improves")
    unsaid = make.proposal(essay, jurisdiction=None, ambition=None)
    with app.app_context():
        db.session.remove()
        downgrade(revision="0013")
        downgrade(revision="-1")
        row = text("SELECT jurisdiction, ambition FROM replies WHERE id = :id")
        with db.engine.connect() as connection:
            found = connection.execute(row, {"id": unsaid.id}).one()
            tallied = connection.execute(
                text("SELECT jurisdiction, ambition, proposals FROM tallies ORDER BY 1, 2")
            ).all()
        assert tuple(found) == ("any", "improves")
        assert list(map(tuple, tallied)) == [
            ("any", "improves", 2),
            ("municipal", "improves", 1),
            ("municipal", "replaces", 1),
        ]
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(
                text("UPDATE replies SET jurisdiction = NULL WHERE id = :id"), {"id": old.id}
            )
        upgrade()
        assumed = {each.id: each.assumed for each in db.session.scalars(select(Reply))}
        assert assumed == {
            old.id: ["jurisdiction", "ambition"],
            sure.id: [],
            half.id: ["ambition"],
            unsaid.id: ["jurisdiction", "ambition"],
        }
        db.session.get_one(Reply, sure.id).jurisdiction = None
        db.session.commit()
    fay = visit(make.user("Fay", role="facilitator"))
    told = json.loads(fay.get(f"/essays/{essay.slug}/proposals.json").data)["proposals"]
    assert {row["id"]: row["assumed"] for row in told} == assumed
    words = fay.get(f"/essays/{essay.slug}/proposals.md").text
    assert "Municipal · Improves the present model (perhaps not chosen)" in words


def test_choosing_a_tag_ends_the_doubt_about_it(app: Flask, make: Make, visit: Any) -> None:
    ben, dee = make.user("Ben"), make.user("Dee", role="moderator")
    reply = make.proposal(make.essay(), ben, jurisdiction="any", ambition="improves")

    def assumed(*names: str) -> list[str]:
        with app.app_context():
            kept = db.session.get_one(Reply, reply.id)
            if names:
                kept.assumed = list(names)
                db.session.commit()
            return kept.assumed

    assumed("jurisdiction", "ambition")
    words = {**PROPOSAL, "version": 1, "jurisdiction": "national", "ambition": "improves"}
    visit(ben).post(f"/replies/{reply.id}/edit", data=words)
    assert assumed() == ["ambition"]
    tags = {"lever": "market", "jurisdiction": "national", "ambition": "improves"}
    visit(dee).post(f"/moderation/{reply.id}/retag", data={**tags, "reason": "mistake"})
    assert assumed() == []


def test_every_further_tag_may_stay_unsaid(app: Flask) -> None:
    with app.app_context():
        assert all(tag.unsaid and UNSAID not in tag for tag in FURTHER_TAGS)


A_BODYS_OWN = {
    "forum/answers/body_forms.py",
    "forum/answers/body_views.py",
    "forum/answers/ledger.py",
    "forum/answers/ledger_files.py",
    "forum/bodies/commands.py",
    "forum/bodies/models.py",
    "forum/deals/holding.py",
    "forum/deals/routing.py",
    "templates/bodies/add.html",
    "templates/parts/answers/ledger_filter.html",
}
"""A body has a jurisdiction of its own, by which dues find it; the ledger is filtered by it."""


def test_tags_are_named_in_the_register_and_where_a_column_must_be() -> None:
    """A second list of them elsewhere would be forgotten by whoever adds one."""
    rooms = {f"forum/replies/{name}.py" for name in COLUMNS}
    names = "|".join(tag.name for tag in FURTHER_TAGS)
    named = re.compile(rf"""["'.]({names})["':\s,)\]}}]|^\s+({names})\s*[:=]""", re.MULTILINE)
    root = Path(__file__).resolve().parent.parent
    files = [*root.glob("forum/**/*.py"), *root.glob("templates/**/*.html")]
    found = {str(path.relative_to(root)) for path in files if named.search(path.read_text("utf-8"))}
    elsewhere = {each for each in found if "migrations" not in each and "samples" not in each}
    assert elsewhere - {"templates/reading/style_basics.html"} - A_BODYS_OWN == rooms


def test_levers_are_explained_where_they_are_met_in_one_set_of_words(
    make: Make, visit: Any
) -> None:
    """Before anyone signs in, and as the form says it."""
    essay = make.essay()
    reply = make.proposal(essay, lever="market")
    zed, form = visit(), visit(make.user("Ben")).get(f"/essays/{essay.slug}/reply").text
    explained = zed.get("/levers")
    assert explained.status_code == 200
    for path in (f"/essays/{essay.slug}", "/proposals", f"/essays/{essay.slug}/landscape"):
        page = zed.get(path).text
        assert 'href="/levers"' in page
        for each in LEVER.values:
            assert str(each.meaning) in page
    for each in LEVER.values:
        assert f'id="{each.value}"' in explained.text
        for words in (str(each.meaning), str(each.example)):
            assert words in explained.text
            assert words in form
    for path in (f"/essays/{essay.slug}", f"/replies/{reply.id}", "/proposals"):
        assert 'href="/levers#market"' in zed.get(path).text


def judging(make: Make) -> tuple[Any, Any, dict[str, Reply]]:
    """Make a discussion of which Cam has judged two proposals and written one."""
    essay, cam = make.essay(), make.user("Cam")
    made = {
        "Voted": make.proposal(essay, title="Voted for", lever="market"),
        "Unsure": make.proposal(essay, title="Unsure about", jurisdiction="municipal"),
        "Own": make.proposal(essay, cam, title="Own words"),
        "Left": make.proposal(essay, title="Left over", lever="market"),
        "Elsewhere": make.proposal(make.essay("Another"), title="Left elsewhere"),
    }
    make.proposal(essay, title="Hidden from all", status="hidden")
    make.vote(cam, made["Voted"])
    make.vote(cam, made["Unsure"], "neutral")
    return essay, cam, made


def test_what_one_has_judged_can_be_left_out_of_every_list(make: Make, visit: Any) -> None:
    essay, cam, _made = judging(make)
    browser = visit(cam)
    names = ("Voted for", "Unsure about", "Own words", "Left over", "Left elsewhere")
    for path, left in ((f"/essays/{essay.slug}", 1), ("/proposals", 2)):
        page = browser.get(f"{path}?judged=no").text
        assert [name for name in names if name in page] == list(names[3 : 3 + left])
        assert f"{left} of {left + 3} proposals" in page
        counts = counts_on(browser.get(path))
        assert counts["judged=no"] == left
        assert counts["lever=market"] == 2
        assert counts_on(browser.get(f"{path}?judged=no"))["lever=market"] == 1
        assert counts_on(browser.get(f"{path}?lever=policy"))["judged=no"] == left - 1
        worded = counts_on(browser.get(f"{path}?q=left"))
        assert (worded["judged=no"], worded["lever=market"]) == (left, 1)
        assert 'name="judged"' not in visit().get(path).text
    assert "1 of 4 proposals" in browser.get(f"/essays/{essay.slug}/landscape?judged=no").text
    stranger = visit().get(f"/essays/{essay.slug}?judged=no").text
    assert "Sign in to leave out what you have judged." in stranger
    assert "4 proposals" in stranger


def test_files_leave_out_what_one_has_judged(make: Make, visit: Any, app: Flask) -> None:
    essay, fay = make.essay(), make.user("Fay", role="facilitator")
    make.vote(fay, make.proposal(essay, title="Judged"))
    make.proposal(essay, title="Left")
    browser = visit(fay)
    told = json.loads(browser.get(f"/essays/{essay.slug}/proposals.json?judged=no").data)
    assert [row["title"] for row in told["proposals"]] == ["Left"]
    assert "judged=no" in told["provenance"]["url"]
    assert told["provenance"]["filter"] == "Not yet judged by the person asking"
    chosen = browser.get(f"/essays/{essay.slug}/export?judged=no")
    assert counts_on(chosen)["judged=no"] == 1
    assert "proposals.csv?judged=no" in chosen.text
    with app.app_context():
        record = db.session.scalars(select(Export)).one()
        assert record.asked()[0].unjudged


def test_leaving_out_what_was_judged_reads_indexes(app: Flask, make: Make) -> None:
    """The plans, as both databases make them of a large discussion."""
    essay, cam, _made = judging(make)
    make.crowd(essay, [(1, 0)] * 2_000)
    make.crowd(make.essay("A third"), [(1, 0)] * 1_000)
    for _ in range(10):
        make.user()
    with app.app_context():
        db.session.execute(
            text(
                "INSERT INTO votes (reply_id, user_id, essay_id, value, version, voted_at) "
                "SELECT r.id, u.id, r.essay_id, 'support', 1, r.created_at "
                "FROM replies AS r CROSS JOIN users AS u WHERE u.id <> :cam AND r.lever IS NOT NULL"
            ),
            {"cam": cam.id},
        )
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        reader = judge(cam)
        chosen = Filter(unjudged=True, reader=reader)
        page = plan(listed(chosen, essay.id, Sort.TOP).limit(21))
        assert "ix_replies_top_essay" in page, page
        assert not re.search(r"SCAN votes\b|Seq Scan on (votes|replies)\b", page), page
        assert reader is not None
        query = judged_by(in_essay=True, tables=USUAL_TABLES).query
        counted = plan(query.params(user_id=cam.id, essay_id=essay.id))
        assert not re.search(r"SCAN (votes|replies)\b|Seq Scan on replies\b", counted), counted


def test_a_file_of_former_days_can_still_be_checked(app: Flask) -> None:
    """It knew fewer fields, and called some otherwise."""
    new = ("assumed", "place", "ranked")
    with app.app_context():
        former = {
            name.replace("quoted_", "strongest_"): value
            for name, value in row(created=MADE, edited=None).items()
            if name not in new
        }
        origin = replace(ORIGIN, rows=1, sha256=str(Digest([former]))).as_dict()
        words = {"name": "queue", "title": "The queue", "language": "en", "introduction": ""}
        told = {**former, "created": iso(MADE)}
        file = {"format": FORMAT, "version": 1, **words, "proposals": [told], "provenance": origin}
        assert reader.check(io.BytesIO(json.dumps(file).encode())).rows == 1
        assert (
            next(iter(reader.read(io.BytesIO(json.dumps(file).encode())).rows()))["assumed"] == []
        )
        told["title"] = "Another"
        with pytest.raises(Altered):
            reader.check(io.BytesIO(json.dumps(file).encode()))
