"""The versions of a reply: kept one by one, each with what changed in it, and read page by page."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..database.known_rows import new_row
from ..database.prepared import PreparedChange
from ..web.pager import newest_first
from ..words import differences
from .models import Reply, ReplyVersion

_version = cast(Table, ReplyVersion.__table__)
KEPT = PreparedChange(insert(_version), *new_row(_version))


def versions_of(
    reply: Reply, before: int | None = None, most: int = differences.PAGE_OF_STEPS
) -> list[ReplyVersion]:
    """Return versions of the reply, the newest first, from the one before ``before`` on."""
    query = select(ReplyVersion).where(ReplyVersion.reply_id == reply.id)
    query = query.options(joinedload(ReplyVersion.by))
    return newest_first(query, ReplyVersion.version, before, most).found


def keep_version(reply: Reply, content: dict[str, Any], by: User | None, note: str) -> None:
    """Record the reply as it now stands, with what changed since the version before."""
    former = versions_of(reply, reply.version, most=1) if reply.version > 1 else []
    version = new_row(
        _version,
        reply_id=reply.id,
        version=reply.version,
        content=content,
        changes=differences.kept(former[0].content, content) if former else None,
        note=note,
        by_id=by.id if by else None,
    )
    KEPT.run(**version)
