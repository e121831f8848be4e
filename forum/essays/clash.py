"""What a colleague saved meanwhile, beside what someone was about to save in its place."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ..words.differences import marked


@dataclass(frozen=True)
class Clash:
    """One field that holds something else than the form: its name, the words there, one's own."""

    name: str
    theirs: str
    mine: str

    @property
    def marked(self) -> Markup:
        """Their words with the differences marked: what is only in one's own is struck out."""
        return marked(self.mine, self.theirs)
