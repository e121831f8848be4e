"""What stands where a text was."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from ..replies.models import Reply
from ..replies.writing import Content

MARK = "erased:"
"""What the fingerprint of a reply begins with whose text was erased."""


def tombstone(reply: Reply) -> Content:
    """Return what stands in the place of a reply's text, in its language; its tags stay."""
    with force_locale(reply.language):
        title, body = _("Text erased"), _("The text that stood here was erased.")
    return Content(
        body=body,
        lever=reply.lever,
        title=title if reply.is_proposal else None,
        jurisdiction=reply.jurisdiction,
        ambition=reply.ambition,
        trade_off="" if reply.is_proposal and reply.trade_off is not None else None,
        evidence=[],
        stance=reply.stance,
    )


def nobodys_name() -> str:
    """Return what somebody is called who left, in the reader's language."""
    return _("Former member")
