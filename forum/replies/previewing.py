"""What is being written, as it will stand: made as if it were stored, and stored nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..web.forms import is_preview
from .forms import CommentForm, ReplyForm
from .models import Reply
from .writing import Content, stored

EMPTY = Content("")


def preview_of(form: ReplyForm | CommentForm, language: str) -> Reply | None:
    """Return the reply that the form would make, if it was sent for that; in no other language
    unless its words tell one.

    What is wrong in the form is left out of it, since it cannot stand; a title waits for its lever.
    """
    if not is_preview():
        return None
    wrong: dict[str, Any] = {n: getattr(EMPTY, n) for n in form.errors if n in vars(EMPTY)}
    content = replace(form.content(), **wrong)
    seen = Reply(**stored(replace(content, body=content.body or ""), language))
    if isinstance(form, ReplyForm) and form.lever.data != "" and "title" not in wrong:
        seen.title = form.title.data
    return seen
