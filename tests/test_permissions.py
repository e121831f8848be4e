"""Who may reach what: every route for every role, and nothing changed by a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Moderator, User
from forum.accounts.resetting import token_for
from forum.answers.content import AnswerContent
from forum.answers.drafts import save_draft
from forum.answers.models import Promise
from forum.answers.statuses import AnswerStatus
from forum.db import db, now
from forum.essays.models import Essay, essay_for_update
from forum.events.recording import record
from forum.events.topics import TOPICS
from forum.events.unsubscribing import token_of
from forum.exports import jobs
from forum.exports.models import description
from forum.exports.rules import Rules
from forum.exports.snapshot import open_snapshot
from forum.exports.tables import table_of
from forum.invitations.inviting import invite
from forum.invitations.inviting import token_of as token_of_invitation
from forum.invitations.models import Invitation
from forum.mail.models import DeadLetter
from forum.moderation.acting import act
from forum.moderation.decision import Decision
from forum.moderation.duplicates import dismiss
from forum.moderation.kinds import kind_named
from forum.rehearsals import rehearsing
from forum.rehearsals.links import token_of as token_of_link
from forum.rehearsals.models import Rehearsal
from forum.replies.filters import Filter
from forum.replies.models import Reply, reply_for_update
from forum.replies.reasons import Reason
from forum.replies.reviews import Why, open_review
from forum.settings import current
from forum.settings.jurisdiction_sets import SETS
from forum.settings.models import SettingChange
from forum.settings.setting_changes import change_setting
from forum.web import dates
from forum.web.assets import style_url
from tests.asides import Asides
from tests.cast import Make
from tests.circle import Circle

EVERYONE = {"stranger", "reader", "moderator", "facilitator", "admin"}
PEOPLE = EVERYONE - {"stranger"}
MODERATORS = {"moderator", "admin"}
FACILITATORS = {"facilitator", "admin"}
LOOKOUTS = FACILITATORS | MODERATORS

PAGES = [
    ("/", EVERYONE),
    ("/essays/{open}", EVERYONE),
    ("/essays/{draft}", FACILITATORS),
    ("/essays/{open}/judge?seed=a", EVERYONE),
    ("/essays/{closed}/judge?seed=a", EVERYONE),
    ("/essays/{draft}/judge?seed=a", FACILITATORS),
    ("/essays/{draft}/rehearsal", FACILITATORS),
    ("/essays/{open}/rehearsal", set()),
    ("/essays/{tried}", FACILITATORS),
    ("/essays/{tried}/proposals.csv", set()),
    ("/essays/{tried}/rehearsal", FACILITATORS),
    ("/rehearsals/{rehearsed}", EVERYONE),
    ("/essays/{open}/landscape", EVERYONE),
    ("/essays/{draft}/landscape", FACILITATORS),
    ("/essays/{open}/landscape/table", EVERYONE),
    ("/essays/{draft}/landscape/table", FACILITATORS),
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
    ("/levers", EVERYONE),
    ("/voters", EVERYONE),
    ("/stored", EVERYONE),
    ("/account/everything", PEOPLE),
    ("/style", EVERYONE),
    ("/style/letters/reset.html", EVERYONE),
    ("/style/letters/password_changed.txt", EVERYONE),
    ("/style/letters/code.html", EVERYONE),
    ("/replies/{shown}", EVERYONE),
    ("/replies/{hidden}", MODERATORS),
    ("/replies/{shown}/history", EVERYONE),
    ("/replies/{hidden}/history", MODERATORS),
    ("/replies/{shown}/edit", set()),
    ("/replies/{shown}/report", PEOPLE),
    ("/replies/{shown}/comment", PEOPLE),
    ("/replies/{hidden}/comment", set()),
    ("/replies/{shown}/people?name=b", PEOPLE),
    ("/replies/{hidden}/people", set()),
    ("/replies/{comment}/comment?quote=1", PEOPLE),
    ("/people/{author}", EVERYONE),
    ("/account", PEOPLE),
    ("/account/letters", PEOPLE),
    ("/account/address", PEOPLE),
    ("/account/sign-ins", PEOPLE),
    ("/account/second-factor", PEOPLE),
    ("/sign-in/second-step", EVERYONE),
    ("/sign-in/provider/return", set()),
    ("/admin/second-factors", {"admin"}),
    ("/account/password", PEOPLE),
    ("/account/leave", PEOPLE),
    ("/agree", set()),
    ("/admin/erase/{shown}", {"admin"}),
    ("/admin/people/{author}/erase", {"admin"}),
    ("/account/provider", set()),
    ("/code", EVERYONE),
    ("/unsubscribe/{leave}", EVERYONE),
    ("/admin/mail", {"admin"}),
    ("/admin", {"admin"}),
    ("/admin/health", {"admin"}),
    ("/admin/log", {"admin"}),
    ("/metrics", set()),
    ("/admin/site", {"admin"}),
    ("/admin/jurisdictions", {"admin"}),
    ("/admin/people", {"admin"}),
    ("/admin/people/{author}", {"admin"}),
    ("/admin/levers", {"admin"}),
    ("/admin/limits", {"admin"}),
    ("/admin/figures", {"admin"}),
    ("/admin/figures.csv?period=years", {"admin"}),
    ("/admin/changes", {"admin"}),
    ("/terms", EVERYONE),
    ("/static/logo.{logo}.png", EVERYONE),
    ("/static/colours.{colours}.css", EVERYONE),
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
    ("/replies/{shown}/feed.atom", EVERYONE),
    ("/replies/{hidden}/feed.atom", set()),
    ("/replies/{shown}/picture.png", EVERYONE),
    ("/replies/{hidden}/picture.png", set()),
    ("/sitemap.xml", EVERYONE),
    ("/sitemap-essays.xml", EVERYONE),
    ("/sitemap-replies-1.xml", EVERYONE),
    ("/robots.txt", EVERYONE),
    ("/.well-known/security.txt", set()),
    ("/moderation", MODERATORS),
    ("/moderation?item={shown}", MODERATORS),
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
    ("/essays/{open}/unusual", FACILITATORS | MODERATORS),
    ("/essays/{draft}/unusual", FACILITATORS),
    ("/essays/{open}/set-aside", EVERYONE),
    ("/essays/{draft}/set-aside", FACILITATORS),
    ("/essays/{open}/set-aside/new", LOOKOUTS),
    ("/essays/{draft}/set-aside/new", set()),
    ("/moderation/aside", LOOKOUTS),
    ("/moderation/aside/{proposed}", LOOKOUTS),
    ("/essays/{open}/policy", FACILITATORS),
    ("/essays/{open}/invitations", FACILITATORS),
    ("/essays/{draft}/invitations", FACILITATORS),
    ("/admin/invitations", {"admin"}),
    ("/invitations/{invited}", EVERYONE),
    ("/essays/{open}/deal", EVERYONE),
    ("/essays/{draft}/deal", FACILITATORS),
    ("/essays/{open}/deal/edit", FACILITATORS),
    ("/essays/{draft}/deal/edit", FACILITATORS),
    ("/essays/{open}/pause", FACILITATORS),
    ("/essays/{draft}/pause", set()),
    ("/notices", PEOPLE),
    ("/yours", PEOPLE),
    ("/yours/proposals", PEOPLE),
    ("/yours/votes", PEOPLE),
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
    ("/shortlists/{shortlist}/items/1/comments", FACILITATORS),
    ("/briefs", EVERYONE),
    ("/briefs/{brief}", EVERYONE),
    ("/briefs/{brief}.csv", EVERYONE),
    ("/briefs/{brief}.json", EVERYONE),
    ("/briefs/{brief}/compare/{brief}", EVERYONE),
    ("/ledger", EVERYONE),
    ("/ledger.csv", EVERYONE),
    ("/ledger.json", EVERYONE),
    ("/ledger.ics", EVERYONE),
    ("/ledger.atom", EVERYONE),
    ("/bodies", EVERYONE),
    ("/bodies/{body}", EVERYONE),
    ("/bodies/new", FACILITATORS),
    ("/answers/{answer}", EVERYONE),
    ("/answering", set()),
    ("/answering/{body}/replies/{shown}", set()),
    ("/answering/{body}/briefs/{brief}", set()),
    ("/answering/drafts/{answerdraft}", set()),
    ("/answering/{body}/many?reply={shown}", set()),
    ("/answering/{body}/list", set()),
    ("/answering/{body}/list.csv", set()),
    ("/answering/{body}/list.xlsx", set()),
    ("/promises/{promise}", set()),
    ("/replies/{shown}/said-aloud", FACILITATORS),
    ("/replies/{asks}/raise", FACILITATORS),
    ("/replies/{quotable}/raise", set()),
    ("/briefs/new?essay={open}", FACILITATORS),
    ("/briefs/new?essay={draft}", set()),
    ("/briefs/new?shortlist={shortlist}", FACILITATORS),
    ("/briefs/drafts/{sketch}", FACILITATORS),
    ("/briefs/drafts/{sketch}/preview", FACILITATORS),
    ("/exports/{export}", {"admin"}),
    ("/exports/{export}/file", {"admin"}),
    ("/sign-in", EVERYONE),
    ("/sign-up", EVERYONE),
    ("/essays/{open}/rooms", EVERYONE),
    ("/essays/{draft}/rooms", FACILITATORS),
    ("/rooms/{room}", FACILITATORS),
    ("/rooms/{room}/wall", FACILITATORS),
    ("/room", EVERYONE),
    ("/room/{roomcode}", EVERYONE),
    ("/healthz", EVERYONE),
    ("/readyz", EVERYONE),
    ("/static/js/main.js", EVERYONE),
    ("{style}", EVERYONE),
]
"""Each page, and the roles that may see it; what is one person's own, others see only as admin."""

TAGS = {"lever": "market", "jurisdiction": "any", "ambition": "improves"}

PASSWORD = "marble kite 77"

PROOF = {"password": Make.PASSWORD}

CHOICES = {topic.name: "site" for topic in TOPICS}


class Deed(NamedTuple):
    """A form that is sent: where, with what, by whom, and what comes of it."""

    path: str
    data: dict[str, str]
    allowed: set[str]
    status: int = 303
    changes: bool = True  # anything but who is signed in


DEEDS: list[Deed] = [
    Deed("/admin/site", {"site_name": "Harrow Inlet"}, {"admin"}),
    Deed("/agree", {"agreed": "terms_en:0"}, PEOPLE, changes=False),
    Deed("/admin/limits", {"limit_votes": "7 per hour"}, {"admin"}),
    Deed("/admin/levers", {"lever_policy_meaning_en": "M"}, {"admin"}),
    Deed("/admin/jurisdictions", {f"{s}_en": "N" for s in SETS["canada"].listed}, {"admin"}),
    Deed("/admin/people/{author}/role", {"role": "moderator", **PROOF}, {"admin"}),
    Deed("/admin/people/{author}/sign-out", {}, {"admin"}, changes=False),
    Deed("/admin/people/{author}/moderator", {"essay": "{open}"}, {"admin"}),
    Deed("/admin/people/{author}/moderator/1/end", {}, {"admin"}, changes=False),
    Deed("/admin/jurisdictions/set", {"chosen": "canada"}, {"admin"}),
    Deed("/admin/changes/{change}/undo", {}, {"admin"}),
    Deed("/reset", {"email": "{email}"}, EVERYONE),
    Deed("/reset", {"email": "nobody@example.org"}, EVERYONE),
    Deed("/reset/{token}", {"password": PASSWORD}, EVERYONE),
    Deed("/essays/{open}/export", {"format": "csv"}, FACILITATORS),
    Deed("/essays/{draft}/export", {"format": "json"}, FACILITATORS),
    Deed("/export", {"format": "md"}, FACILITATORS),
    Deed("/essays/{open}/archive", {}, FACILITATORS),
    Deed("/essays/new", {"title": "T", "body": "B", "prompt": "P", "language": "en"}, FACILITATORS),
    Deed("/essays/{draft}/publish", {}, FACILITATORS),
    Deed("/essays/{draft}/rehearsal/begin", {}, FACILITATORS),
    Deed("/essays/{tried}/rehearsal/renew", {}, FACILITATORS),
    Deed("/essays/{tried}/rehearsal/end", {}, FACILITATORS),
    Deed("/essays/{ended}/rehearsal/open", {}, FACILITATORS),
    Deed("/rehearsals/{rehearsed}", {}, PEOPLE),
    Deed("/essays/{tried}/reply", {"lever": "", "body": "B"}, set()),
    Deed("/essays/{open}/close", {}, FACILITATORS),
    Deed("/essays/{closed}/reopen", {}, FACILITATORS),
    Deed("/essays/{open}/reply", {"lever": "", "body": "B"}, PEOPLE),
    Deed("/essays/{closed}/reply", {"lever": "", "body": "B"}, set()),
    Deed("/replies/{shown}/vote", {"value": "support"}, PEOPLE),
    Deed("/replies/{hidden}/vote", {"value": "support"}, set()),
    Deed("/essays/{open}/judge/undo", {"reply": "{shown}"}, PEOPLE, changes=False),
    Deed("/replies/{shown}/comment", {"stance": "support", "body": "B"}, PEOPLE),
    Deed("/replies/{hidden}/comment", {"stance": "support", "body": "B"}, set()),
    Deed("/replies/{shown}/follow", {"value": "on"}, PEOPLE),
    Deed("/replies/{hidden}/follow", {"value": "on"}, MODERATORS),
    Deed("/essays/{open}/follow", {"value": "on", "lever": "policy"}, PEOPLE),
    Deed("/essays/{draft}/follow", {"value": "on"}, FACILITATORS),
    Deed("/bodies/{body}/follow", {"value": "on"}, PEOPLE),
    Deed("/openings/follow", {"value": "on"}, PEOPLE),
    Deed("/account/letters", {"language": "fr", **CHOICES}, PEOPLE),
    Deed("/account/address", {"email": "n@example.org", "password": Make.PASSWORD}, PEOPLE),
    Deed("/unsubscribe/{leave}", {}, EVERYONE, status=200),
    Deed("/code/send", {"email": "n@example.org"}, EVERYONE),
    Deed("/account/sign-ins/end", {}, PEOPLE, changes=False),
    Deed("/account/second-factor", {"code": "0"}, PEOPLE, changes=False),
    Deed("/account/second-factor/codes", {}, PEOPLE, status=200, changes=False),
    Deed("/account/second-factor/end", {}, PEOPLE, status=200, changes=False),
    Deed("/sign-in/provider", {}, set()),
    Deed("/sign-in/provider/return", {}, set()),
    Deed("/account/provider", {}, set()),
    Deed("/account/provider/end", {}, set()),
    Deed("/sign-in/second-step", {"code": "0"}, EVERYONE, status=422, changes=False),
    Deed("/admin/second-factors", {"email": "{secured}", **PROOF}, {"admin"}),
    Deed("/account/password", {"password": Make.PASSWORD, "new_password": PASSWORD}, PEOPLE),
    Deed("/account/leave", {"texts": "stay", "password": Make.PASSWORD}, PEOPLE),
    Deed("/account/everything", {"password": Make.PASSWORD}, PEOPLE, status=200, changes=False),
    Deed("/admin/erase/{shown}", {"reason": "personal", "sure": "y", **PROOF}, {"admin"}),
    Deed("/admin/people/{author}/erase", {"texts": "go", "sure": "y", **PROOF}, {"admin"}),
    Deed("/admin/mail/test", {}, {"admin"}),
    Deed("/admin/mail/{deadletter}/again", {}, {"admin"}),
    Deed("/code/later", {}, PEOPLE),
    Deed("/code", {"code": "000000"}, EVERYONE, status=422, changes=False),
    Deed("/replies/{shown}/report", {"reason": "spam"}, PEOPLE),
    Deed("/replies/{hidden}/report", {"reason": "spam"}, MODERATORS),
    Deed("/replies/{shown}/edit", {"lever": "", "body": "B"}, set()),
    Deed("/replies/{shown}/withdraw", {}, set()),
    Deed("/replies/{shown}/unwithdraw", {}, set()),
    Deed("/drafts/essays/{open}/reply", {"body": "B", "draft": "0.page"}, PEOPLE),
    Deed("/drafts/replies/{shown}/comment", {"body": "B", "draft": "0.page"}, PEOPLE),
    Deed("/moderation/{shown}/hide", {"reason": "spam"}, MODERATORS),
    Deed("/moderation/{hidden}/restore", {"reason": "spam"}, MODERATORS),
    Deed("/moderation/{shown}/keep", {"reason": "other"}, MODERATORS),
    Deed("/moderation/{shown}/merge", {"reason": "duplicate", "into": "{other}"}, MODERATORS),
    Deed("/moderation/duplicates/{shown}/{other}/dismiss", {}, MODERATORS),
    Deed("/moderation/duplicates/{shown}/{dismissed}/suggest", {}, MODERATORS),
    Deed("/moderation/{waiting}/keep", {"reason": "fits"}, MODERATORS),
    Deed("/moderation/{shown}/ask_rewrite", {"reason": "unclear"}, MODERATORS),
    Deed("/moderation/{hidden}/uphold", {"reason": "spam"}, MODERATORS),
    Deed("/moderation/{shown}/retag", {"reason": "misplaced", **TAGS}, MODERATORS),
    Deed("/moderation/{shown}/edit_title", {"reason": "unclear", "title": "T"}, MODERATORS),
    Deed("/moderation/{shown}/to_comment", {"reason": "misplaced"}, MODERATORS),
    Deed(
        "/moderation/{comment}/to_proposal",
        {"reason": "misplaced", "title": "T", **TAGS},
        MODERATORS,
    ),
    Deed("/moderation/{shown}/move", {"reason": "misplaced", "essay": "closed"}, MODERATORS),
    Deed("/moderation/{shown}/lock", {"reason": "heated"}, MODERATORS),
    Deed("/moderation/{shown}/slow", {"reason": "heated", "minutes": "5"}, MODERATORS),
    Deed("/moderation/{shown}/unfeature", {"reason": "other"}, MODERATORS),
    Deed("/moderation/{hidden}/hold", {}, MODERATORS),
    Deed("/moderation/{shown}/hide_and_suspend", {"reason": "spam", "days": "7"}, MODERATORS),
    Deed("/moderation/undo", {"action": "{action}", "reason": "mistake"}, MODERATORS),
    Deed("/moderation/people/{author}/warn", {"reason": "abuse"}, MODERATORS),
    Deed("/moderation/people/{author}/suspend", {"reason": "abuse", "days": "7"}, MODERATORS),
    Deed("/moderation/essays/{open}/close", {"reason": "heated"}, MODERATORS),
    Deed("/moderation/essays/{closed}/reopen", {"reason": "mistake"}, MODERATORS),
    Deed("/moderation/actions/{action}/undo", {"reason": "mistake"}, MODERATORS),
    Deed(
        "/essays/{open}/policy",
        {
            "reason": "other",
            "premoderation": "full",
            "replies_from": "vouched",
            "report_threshold": "3",
        },
        FACILITATORS,
    ),
    Deed("/essays/{open}/invitations", {"addresses": "n@example.org"}, FACILITATORS),
    Deed("/admin/invitations", {"addresses": "n@example.org"}, {"admin"}),
    Deed("/invitations/{invitation}/revoke", {}, FACILITATORS),
    Deed("/invitations/{invited}", {}, {"stranger"}),
    Deed("/essays/{declares}/declare", {"said": "I live here."}, PEOPLE),
    Deed("/essays/{open}/declare", {"said": "I live here."}, set()),
    Deed("/essays/{draft}/deal/edit", {"promise": "no"}, FACILITATORS),
    Deed("/essays/{open}/deal/edit", {"promise": "no", "because": "B"}, FACILITATORS),
    Deed("/essays/{open}/pause", {"because": "An election."}, FACILITATORS),
    Deed("/essays/{open}/moderators", {"email": "{email}"}, FACILITATORS),
    Deed("/essays/{open}/moderators/{eve}/remove", {}, FACILITATORS),
    Deed(
        "/essays/{open}/rooms",
        {"name": "N", "places": "9", "begins_at": "{soon}", "ends_at": "{later}"},
        FACILITATORS,
    ),
    Deed(
        "/essays/{lifted}/set-aside/new",
        {"others": "{lifter}", "reason": "invented", "note": "N", "sure": "1"},
        LOOKOUTS,
    ),
    Deed("/moderation/aside/{proposed}/agree", {}, LOOKOUTS),
    Deed("/moderation/aside/{proposed}/decline", {"why": "A letter to members."}, LOOKOUTS),
    Deed("/moderation/aside/{proposed}/withdraw", {}, set()),
    Deed("/moderation/aside/{ours}/withdraw", {}, {"moderator"}),
    Deed("/essays/{lifted}/set-aside/appeal", {"words": "I am one person."}, {"reader"}),
    Deed(
        "/moderation/aside/{agreed}/appeals/{appeal}",
        {"{appeal}-verdict": "grant", "{appeal}-words": "Sorry."},
        LOOKOUTS,
    ),
    Deed("/rooms/{room}/end", {"ends_at": "{later}"}, FACILITATORS),
    Deed("/rooms/{room}/end", {"now": "1"}, FACILITATORS),
    Deed("/rooms/{room}/present", {"present": "3"}, FACILITATORS),
    Deed("/rooms/{room}/places", {"struck": "{guest}", "because": "B"}, FACILITATORS),
    Deed(
        "/rooms/{room}/papers",
        {"reply": "{shown}", "support": "1", "oppose": "0", "neutral": "0", "sure": "1"},
        FACILITATORS,
    ),
    Deed("/room", {"code": "{roomcode}"}, EVERYONE, changes=False),
    Deed("/room/{roomcode}", {"name": ""}, EVERYONE, status=422, changes=False),
    Deed("/shortlists", {"name": "N", "essay": ""}, FACILITATORS),
    Deed("/shortlists/{shortlist}/rename", {"name": "M", "was": "Picked"}, FACILITATORS),
    Deed("/shortlists/{shortlist}/pick", {"reply": "{other}"}, FACILITATORS),
    Deed("/shortlists/{picked}/first", {"take": "all", "number": "1"}, FACILITATORS),
    Deed("/shortlists/{shortlist}/items/1/quote", {"comment": "{quotable}"}, FACILITATORS),
    Deed("/shortlists/{shortlist}/items/1/move", {"to": "bottom"}, FACILITATORS),
    Deed("/shortlists/{shortlist}/items/1/note", {"note": "N", "version": "1"}, FACILITATORS),
    Deed("/shortlists/{shortlist}/items/1/remove", {}, FACILITATORS),
    Deed("/shortlists/{shortlist}/items/3/restore", {}, FACILITATORS),
    Deed("/bodies/new", {"name_en": "N", "kind": "office", "jurisdiction": "any"}, FACILITATORS),
    Deed("/bodies/{body}/seats", {"email": "{email}", "from_day": "2020-01-01"}, FACILITATORS),
    Deed("/bodies/{body}/seats/1/end", {}, FACILITATORS),
    Deed("/answering/{body}/replies/{shown}", {"status": "done", "sentence_en": "S"}, set()),
    Deed("/answering/{body}/briefs/{brief}", {"status": "done", "sentence_en": "S"}, set()),
    Deed(
        "/answering/{body}/many",
        {"reply": "{other}.1.1", "status": "done", "sentence_en": "S", "do": "publish"},
        set(),
    ),
    Deed("/answering/{body}/list", {"rows": "[]"}, set()),
    Deed("/answering/drafts/{answerdraft}/publish", {"version": "1"}, set()),
    Deed("/answering/drafts/{answerdraft}/discard", {"version": "1"}, set()),
    Deed("/answers/{answer}/take-back", {"note": "N", "edition": "1"}, set()),
    Deed("/answers/{passed}/take-over", {}, set()),
    Deed("/answers/{answer}/verdict", {"value": "yes", "edition": "1"}, set()),
    Deed("/promises/{promise}", {"kind": "kept", "on": "2020-01-01", "note": "N"}, set()),
    Deed(
        "/replies/{dismissed}/said-aloud",
        {
            "body": "{body}",
            "status": "done",
            "sentence": "S",
            "said_on": "2020-01-01",
            "said_at": "P",
            "said_source": "S",
        },
        FACILITATORS,
    ),
    Deed("/replies/{asks}/raise", {"body": "{body}"}, FACILITATORS),
    Deed("/replies/{quotable}/raise", {"body": "{body}"}, set()),
    Deed("/briefs/new?shortlist={shortlist}", {"title": "T", "language": "en"}, FACILITATORS),
    Deed("/briefs/new?essay={draft}", {"title": "T", "language": "en", "per_lever": "5"}, set()),
    Deed("/briefs/drafts/{sketch}", {"title": "T", "language": "en", "version": "1"}, FACILITATORS),
    Deed("/briefs/drafts/{sketch}/publish", {"seen": "{seen}"}, FACILITATORS),
    Deed("/briefs/drafts/{sketch}/discard", {"version": "1"}, FACILITATORS),
    Deed("/briefs/{cut}/files", {}, FACILITATORS),
    Deed("/essays/{free}/export", {"format": "csv"}, FACILITATORS),
    Deed("/account", {"name": "N"}, PEOPLE),
    Deed("/essays/{open}/edit", {"title": "T", "body": "B", "prompt": "P"}, FACILITATORS),
    Deed("/moderation/bulk/hide", {"item": "{shown}", "reason": "spam"}, MODERATORS, status=200),
    Deed("/notices/read", {"until": "9999"}, PEOPLE),
    Deed("/sign-up", {"name": "N", "email": "n@example.org", "password": PASSWORD}, EVERYONE),
    Deed("/sign-in", {"email": "{email}", "password": Make.PASSWORD}, EVERYONE),
    Deed("/sign-out", {}, EVERYONE, changes=False),
]


Scene = dict[str, Any]


@pytest.fixture(scope="module")
def built(shared_app: Flask, once: Any) -> Callable[[], Scene]:
    """The scene, built once for each database: how to bring it back."""
    return once(lambda: build(Make(shared_app, first=1000)))


@pytest.fixture
def scene(app: Flask, built: Callable[[], Scene]) -> Scene:
    """The scene, as it was built."""
    return built()


def build(make: Make) -> Scene:
    """Make an essay in every state, replies shown and hidden, a shortlist and its brief."""
    essay, ben, fay = make.essay("Open"), make.user("Ben"), make.user("Fay", role="facilitator")
    shown, dismissed = make.proposal(essay, ben), make.proposal(essay, ben)
    other, off = make.proposal(essay, ben), make.proposal(essay, ben)
    with make.app.app_context():
        dismiss(shown, dismissed, ben)
        db.session.commit()
    shortlist = make.shortlist(fay, shown, make.proposal(essay, ben), off, name="Picked")
    make.take_off(fay, shortlist, off)
    sketch = make.draft(fay, shortlist)
    make.user("Deputy", role="admin")  # so that the other one may leave
    scene: Scene = {
        "open": essay.slug,
        "draft": make.essay("Draft", state="draft").slug,
        "closed": make.essay("Closed", state="closed").slug,
        "shown": shown.id,
        "other": other.id,
        "dismissed": dismissed.id,
        "shortlist": shortlist.id,
        "picked": make.shortlist(fay, essay=shown.essay).id,
        "sketch": sketch.id,
        "seen": make.mark(sketch),
        "brief": make.brief(fay, shortlist).reference,
        "cut": make.brief(fay, shortlist, finished=False).reference,
        "free": make.essay("Open data", open_data=True).slug,
        "freedraft": make.essay("Open data later", state="draft", open_data=True).slug,
        "declares": make.essay("Declares", open_to="declared", declaration="I live here.").slug,
        **invited_to(make, essay, fay),
        "hidden": make.proposal(essay, ben, status="hidden").id,
        "waiting": make.proposal(essay, ben, status="waiting").id,
        "comment": make.comment(essay, ben).id,
        "quotable": make.comment(shown, ben).id,
        "asks": make.comment(shown, ben, stance="question").id,
        **circle_of(make, shown, other),
        **room_of(make, essay, fay),
        "author": ben.id,
        "email": ben.email,
        "eve": make.user("Eve").id,
        "secured": make.secured(make.user("Sam")).email,
        "people": {role: make.user(role.title(), role=role) for role in sorted(PEOPLE)},
        **rehearsed(make, fay),
    }
    scene |= set_aside(make, scene["people"])
    with make.app.test_request_context():
        hidden, kept = reply_for_update(scene["hidden"]), reply_for_update(scene["shown"])
        assert hidden is not None
        assert kept is not None
        open_review(hidden, Why.APPEAL)
        scene["token"] = token_for(ben)
        scene["leave"] = token_of(ben, "weekly")
        scene["style"] = style_url()
        scene["action"] = act(kind_named("feature"), kept, Decision(None, Reason.GOOD)).id
        for user in scene["people"].values():
            record("report_decided", ("reply", kept.id), part_id=scene["action"], to=[user.id])
        db.session.add(Moderator(essay_id=essay.id, user_id=scene["eve"]))
        ada = scene["people"]["admin"]
        for name, value in (("logo", "AA=="), ("accent", "#005385"), ("terms_en", "Be kind.")):
            change_setting(name, value, ada)
        last = select(SettingChange.id).order_by(SettingChange.id.desc()).limit(1)
        scene["change"] = db.session.scalar(last)
        given_up = {"kind": "trial", "address": "a@example.org", "language": "en", "tries": 1}
        db.session.add(dead := DeadLetter(**given_up, made_at=now(), why="recipient refused"))
        db.session.flush()
        scene["deadletter"] = dead.id
        with open_snapshot() as snapshot:
            wanted = description(table_of(snapshot, Filter(), Rules(), essay), essay, {})
        scene["export"] = jobs.ask_for(**wanted, by_id=fay.id, format="csv")
        db.session.commit()
        assert jobs.make_next()
    with make.app.app_context():
        scene |= {"logo": current.logo_mark(), "colours": current.colours_mark()}
    return scene


def set_aside(make: Make, people: dict[str, User]) -> Scene:
    """Make a discussion with votes that are set aside, one of them with an appeal, and others of
    which that is proposed."""
    asides, essay = Asides(make), make.essay("Lifted")
    reply, other = make.proposal(essay), make.user(role="moderator")
    voters = [people["reader"], *(make.user() for _ in range(3))]
    for voter in voters:
        make.vote(voter, reply)
    agreed = asides.set_aside(essay, *voters[:2])
    return {
        "lifted": essay.slug,
        "lifter": voters[3].id,
        "agreed": agreed,
        "appeal": asides.appeal(essay, voters[1]),
        "proposed": asides.propose(essay, other, voters[2:3]),
        "ours": asides.propose(essay, people["moderator"], voters[2:3]),
    }


def rehearsed(make: Make, fay: User) -> Scene:
    """Make a draft whose discussion people try, and one of which they did."""
    tried, ended = (make.essay(title, state="draft") for title in ("Tried", "Tried before"))
    with make.app.app_context():
        for essay in (tried, ended):
            rehearsing.begin(essay_for_update(essay.id) or essay, fay)
        rehearsing.end(essay_for_update(ended.id) or ended)
        db.session.commit()
        rehearsal = db.session.get_one(Rehearsal, tried.id)
        return {"tried": tried.slug, "ended": ended.slug, "rehearsed": token_of_link(rehearsal)}


def invited_to(make: Make, essay: Essay, by: User) -> Scene:
    """Invite an address to a discussion; return its number and its link."""
    with make.app.test_request_context():
        invite(["new@example.org"], essay, by)
        invitation = db.session.scalars(select(Invitation)).one()
        db.session.commit()
        return {"invitation": invitation.id, "invited": token_of_invitation(invitation)}


def circle_of(make: Make, shown: Reply, other: Reply) -> Scene:
    """Make a body with a seat, its answer with a promise, one passed on, and a draft."""
    circle, ines = Circle(make), make.user("Ines")
    body, second = circle.body("Council"), circle.body("Ministry")
    circle.seat(body, ines)
    answer = circle.answer(shown, body, ines, promises=(("A by-law", 30),))
    passed = circle.answer(other, body, ines, "not_ours", passed_to=second.slug)
    with make.app.app_context():
        promise = db.session.scalars(select(Promise.id)).one()
        content = AnswerContent(AnswerStatus.DONE, {"en": {"sentence": "Done."}})
        draft = save_draft(body, reply_for_update(shown.id) or shown, content, ines, 0)
        db.session.commit()
    return {
        "body": body.slug,
        "answer": answer.id,
        "passed": passed.id,
        "promise": promise,
        "answerdraft": draft.id,
    }


def room_of(make: Make, essay: Essay, fay: User) -> Scene:
    """Make a room with somebody in it."""
    room = make.room(essay, fay)
    with make.app.app_context():
        soon, later = (dates.as_typed(now() + timedelta(hours=hours)) for hours in (1, 2))
    return {
        "room": room.id,
        "roomcode": room.code,
        "guest": make.guest(room).id,
        "soon": soon.isoformat(),
        "later": later.isoformat(),
    }


def arrive(visit: Any, scene: Scene, role: str) -> Any:
    return visit(scene["people"].get(role))


def contents(app: Flask) -> dict[str, list[Any]]:
    """Return everything in the database that a deed could change; who looked is noted elsewhere."""
    left_out = {"sign_ins", "share_pictures", "security_events"}
    names = [name for name in db.metadata.tables if name not in left_out]
    with app.app_context(), db.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}")))
            for name in names
        }


def test_every_route_has_a_row_for_each_of_its_methods(app: Flask, scene: Scene) -> None:
    """Whoever adds a route says here who may reach it."""
    addresses = app.url_map.bind("")
    sent = [("GET", path) for path, _allowed in PAGES] + [("POST", deed.path) for deed in DEEDS]
    said = set()
    for method, path in sent:
        at = path.format(**scene).partition("?")[0]
        rule, _values = addresses.match(at, method=method, return_rule=True)
        said.add((method, rule.rule))
    assert said == {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.mark.one_database
@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_every_page_for_every_role(visit: Any, scene: Scene, role: str) -> None:
    visitor = arrive(visit, scene, role)
    for path, allowed in PAGES:
        status = visitor.get(path.format(**scene)).status_code
        expected = {200} if role in allowed else {302, 401, 403, 404, 410}
        assert status in expected, f"{role} gets {status} from {path}"


def done(visitor: Any, scene: Scene, deed: Deed) -> int:
    """Do a deed in the scene; return the status of the answer."""
    data = {n.format(**scene): value.format(**scene) for n, value in deed.data.items()}
    return int(visitor.post(deed.path.format(**scene), data).status_code)


@pytest.mark.parametrize(
    ("deed", "role"),
    [(deed, role) for deed in DEEDS for role in sorted(deed.allowed)],
    ids=lambda each: each.path if isinstance(each, Deed) else each,
)
def test_every_deed_for_those_who_may(
    app: Flask, visit: Any, scene: Scene, deed: Deed, role: str
) -> None:
    visitor = arrive(visit, scene, role)
    before = contents(app)
    assert done(visitor, scene, deed) == deed.status
    assert (contents(app) != before) == deed.changes


@pytest.mark.one_database
@pytest.mark.parametrize(
    "deed", [deed for deed in DEEDS if deed.allowed != EVERYONE], ids=lambda deed: deed.path
)
def test_every_deed_for_those_who_may_not(app: Flask, visit: Any, scene: Scene, deed: Deed) -> None:
    visitors = {role: arrive(visit, scene, role) for role in sorted(EVERYONE - deed.allowed)}
    before = contents(app)
    for role, visitor in visitors.items():
        status = done(visitor, scene, deed)
        assert status in {401, 403, 404, 410}, f"{role} gets {status} from {deed.path}"
        assert contents(app) == before, f"{role} is refused by {deed.path}, yet something changed"


def test_looking_changes_nothing(app: Flask, visit: Any, scene: Scene) -> None:
    ada = arrive(visit, scene, "admin")
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
