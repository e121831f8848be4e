"""Why somebody who has the link cannot come to a rehearsal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..permission_answers import Answer

TOOK_PART = Answer(
    False,
    _l(
        "You cannot take part in this rehearsal: something you wrote or voted on stands in the "
        "discussion already, and would be erased with it."
    ),
)
FULL = Answer(False, _l("As many people as can take part in a rehearsal have come already."))
