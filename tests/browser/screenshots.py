"""Pictures of every page, wide and narrow, light and dark, in both languages.

Run by ``make screenshots``; they land in ``screenshots/``, which is not committed. With a word on
the command line, only the pages whose name contains it are taken.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Any

import structlog
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.serving import make_server

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
SIZES = {"wide": (1280, 900), "tablet": (768, 1024), "phone": (360, 740)}
THEMES = ("light", "dark")
LANGUAGES = ("en", "fr")


def pages(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield the name, address and visitor of every page of the demo."""
    from forum.accounts.models import user_by_email
    from forum.accounts.resetting import token_for
    from forum.db import db, now
    from forum.essays.models import Essay
    from forum.replies.cursors import Cursor
    from forum.replies.models import Reply
    from forum.replies.reviews import Review
    from forum.rooms.entering import enter_room, open_room

    with app.app_context():
        essay = db.session.scalars(select(Essay).where(Essay.state == "open")).first()
        shown = select(Reply).where(Reply.status == "visible", Reply.lever.is_not(None))
        reply = db.session.scalars(shown.order_by(Reply.version.desc(), Reply.id)).first()
        assert essay is not None
        assert reply is not None
        one, its = f"/essays/{essay.slug}", f"/replies/{reply.id}"
        author = reply.author_id
        waits = db.session.scalars(
            select(Review.reply_id).where(Review.closed_at.is_(None))
        ).first()
        other = db.session.scalars(
            shown.where(Reply.essay_id == reply.essay_id, Reply.id != reply.id).order_by(Reply.id)
        ).first()
        assert other is not None
        shortlist, brief, newer, draft, job = carried_out(essay)
        agreed, proposed = set_aside(essay)
        ben, fay = (user_by_email(f"{name}@demo.example") for name in ("ben", "fay"))
        assert ben is not None
        assert fay is not None
        token = token_for(ben)
        room = open_room(essay, fay, "Town hall", 40, now(), now() + timedelta(hours=3))
        enter_room(room, "Ana")
        db.session.commit()
    yield from (
        ("home", "/", ""),
        ("essay", one, ""),
        ("essay-filtered", f"{one}?lever=market&sort=contested", ""),
        ("essay-empty", f"{one}?q=nothing-like-it", ""),
        ("essay-reader", one, "ben"),
        ("essay-facilitator", one, "fay"),
        ("essay-landscape", f"{one}/landscape", ""),
        ("judge", f"{one}/judge?seed=a", "ben"),
        ("judge-stranger", f"{one}/judge?seed=a", ""),
        ("essay-landscape-table", f"{one}/landscape/table", ""),
        ("essay-history", f"{one}/history", ""),
        ("essay-edit", f"{one}/edit", "fay"),
        ("proposals", "/proposals", ""),
        ("essay-further", f"{one}?after={Cursor(1.0, 0, 14)}", ""),
        ("search", "/search?q=permit&kind=proposal&kind=comment", ""),
        ("search-within", f"/search?q=form+time&essay={essay.slug}", "ben"),
        ("search-nothing", "/search?q=nothing-like-it&lever=market", ""),
        ("search-start", "/search", ""),
        ("reply", its, ""),
        ("reply-reader", its, "ben"),
        ("reply-moderator", its, "dee"),
        ("reply-history", f"{its}/history", ""),
        ("reply-report", f"{its}/report", "ben"),
        ("write", f"{one}/reply", "ben"),
        ("person", f"/people/{author}", ""),
        ("sign-in", "/sign-in", ""),
        ("sign-up", "/sign-up", ""),
        ("reset", "/reset", ""),
        ("reset-asked", "/reset/asked", ""),
        ("reset-choose", f"/reset/{token}", ""),
        ("reset-over", "/reset/used-up", ""),
        *(
            (f"letter-{name}-{form}", f"/style/letters/{name}.{form}", "")
            for name in ("reset", "password_changed")
            for form in ("html", "txt")
        ),
        ("account", "/account", "ben"),
        ("sign-ins", "/account/sign-ins", "ben"),
        ("password", "/account/password", "ben"),
        ("second-factor", "/account/second-factor", "ben"),
        ("everything", "/account/everything", "ben"),
        ("leave", "/account/leave", "ben"),
        ("people", "/admin/people", "ada"),
        ("person", "/admin/people/2", "ada"),
        ("person-erase", "/admin/people/2/erase", "ada"),
        ("invitations", f"{one}/invitations", "fay"),
        ("second-factors", "/admin/second-factors", "ada"),
        ("rooms", f"{one}/rooms", ""),
        ("rooms-facilitator", f"{one}/rooms", "fay"),
        ("room-wall", f"/rooms/{room.id}/wall", "fay"),
        ("room-find", "/room", ""),
        ("room-join", f"/room/{room.code}", ""),
        ("room-record", f"/rooms/{room.id}", "fay"),
        ("unusual", f"{one}/unusual", "dee"),
        ("stored", "/stored", ""),
        ("invitations-site", "/admin/invitations", "ada"),
        ("moderation", "/moderation", "dee"),
        ("moderation-item", f"/moderation/{waits or reply.id}", "dee"),
        ("moderation-merge", f"/moderation/{reply.id}/merge?into={other.id}", "dee"),
        ("moderation-duplicates", f"/moderation/duplicates?essay={essay.slug}", "dee"),
        ("moderation-overview", "/moderation/overview", "dee"),
        ("moderation-person", f"/moderation/people/{author}", "dee"),
        ("moderation-essay", f"/moderation/essays/{essay.slug}", "dee"),
        ("moderation-policy", f"/essays/{essay.slug}/policy", "fay"),
        ("moderation-notices", "/notices", "ben"),
        ("yours", "/yours", "ben"),
        ("yours-proposals", "/yours/proposals", "ben"),
        ("yours-votes", "/yours/votes", "ben"),
        ("moderation-log", "/moderation/log", "dee"),
        ("log", "/moderation/log", ""),
        ("shortlists", "/shortlists", "fay"),
        ("shortlist", f"/shortlists/{shortlist}", "fay"),
        ("shortlist-comments", f"/shortlists/{shortlist}/items/1/comments", "fay"),
        ("shortlist-first", f"/shortlists?essay={essay.slug}", "fay"),
        ("briefs", "/briefs", ""),
        ("brief", f"/briefs/{brief}", ""),
        ("brief-compared", f"/briefs/{brief}/compare/{newer}", ""),
        ("brief-write", f"/briefs/new?essay={essay.slug}", "fay"),
        ("brief-preview", f"/briefs/drafts/{draft}/preview", "fay"),
        ("export", f"{one}/export?per_lever=3&min_voters=5", "fay"),
        ("export-site", "/export", "fay"),
        ("export-refused", "/proposals.pdf", "fay"),
        ("export-waits", f"/exports/{job}", "fay"),
        ("exports", "/exports", "fay"),
        ("error-404", "/no-such-page", ""),
        ("error-403", "/shortlists", "ben"),
        ("deal", f"{one}/deal", ""),
        ("deal-edit", f"{one}/deal/edit", "fay"),
        ("pause", f"{one}/pause", "fay"),
        ("unusual", f"{one}/unusual", "fay"),
        ("aside-public", f"{one}/set-aside", ""),
        ("aside-own", f"{one}/set-aside", "ben"),
        ("aside-new", f"{one}/set-aside/new", "fay"),
        ("aside-all", "/moderation/aside", "dee"),
        ("aside-waits", f"/moderation/aside/{proposed}", "dee"),
        ("aside-agreed", f"/moderation/aside/{agreed}", "dee"),
        ("ledger", "/ledger", ""),
        ("bodies", "/bodies", ""),
        ("body-add", "/bodies/new", "fay"),
        ("code", "/code", "ben"),
        ("code-address", "/account/address", "ben"),
        ("mail-preferences", "/account/letters", "ben"),
        ("mail", "/admin/mail", "ada"),
        ("limits", "/admin/limits", "ada"),
        ("figures", "/admin/figures", "ada"),
        ("accessibility", "/accessibility", ""),
        ("levers", "/levers", ""),
        ("voters", "/voters", ""),
        ("style", "/style", ""),
    )


def carried_out(essay: Any) -> tuple[int, str, str, int, int]:
    """Add what the demo has not: a newer brief, a draft, and a file that waits to be made.

    Return the numbers of a shortlist, of both briefs, of the draft and of the file.
    """
    from forum.accounts.models import User
    from forum.briefs.finishing import finish
    from forum.briefs.freezing import freeze
    from forum.briefs.models import Brief, Shortlist
    from forum.briefs.publishing import publish, start_draft
    from forum.db import db
    from forum.essays.models import essay_by_slug
    from forum.exports.jobs import ask_for

    fay = db.session.scalars(select(User).where(User.role == "facilitator")).first()
    first = db.session.scalars(select(Brief).options(undefer(Brief.introduction))).first()
    shortlist = db.session.scalars(select(Shortlist).order_by(Shortlist.id)).first()
    closed = essay_by_slug("a-permit-is-a-promise")
    assert fay is not None
    assert first is not None
    assert shortlist is not None
    words = {"title": "The top of each lever", "introduction": "", "language": "en"}
    top = start_draft(fay, {**words, "per_lever": 2, "min_voters": None}, None, closed, first)
    kept = {**words, "title": "A second look", "introduction": first.introduction}
    draft = start_draft(fay, kept, shortlist, None, None)
    job = ask_for(
        by_id=fay.id,
        essay_id=essay.id,
        name=f"{essay.slug}-proposals",
        query="sort=top",
        filter="All proposals",
        language="en",
        rows=11,
        format="pdf",
    )
    db.session.commit()
    newer = publish(top, fay, freeze(top).mark(top))
    finish(newer)
    return shortlist.id, first.reference, newer.reference, draft.id, job


def set_aside(essay: Any) -> tuple[int, int]:
    """Set votes aside that somebody appeals against, and propose it of others.

    Return the numbers of both decisions.
    """
    from forum.accounts.models import User
    from forum.db import db
    from forum.essays.models import essay_by_slug
    from forum.lookout import appealing, deciding
    from forum.replies.reasons import Reason
    from forum.votes.models import Vote

    fay, dee = (
        db.session.scalars(select(User).where(User.role == role)).first()
        for role in ("facilitator", "moderator")
    )
    assert fay is not None
    assert dee is not None
    essay = essay_by_slug(essay.slug)
    voted = select(Vote.user_id).where(Vote.essay_id == essay.id)
    voters = list(db.session.scalars(voted.distinct().order_by(Vote.user_id)))
    note = "Their accounts are of one minute, and their ballots are the same."
    made = []
    for people in (voters[:9], voters[9:14]):
        others = [number for number in people if number not in {fay.id, dee.id}]
        made.append(deciding.propose(essay, fay, others, Reason.INVENTED, note).id)
        db.session.commit()
    held = deciding.held_aside(made[0])
    assert held is not None
    deciding.agree(held, dee)
    db.session.commit()
    for number in voters[:9]:
        person = appealing.set_aside_of(db.session.get_one(User, number), essay)
        if person is not None:
            appealing.appeal(person, "I signed up at the same meeting as the others.")
            break
    db.session.commit()
    return made[0], made[1]


def take(browser: Browser, site: str, app: Flask, passwords: dict[str, str], only: str) -> int:
    """Take every picture; return how many."""
    taken = 0
    chosen = [page for page in pages(app) if only in page[0]]
    for size, (width, height) in SIZES.items():
        for theme in THEMES:
            for language in LANGUAGES:
                windows = {}
                for name, path, who in chosen:
                    if who not in windows:
                        context = browser.new_context(
                            base_url=site,
                            viewport={"width": width, "height": height},
                            color_scheme=theme,  # type: ignore[arg-type]
                            locale=language,
                            has_touch=size == "phone",
                            is_mobile=size == "phone",
                        )
                        windows[who] = context.new_page()
                        if who:
                            windows[who].goto("/sign-in")
                            windows[who].fill("[name=email]", f"{who}@demo.example")
                            windows[who].fill("[name=password]", passwords[who])
                            windows[who].press("[name=password]", "Enter")
                            windows[who].wait_for_url("**/")
                    page = windows[who]
                    answer = page.goto(path)
                    if answer and answer.status >= 500:
                        print(f"{path} answered {answer.status}", file=sys.stderr, flush=True)
                    file = FOLDER / f"{name}-{size}-{theme}-{language}.png"
                    photograph(page, file, height)
                    taken += 1
                for page in windows.values():
                    page.context.close()
        print(f"{size}: done", flush=True)
    return taken


def photograph(page: Page, file: Path, height: int) -> None:
    """Take a picture of a whole page in a window as tall as it is.

    Of a page beyond the window, Chromium takes one as if there were a mouse.
    """
    width = page.viewport_size["width"] if page.viewport_size else 0
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, tall)})
    page.screenshot(path=file)
    page.set_viewport_size({"width": width, "height": height})


def hush() -> None:
    """Let the server speak of what went wrong, and not of every request."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def main(only: str = "") -> None:
    """Serve the demo for as long as it takes, and take the pictures."""
    chromium = which("chromium") or which("chromium-browser")
    if not chromium:
        sys.exit("Screenshots need Chromium: install the package chromium.")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as instance:
        os.environ["FORUM_INSTANCE_PATH"] = instance
        os.environ["FORUM_LIMITS"] = "off"
        os.environ["FORUM_STYLE_PAGE"] = "on"
        os.environ.pop("FORUM_DATABASE_URL", None)
        from forum import create_app
        from forum.exports.formats import FORMATS

        app = create_app()
        hush()
        pdf = FORMATS["pdf"]
        FORMATS["pdf"] = replace(pdf, most=10)  # so that the page that refuses can be seen
        with app.app_context():
            upgrade()
        told = app.test_cli_runner().invoke(args=["demo"]).output
        passwords = {
            line.split()[1].split("@")[0]: line.split()[2]
            for line in told.splitlines()
            if "@demo.example" in line
        }
        server = make_server("127.0.0.1", 0, app, threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            print(f"{take(browser, site, app, passwords, only)} pictures in {FOLDER.name}/")
            browser.close()
        server.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
