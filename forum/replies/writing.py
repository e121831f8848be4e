"""Writing, editing, showing and withdrawing replies, with every count beside them kept true."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import Any, cast

from markupsafe import Markup
from sqlalchemy import Table, bindparam, func, select, update

from ..accounts.models import User
from ..database.known_rows import new_row
from ..database.made_once import made_once
from ..database.prepared import Prepared, PreparedChange
from ..db import db, now, read_anew, upsert
from ..essays.models import Essay, touch
from ..words import differences, html
from ..words.keys import search_key
from ..words.language_of import language_of
from .models import REPLY, Reply, reply_by_fingerprint
from .tags import combination
from .tallies import count_proposal
from .versions import keep_version, versions_of
from .watching import watched


@dataclass(frozen=True)
class Content:
    """What a person wrote: a proposal where it names a lever, a comment where it does not."""

    body: str
    lever: str | None = None
    title: str | None = None
    jurisdiction: str | None = None
    ambition: str | None = None
    trade_off: str | None = None
    evidence: list[str] = field(default_factory=list)
    stance: str | None = None


_reply = cast(Table, Reply.__table__)
THREAD = _reply.c.id == bindparam("thread")
HELD = Prepared(select(_reply.c.id).where(THREAD).with_for_update(key_share=True))
_other = _reply.alias()
SHOWN = select(func.count()).where(
    _other.c.thread_id == bindparam("thread"), _other.c.status == "visible"
)
COUNTED = PreparedChange(update(_reply).where(THREAD).values(comments=SHOWN.scalar_subquery()))

EXCERPT_LENGTH = 220
FIELDS = tuple(each.name for each in fields(Content))


def write_reply(
    essay: Essay,
    author: User,
    content: Content,
    parent: Reply | None = None,
    status: str = "visible",
) -> tuple[Reply, bool]:
    """Add a reply; return it and whether it is new.

    The same words sent twice by one author in one place are one reply: the second sending
    returns the first, however close together the two arrive.
    """
    values = new_row(
        _reply,
        **stored(content, essay.language),
        essay_id=essay.id,
        author_id=author.id,
        parent_id=parent.id if parent else None,
        thread_id=(parent.thread_id or parent.id) if parent else None,
        status=status,
        fingerprint=fingerprint(essay.id, parent.id if parent else None, content),
    )
    db.session.flush()
    inserted = inserted_once().rows(**values)
    if not inserted:
        return reply_by_fingerprint(author.id, values["fingerprint"]), False
    reply = REPLY.known({**values, "id": inserted[0][0]})
    keep_version(reply, vars(content), author, "")
    came_or_went(reply, +1 if status == "visible" else 0)
    return reply, True


@made_once
def inserted_once() -> PreparedChange:
    """Return the INSERT that does nothing where the author has sent the same words before."""
    once = upsert(Reply).on_conflict_do_nothing(index_elements=["author_id", "fingerprint"])
    return PreparedChange(once.returning(Reply.id), *new_row(_reply))


def fingerprint(essay_id: int, parent_id: int | None, content: Content) -> str:
    """Return what makes two sendings the same: place and words."""
    words = json.dumps([essay_id, parent_id, vars(content)], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def stored(content: Content, otherwise: str) -> dict[str, Any]:
    """Return the content's columns together with all that is derived from them.

    Where its words do not tell their language, it is the other, the essay's.
    """
    key = search_key(content.title, content.body, content.trade_off)
    body = rendered(content)
    return {
        **vars(content),
        "body_html": str(body),
        "excerpt": html.excerpt(body, EXCERPT_LENGTH),
        "renderer": html.RENDERER,
        "search": key,
        "language": language_of(key, otherwise),
    }


def rendered(content: Content) -> Markup:
    """Return the body of a reply as its page shows it."""
    below = html.IN_A_PROPOSAL if content.lever else html.IN_A_COMMENT
    return html.render(content.body, heading_offset=below, typed=True)


def prepare(content: Content, reply: Reply | None = None) -> None:
    """Do what takes long of storing these words, while no row is held and nobody waits for it.

    Rendering and comparing remember what they have just done, so that storing finds it done.
    """
    rendered(content)
    if reply is not None:
        former = versions_of(reply, most=1)
        differences.kept(former[0].content if former else {}, vars(content))


def content_of(reply: Reply) -> Content:
    """Return what the reply says now."""
    return Content(**{name: getattr(reply, name) for name in FIELDS})


def edit_reply(reply: Reply, by: User, content: Content, note: str = "") -> bool:
    """Change the reply and keep the new version; say False where nothing changed."""
    if content == content_of(reply):
        return False
    with watched(reply):
        put_words(reply, by, content, note)
    return True


def put_words(reply: Reply, by: User | None, content: Content, note: str) -> None:
    """Give the reply other words, with its new version and every count beside it."""
    shown, words = int(reply.status == "visible"), vars(content)
    came_or_went(reply, -shown)
    reply.assumed = [each for each in reply.assumed if getattr(reply, each) == words[each]]
    for name, value in stored(content, reply.essay.language).items():
        setattr(reply, name, value)
    reply.version += 1
    reply.edited_at = now()
    db.session.flush()
    came_or_went(reply, +shown)
    keep_version(reply, vars(content), by, note)


def set_status(reply: Reply, status: str) -> None:
    """Show or withdraw a reply, and keep the counts beside it true."""
    if reply.status == status:
        return
    before = reply.status
    with watched(reply):
        reply.status = status
        db.session.flush()
        came_or_went(reply, (status == "visible") - (before == "visible"))


def came_or_went(reply: Reply, change: int) -> None:
    """Count a reply that came to be shown (+1) or ceased to be (-1) where it is counted.

    Rows are locked in one order everywhere, a thread before its essay before its tallies, so that
    writers wait for each other and never deadlock.
    """
    if change and reply.thread_id is not None:
        count_comments(reply.thread_id)
    touch(reply.essay_id)
    if change and reply.is_proposal:
        count_proposal(reply.essay_id, combination(reply), change)


def count_comments(thread_id: int) -> None:
    """Count the comments shown under a reply, from their rows and under the reply's lock."""
    db.session.flush()
    HELD.rows(thread=thread_id)
    COUNTED.run(thread=thread_id)
    read_anew(Reply, thread_id, "comments")
