"""For administrators: what is to be mended, what touched the safety of the site, and figures."""

from __future__ import annotations

import hmac

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..permissions import can_administer, require
from ..web.pager import before_asked, newest_first
from .doctor import findings
from .metrics import lines
from .models import SecurityEvent

bp = Blueprint("admin", __name__)


@bp.get("/admin/health")
@bp.get("/admin", endpoint="first")
def health() -> ResponseReturnValue:
    """Show what flask doctor says, what is to be mended first: where an administrator begins."""
    require(can_administer(current_user))
    found = sorted(findings(), key=lambda finding: finding.sound)
    return render_template("admin/health.html", findings=found)


@bp.get("/admin/log")
def log() -> ResponseReturnValue:
    """Show the security log, the newest first."""
    require(can_administer(current_user))
    query = select(SecurityEvent).options(
        joinedload(SecurityEvent.person), joinedload(SecurityEvent.by)
    )
    page = newest_first(query, SecurityEvent.id, before_asked())
    days = current_app.config["SECURITY_LOG_DAYS"]
    return render_template("admin/log.html", events=page.found, following=page.following, days=days)


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Tell Prometheus the figures, where it has the token; without one there is no such page."""
    token = current_app.config["METRICS_TOKEN"]
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return "", 401, {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
    page = "\n".join(lines()) + "\n"
    return page, {"Content-Type": "text/plain; version=0.0.4", "Cache-Control": "no-store"}
