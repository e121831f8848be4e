"""What the title of a page says beside its name: which filter, and which part of a list."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from ..moderation.queue_counts import narrowed_to
from ..moderation.queue_filter import QueueFilter
from ..replies.filters import Filter

FILTERED = frozenset(
    {"reading.essay", "reading.proposals", "reading.landscape", "reading.landscape_table"}
)
FURTHER = ("after", "before", "page")
"""The fields of an address from which on a list is shown."""


QUEUE = "moderation.queue"
"""The list that has a filter of its own."""


def page_shows() -> str:
    """Return what the page shows of what it names, to stand behind its name; nothing for all."""
    if request.method not in {"GET", "HEAD"} or request.endpoint is None:
        return ""
    said = [filter_said()]
    if any(request.args.get(name) for name in FURTHER):
        said.append(_("continued"))
    return "".join(f" – {each}" for each in said if each)


def filter_said() -> str:
    """Return the filter of the page in words."""
    if request.endpoint in FILTERED:
        chosen, _unread = Filter.from_query(request.args)
        return "" if chosen.is_empty else chosen.in_words()
    if request.endpoint == QUEUE:
        return narrowed_to(QueueFilter.from_query(request.args))
    return ""
