"""Every limit: how often a thing may be done, and how a refusal names it and who can lift it.

Those that keep strangers from guessing their way in hold within bounds, whoever sets them.
"""

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


EACH_NETWORK = _l("Counted for each network.")
EACH_ACCOUNT = _l("Counted for each account.")
EACH_ADDRESS = _l("Counted for each address.")
EACH_ATTEMPT = _l("Counted for each account, by the network that tries.")
EACH_PERSON = _l("Counted for each account; for those who are signed out, for each network.")
ALL_TOGETHER = _l("Counted for everyone together.")


@dataclass(frozen=True)
class LimitRow:
    """One limit: how often unless a setting says otherwise, of what, and who can lift it.

    ``each`` says for whom it is counted. It is never less than ``least``, so that people can come
    in, and where it protects signing in never more than ``hourly`` within an hour.
    """

    often: str
    what: Any
    lifted: Any = BY_OPERATORS
    each: Any = EACH_PERSON
    least: int = 1
    hourly: int | None = None


LIMITS: dict[str, LimitRow] = {
    "sign_up": LimitRow(
        "50 per hour",
        _l("New accounts from one network"),
        BY_NETWORK,
        each=EACH_NETWORK,
        hourly=1000,
    ),
    "sign_in": LimitRow(
        "10 per 5 minutes",
        _l("Wrong passwords for one account"),
        each=EACH_ATTEMPT,
        least=3,
        hourly=300,
    ),
    "sign_in_address": LimitRow(
        "30 per hour",
        _l("Wrong passwords from one network"),
        BY_NETWORK,
        each=EACH_NETWORK,
        least=3,
        hourly=600,
    ),
    "reset": LimitRow(
        "5 per hour",
        _l("Emails for a forgotten password to one address"),
        each=EACH_ADDRESS,
        hourly=20,
    ),
    "reset_address": LimitRow(
        "30 per hour", _l("Requests for a new password"), BY_NETWORK, hourly=600
    ),
    "replies": LimitRow("20 per hour", _l("Replies and comments by one person"), each=EACH_ACCOUNT),
    "first_day": LimitRow(
        "3 per day", _l("Replies and comments on your first day"), BY_MODERATORS, each=EACH_ACCOUNT
    ),
    "votes": LimitRow("1200 per hour", _l("Votes by one person"), each=EACH_ACCOUNT),
    "edits": LimitRow("30 per hour", _l("Edits by one person"), each=EACH_ACCOUNT),
    "answers": LimitRow(
        "600 per hour", _l("Steps towards answers by one person"), each=EACH_ACCOUNT
    ),
    "reports": LimitRow("20 per day", _l("Reports by one person"), each=EACH_ACCOUNT),
    "exports": LimitRow("30 per hour", _l("Exports by one person")),
    "drafts": LimitRow("1200 per hour", _l("Saved drafts by one person"), each=EACH_ACCOUNT),
    "previews": LimitRow("1200 per hour", _l("Previews by one person"), each=EACH_ACCOUNT),
    "similar": LimitRow(
        "600 per hour", _l("Searches for similar proposals by one person"), each=EACH_ACCOUNT
    ),
    "shortlists": LimitRow(
        "600 per hour", _l("Changes to shortlists by one person"), each=EACH_ACCOUNT
    ),
    "briefs": LimitRow("60 per hour", _l("Changes to briefs by one person"), each=EACH_ACCOUNT),
    "downloads": LimitRow("300 per hour", _l("Downloads of briefs by one person")),
    "codes": LimitRow(
        "60 per hour",
        _l("Codes asked for or typed by one person"),
        each=EACH_ACCOUNT,
        least=10,
        hourly=600,
    ),
    "codes_address": LimitRow(
        "300 per hour",
        _l("Codes asked for or typed from one network"),
        BY_NETWORK,
        each=EACH_NETWORK,
        least=10,
        hourly=3000,
    ),
    "room_codes": LimitRow(
        "300 per hour",
        _l("Wrong codes of rooms typed from one network"),
        BY_NETWORK,
        each=EACH_NETWORK,
        least=3,
        hourly=3000,
    ),
    "rooms": LimitRow("600 per hour", _l("Changes to rooms by one person"), each=EACH_ACCOUNT),
    "invitations": LimitRow(
        "60 per hour", _l("Lists of invitations sent by one person"), each=EACH_ACCOUNT
    ),
    "follows": LimitRow(
        "600 per hour", _l("Changes to what one person follows"), each=EACH_ACCOUNT
    ),
    "mail": LimitRow(
        "60 per hour", _l("Emails sent again or as a test by one administrator"), each=EACH_ACCOUNT
    ),
    "pictures": LimitRow("120 per hour", _l("Pictures drawn for one network"), BY_NETWORK),
    "pictures_in_all": LimitRow(
        "1000 per hour", _l("Pictures drawn on this site"), each=ALL_TOGETHER
    ),
    "lookout": LimitRow(
        "120 per hour", _l("Looks at what is unusual about voters by one person"), each=EACH_ACCOUNT
    ),
    "searches": LimitRow("600 per hour", _l("Searches by one person")),
}
"""The limits by name; ``FORUM_LIMIT_<NAME>`` overrules how often, and so does ``/admin/limits``."""
