"""What the style page shows of the queue: a case in it, and its numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ..db import now
from ..moderation import queue_counts
from ..moderation.cases import Case, ReporterRecord
from ..moderation.models import Report
from ..moderation.records import Record
from ..replies.models import Reply
from ..replies.reasons import REPORTABLE
from ..replies.reviews import TARGETS, Review, Why
from ..replies.tags import LEVER, Lever
from ..words.differences import marked
from .samples import FAY, FIRST, person


def sample_report(reply: Reply) -> Report:
    """Return why Fay reported a reply."""
    return Report(
        reporter=person(FAY, "Fay"),
        reporter_id=FAY,
        reason="spam",
        version=1,
        note=str(LEVER[Lever.MARKET].example),
        created_at=now() - timedelta(hours=30),
        reply=reply,
    )


def sample_case(reply: Reply) -> Case:
    """Return a reported reply as it lies on the desk, overdue and changed since."""
    opened = now() - timedelta(hours=30)
    review = Review(
        id=FIRST,
        reply=reply,
        reply_id=reply.id,
        why=Why.REPORTED.value,
        version=1,
        reports=3,
        opened_at=opened,
        due_at=opened + TARGETS[Why.REPORTED],
        spam=2,
        abuse=1,
        off_topic=0,
        personal=0,
        duplicate=0,
        other=0,
        severity=5,
    )
    words = marked(str(LEVER[Lever.MARKET].example), str(LEVER[Lever.POLICY].example))
    reporters = {FAY: ReporterRecord(5, 4)}
    reports, record = [sample_report(reply)], Record(7, 1, 1)
    return Case(reply, review, record, reports, reporters, {"title": words}, [], set())


def sample_queue_counts(essay: Any) -> queue_counts.QueueCounts:
    """Return numbers for the filter of the queue."""
    group = {"slug": essay.slug, "why": "reported", "lever": "policy", "late": 1, "age": 1}
    numbers = {reason.value: n for n, reason in enumerate(REPORTABLE)} | {"number": 17}
    return queue_counts.QueueCounts([{**group, "oldest": now(), **numbers}])
