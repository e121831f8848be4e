"""Who hears of events, what they are about, and what more there is to say of them.

The registers that ``forum/events`` asks, filled where every feature can be seen.
"""

from __future__ import annotations

from ..answers import parts as answers
from ..briefs.brief_subjects import BRIEFS, details_of_briefs
from ..essays.essay_subjects import ESSAYS, details_of_closing
from ..events.audiences import FOLLOWING, Audience, People
from ..events.subjects import Details, SubjectKind
from ..lookout.aside_details import details_of_answers
from ..moderation.decision_details import DECISIONS, details_of_decisions
from ..moderation.who_moderates import moderators
from ..replies.reply_subjects import REPLIES, details_of_comments
from ..replies.who_wrote import commenters, essay_writers
from ..votes.who_voted import essay_voters, voters, voters_aside

AUDIENCES: dict[Audience, People] = {
    **FOLLOWING,
    Audience.VOTERS: voters,
    Audience.ESSAY_VOTERS: essay_voters,
    Audience.ASIDE_VOTERS: voters_aside,
    Audience.COMMENTERS: commenters,
    Audience.ESSAY_WRITERS: essay_writers,
    Audience.MODERATORS: moderators,
    **answers.SPEAKING,
}
"""Who belongs to each part of an event's audience."""

SUBJECTS: tuple[SubjectKind, ...] = (REPLIES, ESSAYS, BRIEFS, answers.BODIES)
"""What events can be about, and how each is found, called and read."""

DETAILS: dict[str, Details] = {
    "commented": details_of_comments,
    "replied": details_of_comments,
    "mentioned": details_of_comments,
    "closing_soon": details_of_closing,
    **dict.fromkeys(DECISIONS, details_of_decisions),
    "votes_stay_aside": details_of_answers,
    "in_brief": details_of_briefs,
    **answers.DETAILS,
}
"""What more there is to say of an event than that it happened, by its kind."""
