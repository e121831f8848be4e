"""Circle Back: a forum where an essay is the prompt and every answer names a lever."""

from __future__ import annotations

from .paused_gc import resume_gc  # isort: skip

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter

from . import commands, config, worker
from .accounts import account_pages, grounds, login
from .accounts.plain_readers import plain_reader
from .admin import commands as administering
from .admin import metrics, security_log
from .admin import parts as admin_parts
from .answers import parts as answer_parts
from .backup import commands as backing_up
from .bodies import commands as bodies_commands
from .bodies.models import names_of_bodies
from .briefs import brief_pages, finishing, quoting
from .database import replica
from .db import db
from .deals import commands as deals_commands
from .deals import finishing as finishing_deals
from .deals import following
from .deals.views import bp as deals_pages
from .demo import commands as demo
from .drafts.views import bp as drafts_pages
from .essays import closing, opening
from .essays import importing as essay_importing
from .essays.views import bp as essays_pages
from .events import crowds, event_pages
from .exports import commands as exporting
from .exports import jobs
from .exports.job_views import bp as export_jobs_pages
from .exports.views import bp as exports_pages
from .extensions import LaterExtensions
from .feeds import pictures, structured_data
from .feeds.picture_views import bp as pictures_pages
from .feeds.views import bp as feeds_pages
from .invitations.views import bp as invitations_pages
from .lookout.registers import bp as lookout_pages
from .mail import outbox
from .moderation import counting as review_counting
from .moderation import timing as review_timing
from .moderation.views import bp as moderation_pages
from .privacy import assembly as privacy_parts
from .reading import cards, hearers, own_parts, reading_pages, site_parts, vocabulary
from .rehearsals import opening as opening_rehearsed
from .rehearsals.views import bp as rehearsals_pages
from .replies import commands as rendering
from .replies.views import bp as replies_pages
from .replies.withdrawing_views import bp as withdrawals_pages
from .rooms.join_views import bp as joining_pages
from .rooms.views import bp as rooms_pages
from .search import commands as indexing
from .search.views import bp as search_pages
from .settings import views as site_settings
from .version import __version__
from .votes import earlier, finishing_votes, recounting
from .votes import importing as vote_importing
from .votes import registers as vote_registers
from .web import (
    assets,
    bodies,
    compression,
    errors,
    frames,
    headers,
    health,
    languages,
    limits,
    logs,
    page_cache,
    pieces,
    template_globals,
    template_words,
)
from .web.application import Forum
from .web.forms import csrf

resume_gc()

__all__ = ["__version__", "create_app"]

HERE = Path(__file__).resolve().parent

PARTS = (
    errors,
    headers,
    compression,
    languages,
    limits,
    assets,
    template_globals,
    template_words,
    pieces,
    health,
    vocabulary,
    cards,
    own_parts,
    site_parts,
    commands,
    outbox,
    site_settings,
    replica,
)
"""The kernel, and the words that every template knows."""

FEATURES = (
    *account_pages.PAGES,
    *event_pages.PAGES,
    drafts_pages,
    essays_pages,
    invitations_pages,
    replies_pages,
    withdrawals_pages,
    deals_pages,
    rooms_pages,
    joining_pages,
    *vote_registers.PAGES,
    rehearsals_pages,
    moderation_pages,
    lookout_pages,
    search_pages,
    exports_pages,
    export_jobs_pages,
    *brief_pages.PAGES,
    *answer_parts.PAGES,
    *reading_pages.PAGES,
    feeds_pages,
    pictures_pages,
    *admin_parts.PAGES,
    *privacy_parts.PAGES,
)
"""The pages and commands of every feature, from left to right."""

COMMANDS = (
    essay_importing,
    bodies_commands,
    deals_commands,
    vote_importing,
    exporting,
    answer_parts.commands,
    indexing,
    recounting,
    rendering,
    backing_up,
    administering,
    privacy_parts.commands,
    worker,
    demo,
)
"""The commands that read or write much at once."""

WORK: tuple[worker.Work, ...] = (
    opening.open_next,
    opening_rehearsed.erase_next,
    closing.tell_of_closing,
    review_timing.tell_of_waiting,
    crowds.tell_next,
    *vote_registers.WORK,
    grounds.keep_mode,
    outbox.send_next,
    jobs.make_next,
    finishing.finish_next,
    finishing_deals.write_next,
    finishing_deals.settle_next,
    finishing_deals.begin_next,
    *answer_parts.WORK,
    pictures.clear_pictures,
    *admin_parts.WORK,
    *privacy_parts.WORK,
)
"""What ``flask worker`` does, a piece of each in turn."""

WATCHING = (following.watch, earlier.watch)
"""What keeps step with every change of a reply, in its transaction."""

QUOTING = (quoting.briefs_quoting,)
"""Where the words of replies stand in something published."""

COUNTERS = (*vote_registers.COUNTERS, review_counting.REPORTS)
"""What ``flask recount`` compares with its rows, and mends."""


class IdConverter(IntegerConverter):
    """The number of a row, as the database can hold it; anything larger is no page."""

    def __init__(self, map: Any) -> None:
        super().__init__(map, min=1, max=2**63 - 1)


class SlugConverter(BaseConverter):
    """The name of an essay in an address; anything else is no page."""

    regex = "[a-z0-9-]{1,80}"


def folder(name: str) -> str:
    """Return a folder of files: beside the package in a checkout, inside it once installed."""
    beside, inside = HERE.parent / name, HERE / name
    return str(inside if inside.is_dir() else beside)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return the forum; ``settings`` overrule those of the environment."""
    configuration = {**config.load(), **(settings or {})}
    app = Forum(
        __name__,
        instance_path=configuration["INSTANCE_PATH"],
        template_folder=folder("templates"),
        static_folder=folder("static"),
    )
    app.config.update(configuration)
    app.url_map.converters.update(id=IdConverter, slug=SlugConverter)
    # Every template is kept: a cache that is full looks through itself each time it is asked.
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "cache_size": -1}
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies)  # type: ignore[method-assign]
    logs.init_app(app)  # first, so that what any other part refuses is logged as itself
    db.init_app(app)
    app.extensions = LaterExtensions(app, HERE / "migrations")
    bodies.init_app(app)  # before the token is looked for in what is sent
    csrf.init_app(app)
    for part in PARTS:
        part.init_app(app)
    structured_data.init_app(app)
    login.init_app(app)
    register_features(app)
    security_log.init_app(app)
    app.extensions["plain_reader"] = plain_reader
    frames.init_app(app)
    page_cache.init_app(app)
    metrics.init_app(app)  # last, so that it counts what every other answers
    return app


def register_features(app: Flask) -> None:
    """Give the application every feature's pages, then the larger commands and their lists."""
    for feature in FEATURES:
        app.register_blueprint(feature)
    for command in COMMANDS:
        command.init_app(app)
    app.extensions["outcomes"] = answer_parts.OUTCOMES
    app.extensions |= {"work": WORK, "counters": COUNTERS, "quoting": QUOTING}
    app.extensions |= {"audiences": hearers.AUDIENCES, "subjects": hearers.SUBJECTS}
    app.extensions |= {"details": hearers.DETAILS, "watching_replies": WATCHING}
    app.extensions["finish_votes"] = finishing_votes.finish_votes
    app.extensions["names_of_bodies"] = names_of_bodies
