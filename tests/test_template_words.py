"""Words and addresses in templates: remembered, and right for whoever asks."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string, url_for
from flask_babel import force_locale

from forum.web.template_words import address_of


def test_a_message_is_that_of_the_language_in_use(app: Flask) -> None:
    said = '{{ _("Next") }} {{ ngettext("%(num)s comment", "%(num)s comments", n, num=n|number) }}'
    with app.test_request_context():
        for _time in range(2):
            with force_locale("en"):
                assert render_template_string(said, n=1_000) == "Next 1,000 comments"
            with force_locale("fr"):
                assert render_template_string(said, n=1) == "Suivant 1 commentaire"


def test_what_is_put_into_a_message_is_escaped_on_pages(app: Flask) -> None:
    said = '{{ _("No proposal fits this filter: %(filter)s.", filter=words) }} {{ _("95%%") }}'
    with app.test_request_context():
        page = render_template_string(said, words="<b>")
        assert page == "No proposal fits this filter: &lt;b&gt;. 95%"


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("reading.essay", {"slug": "queues", "_anchor": "proposals"}),
        ("reading.essay", {"slug": "queues", "lever": ["policy", "market"], "sort": None}),
        ("reading.essay", {"slug": "queues", "q": "a b"}),
        ("reading.reply", {"reply_id": 1}),
        ("accounts.sign_in", {"next": "/replies/1?x=2"}),
    ],
)
def test_an_address_is_what_flask_makes_of_it(app: Flask, endpoint: str, values: dict) -> None:  # type: ignore[type-arg]
    with app.test_request_context():
        for _time in range(2):
            assert address_of(endpoint, **values) == url_for(endpoint, **values)


def test_a_site_below_another_has_addresses_of_its_own(app: Flask) -> None:
    for root in ("", "/forum", ""):
        with app.test_request_context("/", base_url=f"http://example.org{root}"):
            assert address_of("reading.reply", reply_id=7) == f"{root}/replies/7"
