"""Who may reach what: every route for every role, and nothing changed by a refusal."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Moderator, User
from forum.accounts.resetting import token_for
from forum.db import db
from forum.moderation.acting import act
from forum.moderation.decision import Decision
from forum.moderation.duplicates import dismiss
from forum.moderation.kinds import kind_named
from forum.replies.models import Reply, reply_for_update
from forum.replies.reasons import Reason
from forum.replies.reviews import Why, open_review
from tests.cast import Make

EVERYONE = {"stranger", "reader", "moderator", "facilitator", "admin"}
PEOPLE = EVERYONE - {"stranger"}
MODERATORS = {"moderator", "admin"}
FACILITATORS = {"facilitator", "admin"}

PAGES = [
    ("/", EVERYONE),
    ("/essays/{open}", EVERYONE),
    ("/essays/{draft}", FACILITATORS),
    ("/essays/{open}/landscape", EVERYONE),
    ("/essays/{draft}/landscape", FACILITATORS),
    ("/essays/{open}/history", EVERYONE),
    ("/essays/{draft}/history", FACILITATORS),
    ("/essays/new", FACILITATORS),
    ("/essays/{open}/edit", FACILITATORS),
    ("/essays/{open}/reply", PEOPLE),
    ("/essays/{draft}/reply", set()),
    ("/essays/{closed}/reply", set()),
    ("/proposals", EVERYONE),
    ("/search?q=publish&essay={draft}", EVERYONE),
    ("/accessibility", EVERYONE),
    ("/style", EVERYONE),
    ("/style/letters/reset.html", EVERYONE),
    ("/style/letters/password_changed.txt", EVERYONE),
    ("/replies/{shown}", EVERYONE),
    ("/replies/{hidden}", MODERATORS),
    ("/replies/{shown}/history", EVERYONE),
    ("/replies/{hidden}/history", MODERATORS),
    ("/replies/{shown}/edit", set()),
    ("/replies/{shown}/report", PEOPLE),
    ("/people/{author}", EVERYONE),
    ("/account", PEOPLE),
    ("/reset", EVERYONE),
    ("/reset/asked", EVERYONE),
    ("/reset/{token}", EVERYONE),
    ("/drafts", PEOPLE),
    ("/essays/{open}/similar?title=Publish+waiting+times", PEOPLE),
    ("/essays/{closed}/similar?title=Publish+waiting+times", set()),
    ("/essays/{draft}/similar?title=Publish+waiting+times", set()),
    ("/feed.atom", EVERYONE),
    ("/proposals/feed.atom", EVERYONE),
    ("/essays/{open}/feed.atom", EVERYONE),
    ("/essays/{draft}/feed.atom", set()),
    ("/people/{author}/feed.atom", EVERYONE),
    ("/sitemap.xml", EVERYONE),
    ("/sitemap-essays.xml", EVERYONE),
    ("/sitemap-replies-1.xml", EVERYONE),
    ("/robots.txt", EVERYONE),
    ("/.well-known/security.txt", set()),
    ("/moderation", MODERATORS),
    ("/moderation/log", EVERYONE),
    ("/moderation/log.json", EVERYONE),
    ("/moderation/log.atom", EVERYONE),
    ("/moderation/{shown}/merge", MODERATORS),
    ("/moderation/{shown}/merge?into={other}", MODERATORS),
    ("/moderation/duplicates", MODERATORS),
    ("/moderation/duplicates?essay={open}", MODERATORS),
    ("/moderation/duplicates?essay={draft}", set()),
    ("/moderation/log.csv", MODERATORS),
    ("/moderation/overview", MODERATORS),
    ("/moderation/{shown}", MODERATORS),
    ("/moderation/{waiting}", MODERATORS),
    ("/replies/{waiting}", MODERATORS),
    ("/replies/{waiting}/history", MODERATORS),
    ("/moderation/people/{author}", MODERATORS),
    ("/moderation/essays/{open}", MODERATORS),
    ("/essays/{open}/policy", FACILITATORS),
    ("/notices", PEOPLE),
    ("/essays/{open}/proposals.csv", FACILITATORS),
    ("/essays/{open}/proposals.json", FACILITATORS),
    ("/essays/{draft}/proposals.md", FACILITATORS),
    ("/proposals.csv", FACILITATORS),
    ("/proposals.json", FACILITATORS),
    ("/proposals.md", FACILITATORS),
    ("/essays/{open}/proposals.xlsx", FACILITATORS),
    ("/essays/{open}/proposals.docx", FACILITATORS),
    ("/essays/{open}/proposals.pdf", FACILITATORS),
    ("/proposals.xlsx", FACILITATORS),
    ("/proposals.docx", FACILITATORS),
    ("/proposals.pdf", FACILITATORS),
    ("/essays/{open}/export", FACILITATORS),
    ("/essays/{draft}/export", FACILITATORS),
    ("/export", FACILITATORS),
    ("/exports", FACILITATORS),
    ("/essays/{free}/proposals.csv", EVERYONE),
    ("/essays/{free}/proposals.json?lever=policy", EVERYONE),
    ("/essays/{free}/export", EVERYONE),
    ("/essays/{freedraft}/proposals.csv", FACILITATORS),
    ("/shortlists", FACILITATORS),
    ("/shortlists/{shortlist}", FACILITATORS),
    ("/briefs", EVERYONE),
    ("/briefs/{brief}", EVERYONE),
    ("/briefs/{brief}.csv", EVERYONE),
    ("/briefs/{brief}.json", EVERYONE),
    ("/briefs/{brief}/compare/{brief}", EVERYONE),
    ("/briefs/new?essay={open}", FACILITATORS),
    ("/briefs/new?essay={draft}", set()),
    ("/briefs/new?shortlist={shortlist}", FACILITATORS),
    ("/briefs/drafts/{sketch}", FACILITATORS),
    ("/briefs/drafts/{sketch}/preview", FACILITATORS),
]

TAGS = {"lever": "market", "jurisdiction": "any", "ambition": "improves"}

DEEDS = [
    ("/reset", {"email": "{email}"}, EVERYONE),
    ("/reset", {"email": "nobody@example.org"}, EVERYONE),
    ("/reset/{token}", {"password": "marble kite 77"}, EVERYONE),
    ("/essays/{open}/export", {"format": "csv"}, FACILITATORS),
    ("/essays/{draft}/export", {"format": "json"}, FACILITATORS),
    ("/export", {"format": "md"}, FACILITATORS),
    ("/essays/new", {"title": "T", "body": "B", "prompt": "P", "language": "en"}, FACILITATORS),
    ("/essays/{draft}/publish", {}, FACILITATORS),
    ("/essays/{open}/close", {}, FACILITATORS),
    ("/essays/{closed}/reopen", {}, FACILITATORS),
    ("/essays/{open}/reply", {"lever": "", "body": "B"}, PEOPLE),
    ("/essays/{closed}/reply", {"lever": "", "body": "B"}, set()),
    ("/replies/{shown}/vote", {"value": "support"}, PEOPLE),
    ("/replies/{hidden}/vote", {"value": "support"}, set()),
    ("/replies/{shown}/comment", {"stance": "support", "body": "B"}, PEOPLE),
    ("/replies/{hidden}/comment", {"stance": "support", "body": "B"}, set()),
    ("/replies/{shown}/report", {"reason": "spam"}, PEOPLE),
    ("/replies/{hidden}/report", {"reason": "spam"}, MODERATORS),
    ("/replies/{shown}/edit", {"lever": "", "body": "B"}, set()),
    ("/drafts/essays/{open}/reply", {"body": "B", "draft": "0.page"}, PEOPLE),
    ("/drafts/replies/{shown}/comment", {"body": "B", "draft": "0.page"}, PEOPLE),
    ("/moderation/{shown}/hide", {"reason": "spam"}, MODERATORS),
    ("/moderation/{hidden}/restore", {"reason": "spam"}, MODERATORS),
    ("/moderation/{shown}/keep", {"reason": "other"}, MODERATORS),
    ("/moderation/{shown}/merge", {"reason": "duplicate", "into": "{other}"}, MODERATORS),
    ("/moderation/duplicates/{shown}/{other}/dismiss", {}, MODERATORS),
    ("/moderation/duplicates/{shown}/{dismissed}/suggest", {}, MODERATORS),
    ("/moderation/{waiting}/keep", {"reason": "fits"}, MODERATORS),
    ("/moderation/{shown}/ask_rewrite", {"reason": "unclear"}, MODERATORS),
    ("/moderation/{hidden}/uphold", {"reason": "spam"}, MODERATORS),
    ("/moderation/{shown}/retag", {"reason": "misplaced", **TAGS}, MODERATORS),
    ("/moderation/{shown}/edit_title", {"reason": "unclear", "title": "T"}, MODERATORS),
    ("/moderation/{shown}/to_comment", {"reason": "misplaced"}, MODERATORS),
    (
        "/moderation/{comment}/to_proposal",
        {"reason": "misplaced", "title": "T", **TAGS},
        MODERATORS,
    ),
    ("/moderation/{shown}/move", {"reason": "misplaced", "essay": "closed"}, MODERATORS),
    ("/moderation/{shown}/lock", {"reason": "heated"}, MODERATORS),
    ("/moderation/{shown}/slow", {"reason": "heated", "minutes": "5"}, MODERATORS),
    ("/moderation/{shown}/unfeature", {"reason": "other"}, MODERATORS),
    ("/moderation/{hidden}/hold", {}, MODERATORS),
    ("/moderation/people/{author}/warn", {"reason": "abuse"}, MODERATORS),
    ("/moderation/people/{author}/suspend", {"reason": "abuse", "days": "7"}, MODERATORS),
    ("/moderation/essays/{open}/close", {"reason": "heated"}, MODERATORS),
    ("/moderation/essays/{closed}/reopen", {"reason": "mistake"}, MODERATORS),
    ("/moderation/actions/{action}/undo", {"reason": "mistake"}, MODERATORS),
    (
        "/essays/{open}/policy",
        {
            "reason": "other",
            "premoderation": "full",
            "replies_from": "vouched",
            "report_threshold": "3",
        },
        FACILITATORS,
    ),
    ("/essays/{open}/moderators", {"email": "{email}"}, FACILITATORS),
    ("/essays/{open}/moderators/{eve}/remove", {}, FACILITATORS),
    ("/shortlists", {"name": "N", "essay": ""}, FACILITATORS),
    ("/shortlists/{shortlist}/rename", {"name": "M", "was": "Picked"}, FACILITATORS),
    ("/shortlists/{shortlist}/pick", {"reply": "{other}"}, FACILITATORS),
    ("/shortlists/{shortlist}/items/1/move", {"to": "bottom"}, FACILITATORS),
    ("/shortlists/{shortlist}/items/1/note", {"note": "N", "version": "1"}, FACILITATORS),
    ("/shortlists/{shortlist}/items/1/remove", {}, FACILITATORS),
    ("/shortlists/{shortlist}/items/3/restore", {}, FACILITATORS),
    ("/briefs/new?shortlist={shortlist}", {"title": "T", "language": "en"}, FACILITATORS),
    ("/briefs/new?essay={draft}", {"title": "T", "language": "en", "per_lever": "5"}, set()),
    ("/briefs/drafts/{sketch}", {"title": "T", "language": "en", "version": "1"}, FACILITATORS),
    ("/briefs/drafts/{sketch}/publish", {"seen": "{seen}"}, FACILITATORS),
    ("/briefs/drafts/{sketch}/discard", {"version": "1"}, FACILITATORS),
    ("/briefs/{cut}/files", {}, FACILITATORS),
    ("/essays/{free}/export", {"format": "csv"}, FACILITATORS),
]


@pytest.fixture
def scene(make: Make) -> dict[str, Any]:
    """An essay in every state, replies shown and hidden, a shortlist and its brief."""
    essay, ben, fay = make.essay("Open"), make.user("Ben"), make.user("Fay", role="facilitator")
    shown, dismissed = make.proposal(essay, ben), make.proposal(essay, ben)
    other, off = make.proposal(essay, ben), make.proposal(essay, ben)
    with make.app.app_context():
        dismiss(shown, dismissed, ben)
        db.session.commit()
    shortlist = make.shortlist(fay, shown, make.proposal(essay, ben), off, name="Picked")
    make.take_off(fay, shortlist, off)
    sketch = make.draft(fay, shortlist)
    scene: dict[str, Any] = {
        "open": essay.slug,
        "draft": make.essay("Draft", state="draft").slug,
        "closed": make.essay("Closed", state="closed").slug,
        "shown": shown.id,
        "other": other.id,
        "dismissed": dismissed.id,
        "shortlist": shortlist.id,
        "sketch": sketch.id,
        "seen": make.mark(sketch),
        "brief": make.brief(fay, shortlist).reference,
        "cut": make.brief(fay, shortlist, finished=False).reference,
        "free": make.essay("Open data", open_data=True).slug,
        "freedraft": make.essay("Open data later", state="draft", open_data=True).slug,
        "hidden": make.proposal(essay, ben, status="hidden").id,
        "waiting": make.proposal(essay, ben, status="waiting").id,
        "comment": make.comment(essay, ben).id,
        "author": ben.id,
        "email": ben.email,
        "eve": make.user("Eve").id,
    }
    with make.app.app_context():
        hidden, kept = reply_for_update(scene["hidden"]), reply_for_update(scene["shown"])
        assert hidden is not None
        assert kept is not None
        open_review(hidden, Why.APPEAL)
        scene["token"] = token_for(ben)
        scene["action"] = act(kind_named("feature"), kept, Decision(None, Reason.GOOD)).id
        db.session.add(Moderator(essay_id=essay.id, user_id=scene["eve"]))
        db.session.commit()
    return scene


def arrive(make: Make, visit: Any, role: str) -> Any:
    return visit() if role == "stranger" else visit(make.user(role.title(), role=role))


def contents(app: Flask) -> dict[str, list[Any]]:
    """Return everything in the database that a deed could change."""
    with app.app_context():
        return {
            table.name: sorted(map(str, db.session.execute(select(table)).all()))
            for table in db.metadata.sorted_tables
            if table.name != "sign_ins"
        }


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_every_page_for_every_role(
    make: Make, visit: Any, scene: dict[str, Any], role: str
) -> None:
    visitor = arrive(make, visit, role)
    for path, allowed in PAGES:
        status = visitor.get(path.format(**scene)).status_code
        expected = {200} if role in allowed else {302, 401, 403, 404, 410}
        assert status in expected, f"{role} gets {status} from {path}"


def done(visitor: Any, scene: dict[str, Any], path: str, data: dict[str, str]) -> int:
    """Do a deed in the scene; return the status of the answer."""
    data = {name: value.format(**scene) for name, value in data.items()}
    return int(visitor.post(path.format(**scene), data).status_code)


@pytest.mark.parametrize(
    ("path", "data", "role"),
    [(path, data, role) for path, data, allowed in DEEDS for role in sorted(allowed)],
)
def test_every_deed_for_those_who_may(
    app: Flask,
    make: Make,
    visit: Any,
    scene: dict[str, Any],
    path: str,
    data: dict[str, str],
    role: str,
) -> None:
    visitor = arrive(make, visit, role)
    before = contents(app)
    assert done(visitor, scene, path, data) == 303
    assert contents(app) != before


@pytest.mark.parametrize(
    ("path", "data", "allowed"), [deed for deed in DEEDS if deed[2] != EVERYONE]
)
def test_every_deed_for_those_who_may_not(
    app: Flask,
    make: Make,
    visit: Any,
    scene: dict[str, Any],
    path: str,
    data: dict[str, str],
    allowed: set[str],
) -> None:
    visitors = {role: arrive(make, visit, role) for role in sorted(EVERYONE - allowed)}
    before = contents(app)
    for role, visitor in visitors.items():
        status = done(visitor, scene, path, data)
        assert status in {401, 403, 404, 410}, f"{role} gets {status} from {path}"
        assert contents(app) == before, f"{role} is refused by {path}, and yet something changed"


def test_looking_changes_nothing(app: Flask, make: Make, visit: Any, scene: dict[str, Any]) -> None:
    ada = visit(make.user("Ada", role="admin"))
    before = contents(app)
    for path, _allowed in PAGES:
        if "proposals." not in path:
            ada.get(path.format(**scene))
    assert contents(app) == before


def test_forms_take_only_the_fields_they_name(app: Flask, make: Make, visit: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    extra = {"role": "admin", "status": "hidden", "support": "99", "author_id": "1", "id": "77"}
    visit(cam).post(f"/essays/{essay.slug}/reply", {"lever": "", "body": "Hello.", **extra})
    visit(cam).post("/account", {"name": "Cam", **extra})
    with app.app_context():
        row = db.session.execute(
            select(Reply.status, Reply.support, Reply.author_id, Reply.id)
        ).one()
        role = db.session.scalar(select(User.role))
        number = db.session.scalar(select(func.count()).select_from(Reply))
    assert tuple(row) == ("visible", 0, cam.id, 1)
    assert (role, number) == ("reader", 1)
