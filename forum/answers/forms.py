"""What may be typed as an answer, in each language of the site."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from ..essays.forms import is_web_address
from ..replies.tags import LEVER, Lever
from ..web import dates
from ..web.date_fields import Day
from ..web.forms import Choice, Form, Line, Radio, TextField, at_most, optional, renders, required
from ..web.languages import current_language
from ..web.number_fields import WholeNumber
from .content import AnswerContent, PromiseWords, tidied
from .models import (
    CHANGE_LENGTH,
    COST_LENGTH,
    LINKS_MOST,
    REASONS_LENGTH,
    SENTENCE_LENGTH,
    TEXTS,
    WHAT_LENGTH,
    WHO_LENGTH,
)
from .statuses import DECLINE_REASONS, STATUSES, AnswerStatus, DeclineReason, choices

PROMISES_AT_ONCE = 3
"""How many promises one edition can add."""


class AnswerForm(Form):
    """An answer in each language of the site; ``answer_form`` adds the fields of each.

    ``version`` is that of the draft the form was opened with, ``edition`` that of the answer and
    ``text_version`` that of the text it answers.
    """

    status = Radio(
        _l("What do you do with it?"),
        [required(_l("Choose what you do with it."))],
        choices=choices(STATUSES),
        validate_choice=False,
    )
    reason = Choice(
        _l("Why it is declined"),
        choices=[("", _l("Choose a reason")), *choices(DECLINE_REASONS)],
        default="",
        validate_choice=False,
    )
    passed_to = Choice(_l("Which body it belongs to"), default="", validate_choice=False)
    lever = Choice(
        _l("The lever you pull"),
        choices=[("", _l("Not said")), *LEVER.choices()],
        default="",
        validate_choice=False,
    )
    links = TextField(_l("Links, one address a line"), [at_most(4_000)])
    version = WholeNumber(default=0)
    edition = WholeNumber(default=0)
    text_version = WholeNumber(default=0)

    def offer(self, bodies: list[Any]) -> AnswerForm:
        """Let the matter be passed to one of these bodies."""
        self.passed_to.choices = [
            ("", _l("Choose a body")),
            *((body.slug, body.name) for body in bodies),
        ]
        return self

    def validate_status(self, field: Field) -> None:
        """Refuse a status that is none."""
        if field.data not in set(AnswerStatus):
            raise ValidationError(_l("Choose what you do with it."))

    def validate_reason(self, field: Field) -> None:
        """Ask for the reason of what is declined: without one nothing is settled."""
        if self.status.data == AnswerStatus.DECLINED and field.data not in set(DeclineReason):
            raise ValidationError(_l("Say why it is declined: choose a reason."))

    def validate_passed_to(self, field: Field) -> None:
        """Ask who is to answer what is not ours."""
        known = {value for value, _words in self.passed_to.choices or []} - {""}
        if self.status.data == AnswerStatus.NOT_OURS and field.data not in known:
            raise ValidationError(_l("Choose the body that it belongs to."))

    def validate_lever(self, field: Field) -> None:
        """Refuse a lever that is none."""
        if field.data and field.data not in LEVER:
            raise ValidationError(LEVER.wrong)

    def validate_links(self, _field: Field) -> None:
        """Refuse too many addresses, and those that are none."""
        links = self.addresses()
        if len(links) > LINKS_MOST:
            raise ValidationError(_l("Please give ten addresses at most."))
        if not all(is_web_address(address) for address in links):
            raise ValidationError(
                _l("Put one address on each line. Each must begin with https:// or http://.")
            )

    def addresses(self) -> list[str]:
        """Return the links, one address a line."""
        return [line.strip() for line in (self.links.data or "").splitlines() if line.strip()]

    @property
    def languages(self) -> list[str]:
        """The languages of the site, that of the page first."""
        return sorted(current_app.config["LANGUAGES"], key=lambda each: each != current_language())

    def of_language(self, language: str) -> list[Field]:
        """Return the fields of one language."""
        return [self[f"{name}_{language}"] for name in TEXTS]

    def promise_fields(self) -> list[tuple[Field, Field, Field]]:
        """Return the fields of each promise: what, by which day, who."""
        return [
            (self[f"what_{n}"], self[f"by_on_{n}"], self[f"who_{n}"])
            for n in range(1, PROMISES_AT_ONCE + 1)
        ]

    def content(self) -> AnswerContent:
        """Return what was typed; what does not belong to its status is left out."""
        status = self.status.data if self.status.data in set(AnswerStatus) else None
        reasons = {self.reason.data} & set(DeclineReason)
        is_declined = status == AnswerStatus.DECLINED
        reason = DeclineReason(reasons.pop()) if reasons and is_declined else None
        return AnswerContent(
            status=AnswerStatus(status) if status else None,
            words=tidied(
                {
                    language: {name: self[f"{name}_{language}"].data or "" for name in TEXTS}
                    for language in self.languages
                }
            ),
            reason=reason,
            passed_to=self.passed_to.data or "" if status == AnswerStatus.NOT_OURS else "",
            lever=Lever(self.lever.data) if self.lever.data else None,
            links=tuple(self.addresses()),
            promises=tuple(
                PromiseWords(what.data, who.data or "", by_on.data)
                for what, by_on, who in self.promise_fields()
                if what.data and by_on.data
            ),
            language=current_language(),
        )

    def fill(self, content: AnswerContent) -> None:
        """Put an answer's words into the fields, as they were typed or published."""
        self.status.data = content.status.value if content.status else None
        self.reason.data = content.reason.value if content.reason else ""
        self.lever.data, self.passed_to.data = content.lever or "", content.passed_to
        self.links.data = "\n".join(content.links)
        for language, words in content.words.items():
            for name in TEXTS:
                self[f"{name}_{language}"].data = words.get(name, "")
        for (what, by_on, who), said in zip(self.promise_fields(), content.promises, strict=False):
            what.data, by_on.data, who.data = said.what, said.by_on, said.who


def one_language_says_it(form: AnswerForm, field: Field) -> None:
    """Ask for the sentence in one language at least, and in each that has more to say."""
    language = field.name.rpartition("_")[2]
    more = any(each.data for each in form.of_language(language))
    none = not any(form[f"sentence_{each}"].data for each in form.languages)
    if not field.data and (more or (none and language == form.languages[0])):
        raise ValidationError(_l("Say in one sentence what you will do."))


def with_its_day(form: AnswerForm, field: Field) -> None:
    """Ask for the day of each promise."""
    if field.data and not form[field.name.replace("what", "by_on")].data:
        raise ValidationError(_l("Enter the day in the field beside it."))


def still_to_come(form: AnswerForm, field: Field) -> None:
    """Refuse a day that is past, and one by which nothing is promised."""
    if field.data is None:
        return
    if field.data < dates.today():
        raise ValidationError(_l("This day is past. Choose one that is still to come."))
    if not form[field.name.replace("by_on", "what")].data:
        raise ValidationError(_l("Say what is promised by this day."))


@cache
def answer_form(languages: tuple[str, ...]) -> type[AnswerForm]:
    """Return the form of an answer in these languages."""
    fields: dict[str, Any] = {}
    for language in languages:
        fields |= {
            f"sentence_{language}": Line(
                _l("In one sentence, what will you do?"),
                [one_language_says_it, at_most(SENTENCE_LENGTH)],
            ),
            f"reasons_{language}": TextField(_l("Reasons"), [at_most(REASONS_LENGTH), renders]),
            f"change_mind_{language}": TextField(
                _l("What would change your mind"), [at_most(CHANGE_LENGTH)]
            ),
            f"cost_{language}": Line(_l("Cost"), [at_most(COST_LENGTH)]),
        }
    for n in range(1, PROMISES_AT_ONCE + 1):
        fields |= {
            f"what_{n}": Line(_l("Promise"), [with_its_day, at_most(WHAT_LENGTH)]),
            f"by_on_{n}": Day(_l("By which day"), [optional(), still_to_come]),
            f"who_{n}": Line(_l("Who"), [at_most(WHO_LENGTH)]),
        }
    return type("AnswerFormInLanguages", (AnswerForm,), fields)
