"""What an answer says before it is published: typed, kept as a draft, read from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from ..replies.tags import Lever
from .statuses import STATUSES, AnswerStatus, DeclineReason, Settles


@dataclass(frozen=True)
class PromiseWords:
    """A promise as it was typed."""

    what: str
    who: str
    by_on: date


@dataclass(frozen=True)
class AnswerContent:
    """An answer's words; ``passed_to`` names the body (by slug) that another says it belongs to.

    A draft may lack anything, its status too.
    """

    status: AnswerStatus | None
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    reason: DeclineReason | None = None
    passed_to: str = ""
    lever: Lever | None = None
    links: tuple[str, ...] = ()
    promises: tuple[PromiseWords, ...] = ()
    language: str = "en"

    @property
    def settles(self) -> bool:
        """Whether, published by its body, it discharges what is due at once."""
        if self.status is None:
            return False
        takes = STATUSES[self.status].settles
        return takes is Settles.BY_ITSELF or (takes is Settles.WITH_REASON and bool(self.reason))

    @property
    def sentence(self) -> str:
        """Its one sentence, in the language it was written in or any other."""
        said = [self.words.get(self.language, {}), *self.words.values()]
        return next((each["sentence"] for each in said if each.get("sentence")), "")

    def as_kept(self) -> dict[str, Any]:
        """Return the content as a draft keeps it."""
        kept = asdict(self)
        kept["promises"] = [{**each, "by_on": str(each["by_on"])} for each in kept["promises"]]
        return kept


def content_from(kept: Mapping[str, Any]) -> AnswerContent:
    """Return the content that a draft has kept."""
    return AnswerContent(
        status=AnswerStatus(kept["status"]) if kept["status"] else None,
        words={language: dict(said) for language, said in kept["words"].items()},
        reason=DeclineReason(kept["reason"]) if kept["reason"] else None,
        passed_to=kept["passed_to"],
        lever=Lever(kept["lever"]) if kept["lever"] else None,
        links=tuple(kept["links"]),
        promises=tuple(
            PromiseWords(each["what"], each["who"], date.fromisoformat(each["by_on"]))
            for each in kept["promises"]
        ),
        language=kept["language"],
    )


def tidied(words: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return words without the languages in which nothing is said."""
    return {
        language: {name: text for name, text in said.items() if text}
        for language, said in words.items()
        if any(said.values())
    }
