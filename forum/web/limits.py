"""How often one person may do a thing; the figures are settings (see the README's table), which
administrators change while the site runs (``/admin/limits``): what was counted stays counted.

A limit counts by account, since a workshop may share one address, and by network before sign-in.
The window moves with the clock, so a refused attempt does not prolong the block. A refusal says
which limit it was, when there is room again, and who can lift it; a page with a form asks
``limit_notices`` and says so before anyone has written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any, cast

from babel.units import format_unit
from flask import Flask, Response, current_app, g
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_limiter import RequestLimit
from flask_login import current_user
from limits import parse_many

from ..db import now
from . import dates
from .limit_place import SteadyLimiter
from .limit_register import LIMITS
from .network import network
from .numbers import format_decimal
from .visitor import visitor_here

View = Callable[..., Any]


def who() -> str:
    """Return the key to count by: the account, or the network of a stranger."""
    visitor = visitor_here()
    if visitor.is_authenticated:
        return f"person:{visitor.id}"
    return f"address:{network()}"


def on_first_day() -> bool:
    """Say whether the person's account is so new that the first-day limit holds for it."""
    return bool(current_user.is_authenticated and current_user.is_new)


def first_day_ends() -> datetime:
    """Return when the first-day limit no longer holds for the person."""
    ends: datetime = current_user.first_day_ends
    return ends


limiter = SteadyLimiter(key_func=who)


@dataclass(frozen=True)
class LimitStanding:
    """How a limit stands for one key: how often of how many, and when there is room again."""

    name: str
    most: int
    periods: int
    unit: str
    used: int
    room_at: datetime

    @property
    def is_reached(self) -> bool:
        """Whether there is no room now."""
        return self.used >= self.most and self.room_at > now()

    @property
    def wait(self) -> int:
        """How many whole seconds it takes until there is room."""
        return max(1, ceil((self.room_at - now()).total_seconds()))

    def __str__(self) -> str:
        row = LIMITS[self.name]
        often = how_many(self.most, self.periods, self.unit)
        sentences = (
            _("%(what)s: no more than %(often)s.", what=row.what, often=often),
            _("You can continue from %(time)s.", time=dates.coming(self.room_at)),
            str(row.lifted),
        )
        return " ".join(sentences)


def often(name: str) -> str:
    """Return how often the limit of this name lets a thing be done, such as 20 per hour."""
    return str(current_app.extensions["often"](name))


def in_words(often: str) -> str:
    """Return how often that is, in the reader's language."""
    limits = parse_many(often)
    return ", ".join(
        how_many(each.amount, each.multiples, each.GRANULARITY.name) for each in limits
    )


def how_many(most: int, periods: int, unit: str) -> str:
    """Return so many in such a time, in the reader's language."""
    period = length_of(periods, unit)
    return _("%(most)s in %(period)s", most=format_decimal(most), period=period)


def length_of(periods: int, unit: str) -> str:
    """Return a length of time, in the reader's language: 5 minutes."""
    return str(format_unit(periods, f"duration-{unit}", locale=get_locale()))


def standings(name: str, key: str, scope: str = "") -> Iterator[LimitStanding]:
    """Yield how the limit of this name stands, once for every period that its setting names."""
    for item in parse_many(often(name)):
        opened, left = limiter.limiter.get_window_stats(item, key, scope or name)
        room_at = datetime.fromtimestamp(opened, UTC)
        used, unit = item.amount - left, item.GRANULARITY.name
        yield LimitStanding(name, item.amount, item.multiples, unit, used, room_at)


def count(name: str, key: str, scope: str = "") -> None:
    """Count one attempt towards the limit of this name."""
    for item in parse_many(often(name)):
        limiter.limiter.hit(item, key, scope or name)


@dataclass(frozen=True)
class LimitUse:
    """A limit that a view is held to: which, by what key, for whom, and until when at most."""

    name: str
    key: Callable[[], str]
    only_if: Callable[[], bool] | None
    ends: Callable[[], datetime] | None
    methods: tuple[str, ...] = field(default=("POST",))

    def standings(self) -> list[LimitStanding]:
        """Return how the limit stands for whoever asks; nothing where it does not hold."""
        if not limiter.enabled or (self.only_if is not None and not self.only_if()):
            return []
        return [self.ended(each) for each in standings(self.name, self.key())]

    def ended(self, standing: LimitStanding) -> LimitStanding:
        """Return the standing with room by the time at which the limit no longer holds."""
        if self.ends is None or self.ends() > standing.room_at:
            return standing
        values = {**vars(standing), "room_at": self.ends()}
        return LimitStanding(**values)

    def note(self, _request_limit: RequestLimit) -> None:
        """Note that the limit is reached, for the refusal."""
        reached = [each for each in self.standings() if each.is_reached]
        g.setdefault("reached", []).extend(reached)
        g.retry_after = max((each.wait for each in g.reached), default=1)


def refusal() -> str:
    """Return the sentences of the limit that holds longest."""
    reached: list[LimitStanding] = g.get("reached", [])
    longest = max(reached, key=lambda each: each.room_at, default=None)
    return _("You have reached a limit.") + (f" {longest}" if longest else "")


def done(answer: Response) -> bool:
    """Say whether an attempt came through: what was refused does not count."""
    return answer.status_code < 400


def limited(
    name: str,
    key: Callable[[], str] = who,
    only_if: Callable[[], bool] | None = None,
    methods: tuple[str, ...] = ("POST",),
    counts: Callable[[Response], bool] = done,
    ends: Callable[[], datetime] | None = None,
) -> Callable[[View], View]:
    """Return a decorator that holds a view to the limit of this name in the settings.

    ``counts`` looks at the answer and says whether the attempt counts; ``ends`` tells when the
    limit no longer holds for the person, whatever they did.
    """
    use = LimitUse(name, key, only_if, ends, methods)
    hold = limiter.shared_limit(
        lambda: often(name),
        scope=name,
        key_func=key,
        methods=list(methods),
        exempt_when=(lambda: not only_if()) if only_if else None,
        deduct_when=counts,
        on_breach=use.note,
        error_message=refusal,
    )

    def decorate(view: View) -> View:
        held: Any = hold(view)
        held.limited_by = (*getattr(view, "limited_by", ()), use)
        return cast(View, held)

    return decorate


def limit_notices(endpoint: str) -> list[str]:
    """Return what a person should know of the limits of a form before they fill it in."""
    uses = getattr(current_app.view_functions[endpoint], "limited_by", ())
    return [said for use in uses for each in use.standings() if (said := notice(each))]


def notice(standing: LimitStanding) -> str:
    """Return what is to be said of a limit: that it is reached, or how near it is at first."""
    if standing.is_reached:
        return str(standing)
    if standing.name != "first_day":
        return ""
    return _(
        "%(what)s: %(used)s of %(most)s sent.",
        what=LIMITS[standing.name].what,
        used=format_decimal(standing.used),
        most=format_decimal(standing.most),
    )


def init_app(app: Flask) -> None:
    """Count in memory, or in Redis where the settings name one.

    The library would look for limits before every request as well, where it can find none: each
    stands at its view. Where limits are off it does not.
    """
    limiter.init_app(app)
    before = app.before_request_funcs.get(None, [])
    if limiter._check_request_limit in before:
        before.remove(limiter._check_request_limit)
    app.jinja_env.globals.update(limit_notices=limit_notices)
