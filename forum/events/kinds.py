"""The register of what can happen: who hears of each kind, under which topic, in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from .audiences import Audience
from .topics import TOPICS_BY_NAME, Topic

PARTICIPANTS = (Audience.VOTERS, Audience.COMMENTERS, Audience.FOLLOWERS, Audience.ASIDE_VOTERS)
IN_DISCUSSION = (
    Audience.ESSAY_VOTERS,
    Audience.ESSAY_WRITERS,
    Audience.FOLLOWERS,
    Audience.ASIDE_VOTERS,
)

SECOND_THOUGHTS = timedelta(minutes=15)
"""How long letters about an answer wait, so that it can be corrected or taken back."""

WROTE = _l("You are told because you wrote it.")
TOOK_PART = _l("You are told because you took part in this proposal.")
DISCUSSED = _l("You are told because you took part in this discussion.")
ASKED = _l("You are told because you asked for it.")
MODERATES = _l("You are told because you moderate this discussion.")
SPEAKS = _l("You are told because you speak for the body that is to answer.")

REPLY = _l("Reply")
YOURS = _l("You are told because the votes are yours.")
DECIDES = _l("You are told because you may decide it.")
TO_ASIDE = "{address}/set-aside"
TO_COMMENT, TO_DESK = "/replies/{part}/comment", "/answering?reply={number}"


@dataclass(frozen=True)
class EventKind:
    """One kind of event.

    ``words`` say what happened, ``because`` why someone is told; neither says how anyone voted.
    ``audience`` is whom the worker tells, beside those whom the verb names itself.
    """

    name: str
    topic_name: str
    words: Any
    because: Any = TOOK_PART
    audience: tuple[Audience, ...] = ()
    delay: timedelta = timedelta()
    """How long letters wait."""
    invites: Any = ""
    """What whoever is told can do about it, in the words of a link; nothing where they can read."""
    way: str = "{address}"
    """Where they do that, by the address of the thing, its number and that of the part."""
    part_is: str = ""
    """What its part is the number of: a "comment" under the thing, an "action" of moderators."""

    @property
    def topic(self) -> Topic:
        """The topic under which people choose how to be told."""
        return TOPICS_BY_NAME[self.topic_name]


KINDS = (
    EventKind(
        "commented",
        "comments",
        _l("Someone commented on what you wrote"),
        WROTE,
        invites=REPLY,
        way=TO_COMMENT,
        part_is="comment",
    ),
    EventKind(
        "replied",
        "replies",
        _l("Someone replied to your comment"),
        _l("You are told because you wrote the comment."),
        invites=REPLY,
        way=TO_COMMENT,
        part_is="comment",
    ),
    EventKind(
        "mentioned",
        "replies",
        _l("Someone mentioned you"),
        _l("You are told because a comment names you."),
        invites=REPLY,
        way=TO_COMMENT,
        part_is="comment",
    ),
    EventKind(
        "moderated",
        "moderation",
        _l("A decision on what you wrote"),
        _l("You are told because it concerns you."),
        part_is="action",
    ),
    EventKind(
        "report_decided",
        "moderation",
        _l("A decision on what you reported"),
        _l("You are told because you reported it."),
        part_is="action",
    ),
    EventKind(
        "quote_decided",
        "moderation",
        _l("A decision on what a brief of yours quotes"),
        _l("You are told because you published the brief."),
        part_is="action",
    ),
    EventKind(
        "votes_aside",
        "moderation",
        _l("Your votes here are set aside"),
        YOURS,
        invites=_l("Read why, or appeal"),
        way=TO_ASIDE,
        part_is="action",
    ),
    EventKind(
        "votes_counted", "moderation", _l("Your votes here count again"), YOURS, part_is="action"
    ),
    EventKind(
        "votes_stay_aside",
        "moderation",
        _l("Your votes here stay set aside"),
        _l("You are told because you appealed."),
        invites=_l("Read the answer"),
        way=TO_ASIDE,
    ),
    EventKind(
        "changed",
        "texts",
        _l("The text has changed"),
        audience=(Audience.VOTERS, Audience.FOLLOWERS, Audience.ASIDE_VOTERS),
        invites=_l("See what changed"),
        way="/replies/{number}/history",
    ),
    EventKind(
        "merged",
        "texts",
        _l("Merged into another proposal"),
        audience=PARTICIPANTS,
        part_is="action",
    ),
    EventKind(
        "hidden", "texts", _l("Hidden by moderators"), audience=PARTICIPANTS, part_is="action"
    ),
    EventKind(
        "moved", "texts", _l("Moved to another discussion"), audience=PARTICIPANTS, part_is="action"
    ),
    EventKind("restored", "texts", _l("Shown again"), audience=PARTICIPANTS, part_is="action"),
    EventKind("in_brief", "briefs", _l("It is in a brief"), audience=PARTICIPANTS),
    EventKind("brief_published", "briefs", _l("A brief was published"), DISCUSSED, IN_DISCUSSION),
    EventKind(
        "rule_met", "briefs", _l("It has met the deal: an answer is due"), audience=PARTICIPANTS
    ),
    EventKind(
        "answered",
        "answers",
        _l("It was answered"),
        audience=PARTICIPANTS,
        delay=SECOND_THOUGHTS,
        invites=_l("Does it answer?"),
    ),
    EventKind(
        "acknowledged",
        "answers",
        _l("A word on it, but no answer yet"),
        audience=PARTICIPANTS,
        delay=SECOND_THOUGHTS,
    ),
    EventKind("promise_late", "answers", _l("A promise is late"), audience=PARTICIPANTS),
    EventKind("promise_kept", "answers", _l("A promise was kept"), audience=PARTICIPANTS),
    EventKind("was_it_done", "answers", _l("Was it done?"), audience=PARTICIPANTS),
    EventKind(
        "opened", "openings", _l("A discussion is open"), ASKED, (Audience.OPENING_FOLLOWERS,)
    ),
    EventKind("proposed", "openings", _l("A new proposal"), ASKED, (Audience.LEVER_FOLLOWERS,)),
    EventKind(
        "closing_soon",
        "discussions",
        _l("The discussion closes in three days"),
        DISCUSSED,
        IN_DISCUSSION,
        invites=_l("Judge the rest"),
        way="{address}/judge",
    ),
    EventKind("closed", "discussions", _l("The discussion is closed"), DISCUSSED, IN_DISCUSSION),
    EventKind(
        "reopened", "discussions", _l("The discussion is open again"), DISCUSSED, IN_DISCUSSION
    ),
    EventKind(
        "paused",
        "discussions",
        _l("The discussion is paused"),
        DISCUSSED,
        IN_DISCUSSION,
        part_is="action",
    ),
    EventKind(
        "resumed",
        "discussions",
        _l("The discussion has resumed"),
        DISCUSSED,
        IN_DISCUSSION,
        part_is="action",
    ),
    EventKind(
        "deal_changed",
        "discussions",
        _l("Who answers what by when has changed"),
        DISCUSSED,
        IN_DISCUSSION,
        part_is="action",
    ),
    EventKind(
        "waiting", "desk", _l("Something is waiting for you"), MODERATES, (Audience.MODERATORS,)
    ),
    EventKind(
        "aside_waits",
        "desk",
        _l("Setting votes aside waits for a second person"),
        DECIDES,
        invites=_l("Look at it"),
        way="/moderation/aside/{part}",
    ),
    EventKind(
        "aside_appealed",
        "desk",
        _l("Somebody appeals against setting votes aside"),
        DECIDES,
        invites=_l("Look at it"),
        way="/moderation/aside/{part}",
    ),
    EventKind(
        "waits_long", "desk", _l("It has waited too long"), MODERATES, (Audience.MODERATORS,)
    ),
    *(
        EventKind(name, "seat", words, SPEAKS, (Audience.SEATS,), invites=_l("Answer"), way=TO_DESK)
        for name, words in (
            ("due", _l("An answer is due")),
            ("due_soon", _l("An answer is due within seven days")),
            ("due_today", _l("An answer is due today")),
            ("overdue", _l("An answer is overdue")),
        )
    ),
)
"""Every kind of event, in the order of a proposal's life."""

KINDS_BY_NAME = {kind.name: kind for kind in KINDS}
