"""Every limit: how often a thing may be done, and how a refusal names it and who can lift it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

BY_OPERATORS = _l("The people who run this site can raise this limit.")
BY_MODERATORS = _l("It is lifted as soon as a moderator has approved one of them.")
BY_NETWORK = _l(
    "It counts everyone on your network together. Use another network, or "
    "ask the people who run this site."
)


@dataclass(frozen=True)
class LimitRow:
    """One limit: how often unless a setting says otherwise, of what, and who can lift it."""

    often: str
    what: Any
    lifted: Any = BY_OPERATORS


LIMITS: dict[str, LimitRow] = {
    "sign_up": LimitRow("50 per hour", _l("New accounts from one network"), BY_NETWORK),
    "sign_in": LimitRow("10 per 5 minutes", _l("Wrong passwords for one account")),
    "sign_in_address": LimitRow("30 per hour", _l("Wrong passwords from one network"), BY_NETWORK),
    "reset": LimitRow("5 per hour", _l("Emails for a forgotten password to one address")),
    "reset_address": LimitRow("30 per hour", _l("Requests for a new password"), BY_NETWORK),
    "replies": LimitRow("20 per hour", _l("Replies and comments by one person")),
    "first_day": LimitRow("3 per day", _l("Replies and comments on your first day"), BY_MODERATORS),
    "votes": LimitRow("1200 per hour", _l("Votes by one person")),
    "edits": LimitRow("30 per hour", _l("Edits by one person")),
    "answers": LimitRow("600 per hour", _l("Steps towards answers by one person")),
    "reports": LimitRow("20 per day", _l("Reports by one person")),
    "exports": LimitRow("30 per hour", _l("Exports by one person")),
    "drafts": LimitRow("1200 per hour", _l("Saved drafts by one person")),
    "previews": LimitRow("1200 per hour", _l("Previews by one person")),
    "similar": LimitRow("600 per hour", _l("Searches for similar proposals by one person")),
    "shortlists": LimitRow("600 per hour", _l("Changes to shortlists by one person")),
    "briefs": LimitRow("60 per hour", _l("Changes to briefs by one person")),
    "downloads": LimitRow("300 per hour", _l("Downloads of briefs by one person")),
    "codes": LimitRow("60 per hour", _l("Codes asked for or typed by one person")),
    "codes_address": LimitRow(
        "300 per hour", _l("Codes asked for or typed from one network"), BY_NETWORK
    ),
    "room_codes": LimitRow(
        "300 per hour", _l("Wrong codes of rooms typed from one network"), BY_NETWORK
    ),
    "rooms": LimitRow("600 per hour", _l("Changes to rooms by one person")),
    "invitations": LimitRow("60 per hour", _l("Lists of invitations sent by one person")),
    "follows": LimitRow("600 per hour", _l("Changes to what one person follows")),
    "mail": LimitRow("60 per hour", _l("Emails sent again or as a test by one administrator")),
    "pictures": LimitRow("120 per hour", _l("Pictures drawn for one network"), BY_NETWORK),
    "pictures_in_all": LimitRow("1000 per hour", _l("Pictures drawn on this site")),
    "lookout": LimitRow("120 per hour", _l("Looks at what is unusual about voters by one person")),
    "searches": LimitRow("600 per hour", _l("Searches by one person")),
}
"""The limits by name; ``FORUM_LIMIT_<NAME>`` overrules how often."""
