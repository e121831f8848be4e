"""What a search asks for: words, and the filter that the address holds beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from ..essays.models import Essay, essay_by_slug
from ..replies.choosing import TagChoice
from ..replies.filters import NO_TAGS, known
from ..replies.tag import UNSAID
from ..replies.tags import TAGS
from ..web.languages import series
from ..words import text
from ..words.index.french import completed
from ..words.index.tags import Tags
from ..words.index.terms import LENGTH, SearchTerms, read
from .result_kind import ResultKind

KIND_LABELS = {
    ResultKind.ESSAY: _l("Essays"),
    ResultKind.PROPOSAL: _l("Proposals"),
    ResultKind.COMMENT: _l("Comments"),
}


NOTHING = SearchTerms()


@dataclass(frozen=True)
class Search:
    """The words as typed and as read, and what is looked at; an empty part leaves nothing out."""

    typed: str = ""
    words: SearchTerms = NOTHING
    kinds: tuple[ResultKind, ...] = ()
    chosen: TagChoice = NO_TAGS
    essay: Essay | None = None

    @classmethod
    def from_query(cls, args: MultiDict[str, str]) -> tuple[Self, list[str]]:
        """Read a query string; what cannot be understood is left out and named in the notices."""
        notices: list[str] = []
        typed = args.get("q", "")
        words = completed(read(typed))
        if words.left_out:
            notices.append(_("The search text was too long and was shortened."))
        chosen = cls(
            " ".join(text.scrub(typed[:LENGTH]).split()),
            words,
            known(ResultKind, args.getlist("kind"), notices),
            TagChoice.from_query(args, notices),
            essay_in(args.get("essay", ""), notices),
        )
        return chosen, notices

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the words leaves something out."""
        return bool(self.kinds or self.chosen or self.essay)

    @property
    def takes_essays(self) -> bool:
        """Whether essays can be among what is found."""
        return not self.chosen and (not self.kinds or ResultKind.ESSAY in self.kinds)

    @property
    def takes_replies(self) -> bool:
        """Whether replies can be among what is found."""
        return not self.kinds or self.kinds != (ResultKind.ESSAY,)

    def tags(self, essays: bool) -> Tags:
        """Return what essays, or replies, must carry to be found."""
        groups = [(f"e{self.essay.id}",)] if self.essay else []
        if essays:
            return tuple(groups)
        kinds = tuple(kind.value for kind in self.kinds if kind is not ResultKind.ESSAY)
        found: list[tuple[str, ...]] = [*groups, *([kinds] if len(kinds) == 1 else [])]
        if any(UNSAID in group for group in self.chosen.groups):
            found.append((ResultKind.PROPOSAL.value,))
        return (*found, *(group for group in self.chosen.groups if group and UNSAID not in group))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The tags that a text must not carry: those not wanted beside what says nothing.

        The index holds no tag for nothing.
        """
        pairs = zip(TAGS, self.chosen.groups, strict=True)
        without = ((tag, group) for tag, group in pairs if UNSAID in group)
        return tuple(v.value for tag, group in without for v in tag.known if v.value not in group)

    def query(self, **changes: Any) -> dict[str, list[str]]:
        """Return the search as a query string's fields, in one fixed order."""
        other = replace(self, **changes)
        fields = {
            "q": [other.typed] if other.typed else [],
            "kind": [value.value for value in other.kinds],
            **other.chosen.query(),
            "essay": [other.essay.slug] if other.essay else [],
        }
        return {name: values for name, values in fields.items() if values}

    def in_words(self) -> str:
        """Say the filter in the reader's language."""
        parts = [str(KIND_LABELS[kind]) for kind in self.kinds]
        parts += self.chosen.in_words()
        return series(parts) if parts else _("Essays, proposals and comments")


def essay_in(slug: str, notices: list[str]) -> Essay | None:
    """Return the essay to search within; a draft is one that nobody knows."""
    if not slug.strip():
        return None
    essay = essay_by_slug(text.scrub(slug)[:80])
    if essay is None or essay.state == "draft":
        notices.append(_("That discussion was not found, so every discussion was searched."))
        return None
    return essay
