"""What documents say about a proposal, in the reader's language: tags, numbers, dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from flask_babel import format_percent, ngettext, npgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..replies.tag import Tag
from ..replies.tags import TAGS, Stance
from ..web import dates
from ..web.numbers import format_decimal
from ..web.template_globals import score
from .fields import FROM_ROOMS, Row
from .outcomes import outcome_words

QUOTED: dict[str, Any] = {
    "quoted_support": _l("A supporting comment, picked by the facilitators"),
    "quoted_challenge": _l("A challenging comment, picked by the facilitators"),
}
STATUSES: dict[str, Any] = {"draft": _l("Draft"), "open": _l("Open"), "closed": _l("Closed")}


def tags(row: Row) -> list[str]:
    """Return the tags in words, the lever first."""
    return [tag_of(row, tag) for tag in TAGS]


def tag_of(row: Row, tag: Tag) -> str:
    """Return one tag in words, with whether anyone is known to have chosen it."""
    value = cast(str | None, row[tag.name])
    if not value:
        return str(_("%(name)s: %(value)s", name=tag.about, value=tag.unsaid))
    assumed = tag.name in cast(list[str], row.get("assumed") or [])
    words = tag.label(value)
    return str(_("%(tag)s (perhaps not chosen)", tag=words)) if assumed else words


def ranks(row: Row) -> str:
    """Return the place that facilitators gave it, if any, and the readers' rank."""
    said = {name: whole(row[name]) for name in ("place", "ranked")}
    said |= {name: ordinal(row[name]) for name in ("rank", "rank_in_lever")}
    if row["place"]:
        return _(
            "Place %(place)s; readers: %(rank)s of %(ranked)s, %(rank_in_lever)s within its lever",
            **said,
        )
    if not row["ranked"]:
        return _("Rank %(rank)s, %(rank_in_lever)s within its lever", **said)
    return _("Rank %(rank)s of %(ranked)s, %(rank_in_lever)s within its lever", **said)


def standing_at(row: Row) -> int:
    """Return the number a proposal goes by: its place, or where nobody gave it one its rank."""
    return cast(int, row["place"] or row["rank"])


def votes(row: Row) -> str:
    """Return the votes in words, and how many were not for the text as it stands."""
    said = _(
        "%(support)s support, %(oppose)s oppose, %(neutral)s not sure",
        support=whole(row["support"]),
        oppose=whole(row["oppose"]),
        neutral=whole(row["neutral"]),
    )
    return "; ".join([said, *not_for_this_text(row), *from_rooms(row), *set_aside(row)])


def from_rooms(row: Row) -> list[str]:
    """Return how many of the votes came from rooms, and how many of them on paper."""
    support, oppose, neutral, paper = (cast(int, row[name]) for name in FROM_ROOMS)
    if not support + oppose + neutral:
        return []
    said = _(
        "of these from rooms: %(support)s support, %(oppose)s oppose, %(neutral)s not sure",
        support=whole(support),
        oppose=whole(oppose),
        neutral=whole(neutral),
    )
    on_paper = ngettext(
        "%(number)s of them on paper", "%(number)s of them on paper", paper, number=whole(paper)
    )
    return [said, on_paper] if paper else [said]


def set_aside(row: Row) -> list[str]:
    """Return how many votes beside these are set aside, and the score and the rank with them."""
    number = sum(cast(int, row[f"aside_{value}"]) for value in ("support", "oppose", "neutral"))
    if not number:
        return []
    said = ngettext(
        "%(number)s vote is set aside: with it the score would be %(score)s",
        "%(number)s votes are set aside: with them the score would be %(score)s",
        number,
        number=whole(number),
        score=score(row["score_with_aside"]),
    )
    rank, otherwise = row["rank_in_discussion"], row["rank_with_aside"]
    if rank == otherwise:
        return [said]
    ranks = {"rank": ordinal(rank), "otherwise": ordinal(otherwise)}
    moved = _("with all that is set aside, rank %(otherwise)s in its discussion, not %(rank)s")
    return [said, moved % ranks]


def not_for_this_text(row: Row) -> list[str]:
    """Return how many of the votes are for an earlier version, and how many a merge brought."""
    all_votes = sum(cast(int, row[name]) for name in ("support", "oppose", "neutral"))
    said = []
    if row["earlier"]:
        said.append(
            ngettext(
                "%(some)s of %(all)s vote was for an earlier version",
                "%(some)s of %(all)s votes were for an earlier version",
                all_votes,
                some=whole(row["earlier"]),
                all=whole(all_votes),
            )
        )
    if row["carried"]:
        said.append(
            ngettext(
                "%(some)s of %(all)s vote was for a proposal merged into this one",
                "%(some)s of %(all)s votes were for a proposal merged into this one",
                all_votes,
                some=whole(row["carried"]),
                all=whole(all_votes),
            )
        )
    return said


def standing(row: Row) -> str:
    """Return the score and the interval in words."""
    return _(
        "Score %(score)s; share of support between %(low)s and %(high)s (95%%)",
        score=score(row["score"]),
        low=percent(row["low"]),
        high=percent(row["high"]),
    )


def discussed(row: Row) -> str:
    """Return the comments by stance in words; nothing where there are none."""
    said = {
        Stance.SUPPORT: _("%(num)s supporting", num=whole(row["comments_support"])),
        Stance.CHALLENGE: _("%(num)s challenging", num=whole(row["comments_challenge"])),
        Stance.REFINE: _("%(num)s refining", num=whole(row["comments_refine"])),
        Stance.EVIDENCE: _("%(num)s with evidence", num=whole(row["comments_evidence"])),
        Stance.QUESTION: _("%(num)s asking", num=whole(row["comments_question"])),
    }
    present = [text for stance, text in said.items() if row[f"comments_{stance.value}"]]
    number = cast(int, row["comments"])
    if not number:
        return _("No comments")
    counted = ngettext("One comment", "%(many)s comments", number, many=whole(number))
    if not present:
        return str(counted)
    return str(_("%(counted)s: %(stances)s", counted=counted, stances=", ".join(present)))


def byline(row: Row) -> str:
    """Return who wrote the proposal, and when."""
    written = day(row["created"])
    if row["author"]:
        said = _("By %(author)s, %(day)s", author=row["author"], day=written)
    else:
        said = _("Author withheld, %(day)s", day=written)
    if row["edited"]:
        said = _("%(said)s; edited %(day)s", said=said, day=day(row["edited"]))
    return str(said)


def attribution(author: str) -> str:
    """Return a comment's author in words."""
    return author or _("author withheld")


def status(row: Row) -> str:
    """Return how things stand with the proposal."""
    return str(STATUSES.get(str(row["status"]), row["status"]))


def outcome(row: Row) -> list[str]:
    """Return what was due and what was answered, each in words; nothing where neither was."""
    return [said for said in (due(row), answered(row)) if said]


def due(row: Row) -> str:
    """Return which body is to answer by which day, and where that stands; nothing if none is."""
    on, state = row["due_on"], str(row["due_state"])
    if not isinstance(on, date):
        return ""
    said = {"body": row["answer_body"], "day": dates.day(on)}
    words = outcome_words()["due_state"].get(state, state)
    line = str(_("%(body)s, answer due %(day)s: %(state)s", **said, state=words))
    number = cast(int, row["due_aside"])
    return f"{line}; {aside_since(number)}" if number else line


def aside_since(number: int) -> str:
    """Return how many of the votes by which an answer came due were set aside since."""
    return ngettext(
        "%(number)s of the votes by which it came due has been set aside since",
        "%(number)s of the votes by which it came due have been set aside since",
        number,
        number=whole(number),
    )


def answered(row: Row) -> str:
    """Return what a body answered, in a word; nothing where none did."""
    status = str(row["answer_status"])
    words = outcome_words()["answer_status"].get(status, status)
    return str(_("%(body)s: %(status)s", body=row["answer_body"], status=words)) if status else ""


def proposals(number: int) -> str:
    """Return how many proposals there are."""
    return str(ngettext("One proposal", "%(many)s proposals", number, many=whole(number)))


def whole(number: Any) -> str:
    """Return a count in the reader's language."""
    return str(format_decimal(number))


def percent(share: Any) -> str:
    """Return a share as a whole percentage in the reader's language."""
    return str(format_percent(share))


def ordinal(number: Any) -> str:
    """Return a rank as a sentence counts it: 1 in English, "1er" and then "2e" in French."""
    said = npgettext("a rank", "%(number)s", "%(number)s", number, number=whole(number))
    return str(said)


def day(moment: Any) -> str:
    """Return a date in full, in the reader's language."""
    return dates.day(moment) if isinstance(moment, datetime) else ""
