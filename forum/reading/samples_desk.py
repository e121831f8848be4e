"""What the style page shows of the moderators' desk, of shortlists and of briefs."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from ..accounts.contacts import Contact
from ..accounts.models import User
from ..briefs.comparing import compare
from ..briefs.concerns import Concern
from ..briefs.forms import NoteForm, TakeForm
from ..briefs.models import Brief, ShortlistItem
from ..briefs.published import Shown
from ..briefs.shortlists import PickList, Picks
from ..db import now
from ..events.following import Following
from ..events.kinds import KINDS_BY_NAME
from ..events.models import Event, Follow, Notice
from ..events.notices import NoticeFilter, NoticeGroup, ToldEvent
from ..events.subjects import Subject
from ..events.topics import TOPICS
from ..exports.provenance import Provenance
from ..moderation import log as logs
from ..moderation import queue_counts
from ..moderation.action_kind import REPLY
from ..moderation.duplicates import DuplicatePair
from ..moderation.forms import ActionForm, HideAndSuspendForm
from ..moderation.kinds import KINDS, kinds_for
from ..moderation.merging import MERGE
from ..moderation.models import Action
from ..moderation.overview import Series, Weeks
from ..moderation.queue_filter import ORDER_LABELS, QueueFilter
from ..replies.absence import Absence
from ..replies.filters import SORT_LABELS, Sort
from ..replies.models import Reply
from ..replies.pairs import Likeness
from ..replies.tags import LEVER, Lever
from ..replies.withdrawing import Withdrawal
from ..votes.ranking import lower, upper
from ..web.languages import current_language
from .samples import BEN, DEE, FAY, FIRST, blank, person, sample_essay, sample_reply, sample_row
from .samples_queue import sample_case, sample_queue_counts


def sample_action(number: int, kind: str, reply: Reply, **changes: Any) -> Action:
    """Return what Dee did to a reply."""
    values: dict[str, Any] = {
        "reason": "spam",
        "note": str(LEVER[Lever.POLICY].meaning),
        "private_note": "",
        "before": {"status": "visible"},
        "after": {"status": "hidden"},
        "by": person(DEE, "Dee", "moderator"),
        "by_name": "Dee",
        **changes,
    }
    return Action(
        id=FIRST + number,
        kind=kind,
        at=now() - timedelta(hours=number),
        reply=reply,
        reply_id=reply.id,
        subject=reply.title or "",
        essay_title=reply.essay.title,
        **values,
    )


def for_the_desk() -> dict[str, Any]:
    """Return what the parts of the moderators' desk show."""
    ben, essay = person(BEN, "Ben"), sample_essay()
    replies = [sample_reply(30 + n, ben, lever) for n, lever in enumerate(Lever)]
    waiting = sample_reply(34, ben, Lever.POLICY, status="waiting")
    verdicts = [kind for kind in kinds_for(replies[0], REPLY) if kind.decides]
    case = sample_case(replies[0])
    action = sample_action(1, "hide", replies[1], private_note=str(LEVER[Lever.MARKET].example))
    likeness = Likeness(replies[0].id, replies[1].id, 82, ("permit",), 4, 9)
    votes = [SimpleNamespace(support=n, oppose=n // 3, neutral=1) for n in (12, 19)]
    today = now().date()
    return {
        "author": ben,
        "dee": person(DEE, "Dee", "moderator"),
        "at": {
            "case": case,
            "answer": True,
            "form": blank(ActionForm).named("verdict"),
            "verdicts": verdicts,
            "changes": [],
            "forms": {},
            "merge": None,
            "both": blank(HideAndSuspendForm).named("both"),
        },
        "case": case,
        "steps": {"list": "/style", "previous": "", "next": "/style", "at": 1, "all": "17"},
        "verdicts": verdicts,
        "merge": MERGE,
        "action_form": blank(ActionForm),
        "queue_chosen": QueueFilter(reason="spam"),
        "queue_counts": sample_queue_counts(essay),
        "queue_tabs": queue_counts.tabs(),
        "queue_choices": queue_counts.choices([(essay.id, essay.slug, essay.title)]),
        "queue_orders": [(order.value, words) for order, words in ORDER_LABELS.items()],
        "done": action,
        "again": sample_action(2, "lock", replies[2], reason="other", by=None, by_name=""),
        "told": sample_told(action, ben),
        "log_chosen": logs.LogFilter(),
        "log_kinds": KINDS,
        "moderated": replies,
        "waiting": waiting,
        "kept_back": Absence(waiting, waiting),
        "stale": [SimpleNamespace(number=waiting.id, state="1-1-0")],
        "taken_back": sample_reply(35, ben, Lever.POLICY, status="withdrawn"),
        "withdrawal": Withdrawal(at=now()),
        "pair": DuplicatePair(replies[0], replies[1], likeness),
        "outcome": SimpleNamespace(
            votes=SimpleNamespace(
                before=votes[0], after=votes[1], voters=30, carried=7, own=2, of_author=True
            ),
            comments=4,
            not_shown=1,
            merged_before=1,
        ),
        "weeks": Weeks(
            [today - timedelta(weeks=n) for n in reversed(range(12))],
            [Series(str(LEVER[Lever.MARKET].example), [n * 5 % 7 or None for n in range(12)], 6)],
        ),
    }


def sample_told(action: Action, author: User) -> dict[str, Any]:
    """Return two notices about one reply: a comment on it, and a decision."""
    words = str(LEVER[Lever.MARKET].meaning)
    comment = [_("%(name)s: “%(words)s”", name="Cam", words=words)]
    about = {"subject_kind": "reply", "subject_id": FIRST, "part_id": action.id, "at": action.at}
    told = []
    for number, kind, said in ((1, "commented", comment), (2, "moderated", [])):
        notice = Notice(id=FIRST + number, event=Event(id=number, kind=kind, **about))
        told.append(ToldEvent(notice, KINDS_BY_NAME[kind], said))
    example = LEVER[Lever.POLICY]
    subject = Subject(str(example.example), "#told", essay=str(example.meaning))
    return {
        "group": NoticeGroup(("reply", FIRST), subject, told),
        "decision": told[1],
        "actions": {action.id: action},
        "topics": TOPICS,
        "wanted": NoticeFilter(),
        "author": author,
        "asked": SimpleNamespace(is_authenticated=True, contact=Contact(user_id=0)),
        "following": Following(took_part=True, asked=None),
        "follows": [
            Follow(subject_kind="reply", subject_id=FIRST, lever="policy", wanted=True, at=now())
        ],
        "followed": {("reply", FIRST): subject},
    }


def sample_picked(number: int, **changes: Any) -> ShortlistItem:
    """Return a proposal that Fay picked when it had fewer votes."""
    fay = person(FAY, "Fay", "facilitator")
    values: dict[str, Any] = {"note": str(LEVER[Lever.MARKET].meaning), **changes}
    return ShortlistItem(
        id=FIRST + number,
        shortlist_id=FIRST,
        picked_by=fay,
        picked_at=now() - timedelta(days=2),
        reply=sample_reply(40 + number, person(BEN, "Ben"), tuple(Lever)[number % 3]),
        version=1,
        support=9,
        oppose=3,
        neutral=0,
        score=lower(9, 12),
        low=lower(9, 12),
        high=upper(9, 12),
        removed_by=fay,
        **values,
    )


def sample_brief(number: int) -> Brief:
    """Return a brief of two proposals."""
    return Brief(
        year=2026,
        number=number,
        title=str(LEVER[Lever.REGULATORY].example),
        published_at=now(),
        language=current_language(),
        provenance=sample_origin().as_dict(),
    )


def sample_origin() -> Provenance:
    """Return where the proposals of a brief come from."""
    return Provenance(
        site="Circle Back",
        url="",
        filter=str(LEVER[Lever.POLICY].meaning),
        order=str(SORT_LABELS[Sort.TOP]),
        formula="Wilson, 95 %",
        authors="shown",
        made_at=now(),
        software="Circle Back",
        rows=2,
        essay=str(LEVER[Lever.POLICY].example),
        publisher="Fay",
        sha256="0123456789abcdef" * 4,
    )


def sample_shown(number: int, withdrawn: bool = False) -> Shown:
    """Return a proposal of a brief, or the place of one that was withdrawn."""
    row = {
        **sample_row(number),
        "place": 1,
        "ranked": 152,
        "body": str(LEVER[Lever.POLICY].meaning),
    }
    words = Markup("<p>{}</p>").format(row["trade_off"])
    html = {"body": words, "note": words, "quoted_support": words, "quoted_challenge": Markup()}
    return Shown(row, html, {"body": now()} if withdrawn else {})


def for_briefs() -> dict[str, Any]:
    """Return what the parts of shortlists and briefs show."""
    shown = [sample_shown(50), sample_shown(51), sample_shown(52, withdrawn=True)]
    lists = [PickList(FIRST + n, str(LEVER[lever].example), None) for n, lever in enumerate(Lever)]
    brief = sample_brief(2)
    return {
        "fay": person(FAY, "Fay", "facilitator"),
        "picked": [sample_picked(1), sample_picked(2, note="")],
        "taken_off": [sample_picked(3, removed_at=now())],
        "note_form": blank(NoteForm),
        "take_form": blank(TakeForm),
        "concerns": [Concern(sample_reply(40, person(BEN, "Ben"), Lever.POLICY), True, True)],
        "comment_to_quote": sample_reply(41, person(BEN, "Ben"), None, stance="support"),
        "picks": Picks(tuple(lists), {FIRST + 40: frozenset({lists[0].id})}),
        "pickable": sample_reply(40, person(BEN, "Ben"), Lever.POLICY),
        "briefs": [brief, sample_brief(1)],
        "origin": sample_origin(),
        "brief_files_of": [
            SimpleNamespace(extension="csv", name="CSV", sha256=brief.provenance["sha256"])
        ],
        "brief_rows": shown,
        "compared": compare(shown[:2], [shown[1], shown[0]]),
    }
