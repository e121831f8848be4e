"""What may be chosen about being told: when, and in which language."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from ..web.forms import Choice, Form
from .models import Rhythm
from .topics import TOPICS

RHYTHM_LABELS: dict[Rhythm, Any] = {
    Rhythm.AT_ONCE: _l("By email, at once"),
    Rhythm.DAILY: _l("By email, once a day"),
    Rhythm.WEEKLY: _l("By email, once a week"),
    Rhythm.SITE: _l("On the site only"),
    Rhythm.NEVER: _l("Not at all"),
}


class PreferencesForm(Form):
    """When and in which language a person is told; a field for each topic is added below."""

    language = Choice(_l("Language of emails"))

    def offer_languages(self) -> None:
        """Offer the languages of the site."""
        self.language.choices = list(current_app.config["LANGUAGES"].items())

    def rhythms(self) -> dict[str, str]:
        """Return what was chosen, by topic."""
        return {topic.name: self[topic.name].data for topic in TOPICS}


for _topic in TOPICS:
    _offered = [
        (rhythm.value, words)
        for rhythm, words in RHYTHM_LABELS.items()
        if not (_topic.always and rhythm is Rhythm.NEVER)
    ]
    setattr(PreferencesForm, _topic.name, Choice(_topic.label, choices=_offered))
