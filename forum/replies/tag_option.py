"""What a command takes as the value of a tag."""

from __future__ import annotations

from typing import Any

import click

from .tag import UNSAID, Tag


class TagOption(click.ParamType):  # type: ignore[type-arg]
    """A value of a tag, looked up when the command runs; ``unsaid`` where lists are kept to it."""

    def __init__(self, tag: Tag, *, unsaid: bool = False) -> None:
        self.tag, self.unsaid, self.name = tag, unsaid, tag.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value, or refuse it and say which there are."""
        known = [each.value for each in self.tag.options if self.unsaid or each.value != UNSAID]
        if value not in known:
            self.fail(f"{value!r} is not one of {', '.join(known)}.", param, ctx)
        return value
