"""Atom feeds, sitemaps, and what robots and finders of flaws are told.

A feed reader brings no account: everyone is given what a stranger may read, so that one answer
serves all. It carries an ETag but no date of change, since a reply that was hidden makes a feed
older than it was and must still leave the readers' copies.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin

from ..accounts.models import User
from ..answers.ledger import LedgerFilter, answered_last
from ..db import db, now
from ..essays.models import Essay, essay_by_slug
from ..essays.opening import announce_changes
from ..moderation import log as logs
from ..permissions import can_see, can_see_essay
from ..reading.models import replies_by
from ..replies.filters import FIELDS, Filter
from ..replies.models import reply_by_id
from ..settings.current import contact, site_name
from ..web.page_cache import kept_page
from ..web.page_versions import PageScope
from ..web.pager import before_asked
from . import models
from .addresses import full_url
from .entries import Entry, of_action, of_answer, of_essay, of_proposal, of_reply
from .happenings import happenings, name_of

bp = Blueprint("feeds", __name__)

STRANGER = AnonymousUserMixin()
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
EXPIRES_AFTER = timedelta(days=180)
TEXT = "text/plain"


def tagged(body: str, mimetype: str) -> Response:
    """Return the answer, or 304 to those who have it already."""
    response = Response(body, mimetype=mimetype)
    response.add_etag()
    response.make_conditional(request)
    return response


def feed(
    title: str, page: str, own: dict[str, Any], entries: list[Entry], following: str = ""
) -> Response:
    """Return entries as an Atom feed; ``page`` shows the same to people, ``following`` is older."""
    body = render_template(
        "feeds/feed.xml",
        title=title,
        page=page,
        own=full_url(str(request.endpoint), **own),
        updated=max((entry.updated for entry in entries), default=LONG_AGO),
        entries=entries,
        following=following,
    )
    return tagged(body, "application/atom+xml")


@bp.get("/feed.atom")
@kept_page(PageScope.SITE)
def site() -> ResponseReturnValue:
    """Tell of essays and proposals from the whole site."""
    announce_changes()
    told = [of_essay(row) for row in models.newest_essays()]
    told += [of_proposal(new) for new in models.newest_proposals(Filter(), None)]
    told.sort(key=lambda entry: entry.published, reverse=True)
    title = _("%(site)s: essays and proposals", site=site_name())
    return feed(title, full_url("reading.home"), {}, told[: models.NEWEST])


@bp.get("/proposals/feed.atom")
@kept_page(PageScope.SITE, *FIELDS)
def proposals() -> ResponseReturnValue:
    """Tell of the proposals of all essays that the filter in the address lets through."""
    chosen, _notices = Filter.from_query(request.args)
    query = chosen.query(sort=Filter().sort)
    announce_changes()
    told = [of_proposal(new) for new in models.newest_proposals(chosen, None)]
    title = _("%(site)s: proposals (%(filter)s)", site=site_name(), filter=chosen.in_words())
    return feed(title, full_url("reading.proposals", **query), query, told)


@bp.get("/essays/<slug:slug>/feed.atom")
@kept_page(PageScope.ESSAY, *FIELDS)
def essay(slug: str) -> ResponseReturnValue:
    """Tell of the proposals of one essay that the filter in the address lets through."""
    found = published_essay(slug)
    chosen, _notices = Filter.from_query(request.args)
    query = {"slug": slug, **chosen.query(sort=Filter().sort)}
    told = [of_proposal(new) for new in models.newest_proposals(chosen, found.id)]
    title = _("%(site)s: %(essay)s", site=site_name(), essay=found.title)
    if not chosen.is_empty:
        title = f"{title} ({chosen.in_words()})"
    return feed(title, full_url("reading.essay", **query), query, told)


def published_essay(slug: str) -> Essay:
    """Return the essay if a stranger may see it."""
    found = essay_by_slug(slug)
    if found is None or not can_see_essay(STRANGER, found):
        abort(404)
    return found


@bp.get("/people/<id:user_id>/feed.atom")
@kept_page(PageScope.SITE)
def person(user_id: int) -> ResponseReturnValue:
    """Tell of what a person has written."""
    found = db.session.get(User, user_id)
    if found is None:
        abort(404)
    announce_changes()
    theirs = replies_by(found, None, models.NEWEST)
    told = [of_reply(reply, found.name) for reply in theirs.found]
    title = _("%(site)s: %(name)s", site=site_name(), name=found.name)
    page = full_url("reading.person", user_id=user_id)
    return feed(title, page, {"user_id": user_id}, told)


@bp.get("/ledger.atom")
def ledger() -> ResponseReturnValue:
    """Tell of the answers to what the filter in the address lets through, the newest first."""
    chosen = LedgerFilter.from_query(request.args)
    title = _("%(site)s: official answers", site=site_name())
    own = chosen.query()
    told = [of_answer(row) for row in answered_last(chosen, models.NEWEST)]
    return feed(title, full_url("ledger.ledger", **own), own, told)


@bp.get("/replies/<id:reply_id>/feed.atom")
@kept_page(PageScope.REPLY)
def reply(reply_id: int) -> ResponseReturnValue:
    """Tell of what is said of a reply with a page of its own, and of what happened to it."""
    found = reply_by_id(reply_id)
    if found is None or found.thread_id is not None or not can_see(STRANGER, found):
        abort(404)
    if not can_see_essay(STRANGER, found.essay):
        abort(404)
    title = _("%(site)s: %(name)s", site=site_name(), name=name_of(found))
    page = full_url("reading.reply", reply_id=reply_id)
    return feed(title, page, {"reply_id": reply_id}, happenings(found))


@bp.get("/moderation/log.atom")
def decisions() -> ResponseReturnValue:
    """Tell of what moderators did, as the filter in the address says, older ones by ``next``."""
    chosen = logs.LogFilter.from_query(request.args, STRANGER)
    before, query = before_asked(), chosen.query()
    done = logs.log(chosen, before)
    own = query | ({"before": str(before)} if before else {})
    following = (
        full_url("feeds.decisions", before=done.following, **query) if done.following else ""
    )
    title = _("%(site)s: what moderators did", site=site_name())
    page = full_url("moderation.log", **own)
    return feed(title, page, own, [of_action(each) for each in done.found], following)


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Name the sitemaps: one of essays, one of every so many replies."""
    maps = [full_url("feeds.essays_map")]
    maps += [full_url("feeds.replies_map", number=number) for number in models.reply_maps()]
    return tagged(render_template("feeds/sitemaps.xml", maps=maps), "application/xml")


@bp.get("/sitemap-essays.xml")
def essays_map() -> Response:
    """Name every published essay, and the pages that list them."""
    pages: list[tuple[str, datetime | None]] = [
        (full_url("reading.home"), None),
        (full_url("reading.proposals"), None),
    ]
    for page in models.essays_listed():
        pages.append((full_url("reading.essay", slug=page.name), page.changed_at))
    return tagged(render_template("feeds/sitemap.xml", pages=pages), "application/xml")


@bp.get("/sitemap-replies-<int(min=1, max=999999999):number>.xml")
def replies_map(number: int) -> Response:
    """Name the replies with a page of their own, of one range of numbers."""
    if number not in models.reply_maps():
        abort(404)
    pages = [
        (full_url("reading.reply", reply_id=page.name), page.changed_at)
        for page in models.replies_listed(number)
    ]
    return tagged(render_template("feeds/sitemap.xml", pages=pages), "application/xml")


@bp.get("/robots.txt")
def robots() -> Response:
    """Tell robots what is not worth their visit, and where the sitemaps are."""
    return tagged(render_template("feeds/robots.txt", sitemap=full_url("feeds.sitemap")), TEXT)


@bp.get("/.well-known/security.txt")
def security() -> Response:
    """Say whom to tell of a flaw (RFC 9116), where the settings name someone."""
    if not contact():
        abort(404)
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    body = render_template(
        "feeds/security.txt",
        contact=contact(),
        expires=midnight + EXPIRES_AFTER,
        canonical=full_url("feeds.security"),
        languages=", ".join(current_app.config["LANGUAGES"]),
    )
    return tagged(body, TEXT)
