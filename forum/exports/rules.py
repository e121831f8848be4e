"""The rules of an export beyond the list's own filter: how many, of which lever, judged by whom."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, or_
from werkzeug.datastructures import MultiDict

from ..db import now
from ..essays.models import Essay
from ..replies.models import Reply
from ..web.numbers import format_decimal
from ..words import text

MOST = 10**9


@dataclass(frozen=True)
class Rules:
    """What to take of a list; nothing set takes all.

    At most ``limit`` proposals, at most ``per_lever`` of each lever, only those on which at least
    ``min_voters`` people voted (support, oppose or neutral), only those of ``open`` discussions.
    """

    limit: int | None = None
    per_lever: int | None = None
    min_voters: int | None = None
    open: bool = False

    @classmethod
    def from_query(cls, args: MultiDict[str, str]) -> tuple[Self, list[str]]:
        """Read a query string; what cannot be understood is left out and named in the notices."""
        notices: list[str] = []
        numbers = {
            name: number(args.get(name, ""), notices)
            for name in ("limit", "per_lever", "min_voters")
        }
        return cls(**numbers, open=args.get("open", "") in {"1", "yes", "true", "on"}), notices

    @property
    def is_empty(self) -> bool:
        """Whether everything is taken."""
        return self == Rules()

    def query(self) -> dict[str, list[str]]:
        """Return the rules as a query string's fields, in one fixed order."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: [str(int(value))] for name, value in given.items() if value}

    def in_words(self) -> list[str]:
        """Say the rules in the reader's language, a phrase each."""
        said = []
        if self.min_voters:
            least = format_decimal(self.min_voters)
            said.append(
                ngettext(
                    "at least one voter", "at least %(least)s voters", self.min_voters, least=least
                )
            )
        if self.open:
            said.append(_("open discussions only"))
        if self.per_lever:
            said.append(
                ngettext(
                    "the first of each lever",
                    "the first %(most)s of each lever",
                    self.per_lever,
                    most=format_decimal(self.per_lever),
                )
            )
        if self.limit:
            most = format_decimal(self.limit)
            said.append(ngettext("the first one", "the first %(most)s", self.limit, most=most))
        return said

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the rules add to the WHERE of a list that is joined with its essays."""
        found: list[ColumnElement[bool]] = []
        if self.min_voters:
            found.append(Reply.support + Reply.oppose + Reply.neutral >= self.min_voters)
        if self.open:
            later = or_(Essay.closes_at.is_(None), Essay.closes_at > now())
            found.append(and_(Essay.state == "open", later))
        return found


def number(typed: str, notices: list[str]) -> int | None:
    """Return a whole number above nought, or nothing (and a notice) for anything else."""
    asked = typed.strip()
    if not asked or asked == "0":
        return None
    if asked.isascii() and asked.isdigit() and int(asked[:12]) <= MOST:
        return int(asked[:12])
    shown = text.scrub(asked)[:40]
    notices.append(_("“%(value)s” is not a whole number and was ignored.", value=shown))
    return None
