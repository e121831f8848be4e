"""The words and bounds that templates ask for by name: labels, meanings, orders, intervals."""

from __future__ import annotations

from flask import Flask

from ..accounts.agreements import joining_texts, signs_of, texts_to_agree
from ..accounts.grounds import asks_to_confirm
from ..accounts.provider import has_provider, provider_name
from ..answers.due_words import set_aside_since
from ..answers.on_reply import answers_to_brief, seats_today
from ..answers.statuses import DECLINE_REASONS, STATUSES, VERDICTS
from ..answers.votes_aside import votes_aside_of
from ..answers.who_answers import can_answer_for, can_appoint, can_raise, can_record_answers
from ..deals.plain_words import RULE_WORDS, sentences
from ..events.notices import unread_by
from ..exports.formats import FORMATS
from ..exports.tables import SENTENCES
from ..lookout.who_decides import asides_waiting
from ..moderation.acting import can_be_put_back, is_done, name_in_log, tagged_by
from ..moderation.changes import changes_of
from ..moderation.log import name_of, names_shown
from ..moderation.on_votes import votes_in_words
from ..moderation.quoted import quotations_of
from ..moderation.seen import state_of
from ..permission_answers import open_to_words
from ..replies.filters import LOOKED, SORT_LABELS, Sort
from ..replies.reasons import REASON_LABELS, Reason
from ..replies.reviews import WHY_LABELS, Why
from ..replies.tags import DESCRIBED, FURTHER_TAGS, LEVER, STANCE, TAGS
from ..votes.asides import essays_set_aside
from ..votes.ranking import interval
from ..votes.who_takes_part import declared_in_words
from ..words.keys import says_more
from .page_titles import page_shows


def init_app(app: Flask) -> None:
    """Offer the words to the templates."""
    app.jinja_env.globals.update(
        asks_to_confirm=asks_to_confirm,
        has_provider=has_provider,
        joining_texts=joining_texts,
        signs_of=signs_of,
        texts_to_agree=texts_to_agree,
        declared_in_words=declared_in_words,
        open_to_words=open_to_words,
        provider_name=provider_name,
        DECLINE_REASONS=DECLINE_REASONS,
        DESCRIBED=DESCRIBED,
        STATUSES=STATUSES,
        VERDICTS=VERDICTS,
        answers_to_brief=answers_to_brief,
        can_answer_for=can_answer_for,
        can_appoint=can_appoint,
        can_raise=can_raise,
        can_record_answers=can_record_answers,
        seats_today=seats_today,
        set_aside_since=set_aside_since,
        votes_aside_of=votes_aside_of,
        FURTHER_TAGS=FURTHER_TAGS,
        LEVER=LEVER,
        LOOKED=LOOKED,
        STANCE=STANCE,
        TAGS=TAGS,
        Reason=Reason,
        Sort=Sort,
        interval=interval,
        is_done=is_done,
        can_be_put_back=can_be_put_back,
        FORMATS=FORMATS,
        SENTENCES=SENTENCES,
        SORT_LABELS=SORT_LABELS,
        WHY_LABELS=WHY_LABELS,
        Why=Why,
        RULE_WORDS=RULE_WORDS,
        deal_sentences=sentences,
        action_changes=changes_of,
        action_words=name_in_log,
        moderator_name=name_of,
        moderators_shown=names_shown,
        page_shows=page_shows,
        quotations_of=quotations_of,
        state_of=state_of,
        says_more=says_more,
        tagged_by=tagged_by,
        unread_by=unread_by,
        asides_waiting=asides_waiting,
        essays_set_aside=essays_set_aside,
        votes_in_words=votes_in_words,
        REASON_LABELS=REASON_LABELS,
    )
