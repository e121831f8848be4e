"""How often one person may do a thing; the figures are settings (see the README's table), which
administrators change while the site runs (``/admin/limits``): what was counted stays counted.

A limit counts by account, since a workshop may share one address, and by network before sign-in.
The window moves with the clock, so a refused attempt does not prolong the block. A refusal says
which limit it was, when there is room again, and who can lift it; a page with a form asks
``limit_notices`` and says so before anyone has written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from math import ceil
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_babel import gettext as _
from flask_login import current_user
from limits import RateLimitItem
from werkzeug.exceptions import TooManyRequests

from ..db import now
from . import dates
from .limit_periods import how_many, periods_of
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


def standings(name: str, key: str, scope: str = "") -> Iterator[LimitStanding]:
    """Yield how the limit of this name stands, once for every period that its setting names."""
    for item in periods_of(often(name)):
        opened, left = limiter.limiter.get_window_stats(item, key, scope or name)
        room_at = datetime.fromtimestamp(opened, UTC)
        used, unit = item.amount - left, item.GRANULARITY.name
        yield LimitStanding(name, item.amount, item.multiples, unit, used, room_at)


def count(name: str, key: str, scope: str = "") -> None:
    """Count one attempt towards the limit of this name."""
    count_in(periods_of(often(name)), key, scope or name)


def count_in(periods: Sequence[RateLimitItem], key: str, scope: str) -> None:
    """Count one attempt in each of these periods."""
    for item in periods:
        limiter.limiter.hit(item, key, scope)


def done(answer: Response) -> bool:
    """Say whether an attempt came through: what was refused does not count."""
    return answer.status_code < 400


@dataclass(frozen=True)
class LimitUse:
    """A limit that a view is held to: which, by what key, for whom, and until when at most.

    ``counts`` looks at the answer and says whether the attempt counts.
    """

    name: str
    key: Callable[[], str]
    only_if: Callable[[], bool] | None
    ends: Callable[[], datetime] | None
    methods: tuple[str, ...] = field(default=("POST",))
    counts: Callable[[Response], bool] = field(default=done)

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

    def has_room(self) -> bool:
        """Say whether the request at hand may go on; if it comes through, it will be counted."""
        if request.method not in self.methods or (self.only_if is not None and not self.only_if()):
            return True
        key, periods = self.key(), periods_of(often(self.name))
        g.setdefault("attempts", []).append((self, key, periods))
        return all(limiter.limiter.test(each, key, self.name) for each in periods)

    def note(self) -> None:
        """Note that the limit is reached, for the refusal."""
        reached = [each for each in self.standings() if each.is_reached]
        g.setdefault("reached", []).extend(reached)
        g.retry_after = max((each.wait for each in g.reached), default=1)


def refusal() -> str:
    """Return the sentences of the limit that holds longest."""
    reached: list[LimitStanding] = g.get("reached", [])
    longest = max(reached, key=lambda each: each.room_at, default=None)
    return _("You have reached a limit.") + (f" {longest}" if longest else "")


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
    limit no longer holds. The innermost decorator holds the view to all its limits at once.
    """
    use = LimitUse(name, key, only_if, ends, methods, counts)

    def decorate(view: View) -> View:
        if uses := getattr(view, "limited_by", None):
            uses.append(use)
            return view
        return held_to([use], view)

    return decorate


def held_to(uses: list[LimitUse], view: View) -> View:
    """Return the view, held to limits, of which there may be more later."""

    @wraps(view)
    def held(*given: Any, **named: Any) -> Any:
        if limiter.enabled:
            refuse_beyond(uses)
        return view(*given, **named)

    held.limited_by = uses  # type: ignore[attr-defined]
    return held


def refuse_beyond(uses: list[LimitUse]) -> None:
    """Refuse the request where one of the limits is reached; the library looks if Redis is back."""
    if limiter._storage_dead:
        limiter._check_request_limit(in_middleware=False)
    reached = [use for use in uses if not use.has_room()]
    for use in reached:
        use.note()
    if reached:
        raise TooManyRequests(refusal())


def count_attempts(answer: Response) -> Response:
    """Count what the views of this request were held to, where the answer says that it counts."""
    for use, key, periods in g.pop("attempts", ()):
        if use.counts(answer):
            count_in(periods, key, use.name)
    return answer


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

    The library would look for limits around every request as well: each stands at its view.
    """
    app.extensions["limiter"] = {limiter}  # as if it were there: it adds its looks where it is not
    limiter.init_app(app)
    app.after_request(count_attempts)
    app.jinja_env.globals.update(limit_notices=limit_notices)
