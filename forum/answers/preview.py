"""An answer as it will stand once it is published: made of rows that are in no database."""

from __future__ import annotations

from ..accounts.models import User
from ..bodies.models import body_by_slug, seat_held
from ..db import now
from ..permission_answers import NOT_YOURS
from ..web import dates
from .content import content_from
from .models import AnswerDraft, AnswerEdition, OfficialAnswer, Promise
from .on_reply import ShownAnswer
from .promises import standing_of
from .voices import VerdictCounts


def previewed(draft: AnswerDraft, said: OfficialAnswer | None, by: User) -> ShownAnswer:
    """Return what a draft will be beside what the body has said before."""
    content, number = content_from(draft.content), (said.edition if said else 0) + 1
    edition = AnswerEdition(
        number=number,
        at=now(),
        by=by,
        drafted_by=draft.by,
        status=content.status,
        words=content.words,
        reason=content.reason,
        lever=content.lever,
        links=list(content.links),
        reply_version=draft.reply_version,
        taken_back=False,
        note="",
        said_on=None,
    )
    edition.passed_to = body_by_slug(content.passed_to) if content.passed_to else None
    answer = OfficialAnswer(edition=number, status=content.status, editions=[edition])
    answer.body, answer.reply, answer.brief = draft.body, draft.reply, draft.brief
    new = [
        Promise(what=each.what, who=each.who, by_on=each.by_on, language=content.language, steps=[])
        for each in content.promises
    ]
    promises = [*(said.promises if said else []), *new]
    seat = seat_held(by, draft.body, dates.today())
    counts = VerdictCounts(number, 0, 0, 0, 0)
    standings = [standing_of(each) for each in promises]
    return ShownAnswer(answer, seat, None, counts, None, NOT_YOURS, standings)
