"""What the style page's parts are made of: people, essays and replies that are in no database."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from ..accounts.models import User
from ..accounts.newcomers import FIRST_DAY
from ..accounts.proving import ProofForm
from ..db import now
from ..essays.clash import Clash
from ..essays.models import Essay
from ..exports.formats import FORMATS
from ..exports.unprintable import Unprintable
from ..moderation.state_form import StateForm
from ..rehearsals.tried import Tried
from ..replies.choosing import TagChoice, TagCounts
from ..replies.filters import Filter
from ..replies.forms import ReplyForm
from ..replies.models import Reply
from ..replies.tags import JURISDICTION, LEVER, STANCE, Lever, Stance
from ..replies.threads import CommentThread, ThreadAnswer
from ..search.queries import KIND_LABELS, Search
from ..votes.counting import FROM_ROOMS
from ..votes.ranking import lower, upper
from ..web import dates
from ..web.forms import Choice, Form, Line, Radio, TextField, optional, required
from ..web.languages import current_language
from ..web.limits import LimitStanding
from ..words.differences import Step, marked
from ..words.index.terms import read
from .landscape.marks import Judged
from .landscape.picture import Landscape, landscape
from .samples_cards import sample_judging, sample_places, sample_tags
from .samples_deals import sample_deal

FIRST = 2**61
"""The numbers of samples begin here, where no row of a database has got to."""
BEN, DEE, FAY = FIRST, FIRST + 1, FIRST + 2


class SampleForm(Form):
    """A form with a field of every kind."""

    title = Line(_l("Title"), [required()])
    note = TextField(_l("Text"), [optional()])
    jurisdiction = Choice(JURISDICTION.about, [required()], choices=JURISDICTION.choices)
    stance = Radio(STANCE.question, [required()], choices=STANCE.choices())


FROM_NO_ROOM = dict.fromkeys(FROM_ROOMS, 0)


def sample_form(form: type[Form]) -> Form:
    """Return a form that was sent empty, so that it complains."""
    found = form(MultiDict({"jurisdiction": ""}), meta={"csrf": False})
    found.validate()
    return found


def blank(form: type[Form]) -> Form:
    """Return a form as it is before anything was typed, with ids that no other form here has."""
    return form(formdata=None, meta={"csrf": False}, prefix=f"{form.__name__.lower()}-")


def person(number: int, name: str, role: str = "reader") -> User:
    """Return a person."""
    return User(id=number, name=name, role=role, created_at=now() - timedelta(days=90))


def sample_essay() -> Essay:
    """Return an essay with a reading list, open for some days more."""
    return Essay(
        id=FIRST,
        slug="sample",
        title=str(LEVER[Lever.POLICY].example),
        body="",
        body_html="",
        summary=str(LEVER[Lever.POLICY].meaning),
        prompt=str(LEVER[Lever.MARKET].meaning),
        byline="Ada",
        language=current_language(),
        state="open",
        closes_at=dates.end_of(dates.today() + timedelta(days=9)),
        opened_at=now() - timedelta(days=30),
        edition=1,
        premoderation="full",
        replies_from="everyone",
        open_to="everyone",
        reading=[{"title": str(LEVER[Lever.MARKET].example), "url": "https://example.org/"}],
    )


def sample_counts() -> TagCounts:
    """Return how many proposals are tagged how."""
    tagged = enumerate(LEVER.values, 3)
    return TagCounts(TagChoice(), {(e.value, *sample_tags(n).values()): n for n, e in tagged}, 12)


def sample_reply(number: int, author: User, lever: Lever | None, **changes: Any) -> Reply:
    """Return a proposal, or without a lever a comment."""
    words = str(LEVER[lever or Lever.MARKET].example)
    content: dict[str, Any] = {
        "lever": lever and lever.value,
        "title": words if lever else None,
        "body": words,
        "body_html": Markup("<p>{}</p>").format(words),
        "excerpt": words,
        **(sample_tags(number) if lever else {}),
        "status": "visible",
        "version": 2,
        "text_since": 2,
        "earlier": 5,
        **FROM_NO_ROOM,
        "created_at": now() - timedelta(days=3),
        "evidence": ["https://example.org/"],
        "support": 12,
        "oppose": 3,
        "neutral": 1,
        "top": lower(12, 15),
        "comments": 2,
        "language": current_language(),
        "slow_minutes": 0,
        "locked": False,
        "featured": False,
        "tags_fixed": False,
        **changes,
    }
    essay = sample_essay()
    return Reply(
        id=FIRST + number,
        author=author,
        author_id=author.id,
        essay=essay,
        essay_id=essay.id,
        **content,
    )


def sample_thread(author: User) -> CommentThread:
    """Return a comment on a proposal that was answered, and the answer answered."""
    first = sample_reply(21, author, None, stance=Stance.CHALLENGE.value)
    second, third = sample_reply(22, author, None), sample_reply(23, author, None)
    return CommentThread(first, answers=[ThreadAnswer(second, None), ThreadAnswer(third, second)])


def sample_landscape() -> Landscape:
    """Return a picture of some dozens of proposals, of which many are close to each other."""
    votes = [(n * n % 47, n * 5 % 13) for n in range(1, 40)]
    votes += [(31 + n % 5, n % 3) for n in range(40)]
    levers = LEVER.values
    return landscape(
        [
            Judged(n, n, str(levers[n % 3].example), levers[n % 3].value, "en", *sides, 0)
            for n, sides in enumerate(votes, 1)
        ]
    )


def sample_row(number: int) -> dict[str, Any]:
    """Return a proposal as exports and briefs have it."""
    lever = tuple(Lever)[number % 3]
    return {
        "id": FIRST + number,
        "rank": number % 50 + 1,
        "rank_in_lever": 1,
        "lever": lever.value,
        "title": str(LEVER[lever].example),
        "language": current_language(),
        **sample_tags(number),
        "author": "Ben",
        "created": now(),
        "edited": None,
        "comments": 2,
        "score": lower(12, 15),
        "low": lower(12, 15),
        "high": upper(12, 15),
        "support": 12,
        "oppose": 3,
        "neutral": 1,
        **FROM_NO_ROOM,
        "permalink": "#main",
        "trade_off": str(LEVER[lever].meaning),
        "evidence": ["https://example.org/"],
        "answer_status": "accepted",
        "answer": str(LEVER[lever].meaning),
        "answer_body": str(LEVER[lever].label),
        "due_on": dates.today(),
        "due_state": "answered",
        "due_aside": 0,
        "quoted_support_author": "Cam",
        "quoted_challenge_author": "",
    }


def for_reading() -> dict[str, Any]:
    """Return what the parts of reading, of writing, of search and of exports show."""
    words, other = str(LEVER[Lever.POLICY].example), str(LEVER[Lever.MARKET].example)
    ben, essay = person(BEN, "Ben"), sample_essay()
    kept = SimpleNamespace(
        version=2, at=now(), by=ben, by_id=BEN, note="", content={"title": words}
    )
    return {
        "reader": User(id=2**62, name="Ben", role="reader"),
        "voted": SimpleNamespace(value="support", carried_from_id=None, version=9),
        "places": sample_places(),
        **sample_judging(),
        "counts": sample_counts(),
        "landscape": sample_landscape(),
        "sample_essay": essay,
        "rehearsed": Essay(id=FIRST, slug="sample", state="draft", rehearsal="live"),
        "sample_tried": Tried(proposals=3, comments=5, votes=21, people=4),
        "ben": ben,
        "proposal": sample_reply(20, ben, Lever.REGULATORY),
        "thread": sample_thread(ben),
        **sample_deal(sample_reply(21, ben, Lever.POLICY)),
        "listed": SimpleNamespace(
            essay=essay,
            total=13,
            people=40,
            briefs=[],
            counts=dict(zip(Lever, (7, 4, 2), strict=True)),
        ),
        "parts": [SimpleNamespace(id="main", depth=2, words=words)],
        "history": [Step(kept, {"title": marked(other, words)})],
        "reply_form": blank(ReplyForm),
        "state_form": blank(StateForm),
        "proof_form": blank(ProofForm),
        "chosen": Filter(TagChoice.of(lever=["market"])),
        "alike": [SimpleNamespace(id=FIRST, lever="policy", language="en", title=words, why=other)],
        "limits_said": [str(LimitStanding("first_day", 3, 1, "day", 3, now() + FIRST_DAY))],
        "typed": [("title", words), ("lever", "policy")],
        "draft": SimpleNamespace(restored_at=now(), address="/drafts", stamp="1"),
        "search": Search("permit", read("permit")),
        "search_kinds": KIND_LABELS,
        "result": SimpleNamespace(
            kind="essay",
            id=FIRST,
            slug="sample",
            title=words,
            title_language=current_language(),
            excerpt=escape(other) + Markup(" <mark>…</mark>"),
            language=current_language(),
            created_at=now(),
            row=essay,
        ),
        "formats": list(FORMATS.values()),
        "rows": [sample_row(1), sample_row(2)],
        "clashes": [Clash(str(_l("Summary")), words, other)],
        "unprintable": Unprintable(Counter("変化変"), Counter("🚦")).told(),
        "many": SimpleNamespace(total=7),
    }
