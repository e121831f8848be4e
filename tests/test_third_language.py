"""A third language of pages is a catalogue in a folder: no file of code is touched."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import select

from forum import config, create_app
from forum.db import db
from forum.essays.models import Essay
from forum.web import dates
from forum.web.text_languages import text_languages
from tests.cast import Make
from tests.conftest import Visitor
from tests.databases import Database

IRISH = Path(__file__).resolve().parent / "translations/ga/LC_MESSAGES/messages.po"


def add_catalogue(instance: Path, code: str) -> None:
    """Put the words in Irish into a site's own folder, as a language of this code."""
    folder = instance / "translations" / code / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with IRISH.open("rb") as file, (folder / "messages.mo").open("wb") as made:
        write_mo(made, read_po(file, locale="ga"))


@pytest.fixture
def irish(app: Flask, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The same site, in whose folder a catalogue in Irish was put."""
    add_catalogue(tmp_path, "ga")
    monkeypatch.setenv("FORUM_INSTANCE_PATH", str(tmp_path))
    settings = {"TESTING": True, "SECRET_KEY": "x", "MAIL_URL": "", "RATELIMIT_ENABLED": False}
    return create_app({**settings, "SQLALCHEMY_DATABASE_URI": database.url})


@pytest.mark.one_database
def test_it_stands_in_the_menu_and_speaks_where_it_has_words(irish: Flask, make: Make) -> None:
    essay = make.essay()
    liked = make.proposal(essay, lever="market", jurisdiction=None)
    for _each in range(3):
        make.comment(liked)
    client = irish.test_client()
    assert 'lang="ga">Gaeilge</a>' in client.get("/").text
    page = client.get(f"/essays/{essay.slug}?lang=ga").text
    assert '<html lang="ga">' in page
    for words in ("Léim go dtí an t-ábhar", "Díospóireachtaí", "Margadh", "3 thrácht"):
        assert words in page
    assert "Recently" in page or "Create" in page or "The question" in page, "the rest is English"
    assert 'hreflang="ga"' in page
    assert client.get("/", headers={"Accept-Language": "ga"}).text.count('<html lang="ga">') == 1


@pytest.mark.one_database
def test_days_are_said_by_its_own_tables_and_forms_ask_in_it_too(irish: Flask, make: Make) -> None:
    with irish.test_request_context("/?lang=ga"):
        assert dates.day(date(2027, 8, 3)) == "3 Lúnasa 2027"
    ada = Visitor(irish.test_client())
    who = {"email": make.user("Ada", role="admin").email, "password": make.PASSWORD}
    ada.get("/sign-in")
    assert ada.post("/sign-in", who).status_code == 303
    for path, name in (
        ("/admin/site", "introduction_ga"),
        ("/admin/jurisdictions", "national_ga"),
        ("/admin/levers", "lever_market_meaning_ga"),
        ("/bodies/new", "name_ga"),
    ):
        assert f'name="{name}"' in ada.get(path).text


def test_an_essay_may_be_in_any_language_of_the_list(app: Flask, make: Make, visit: Any) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    form = {"title": "Teideal", "prompt": "Cad é?", "body": "Focail.", "summary": "Achoimre"}
    page = fay.get("/essays/new").text
    assert '<option value="ga">Gaeilge</option>' in page
    assert fay.post("/essays/new", {**form, "language": "ga"}).status_code == 303
    assert fay.post("/essays/new", {**form, "language": "xx"}).status_code == 422
    with app.app_context():
        assert db.session.scalar(select(Essay.language)) == "ga"
        assert len(set(text_languages().values())) == len(text_languages())
        assert all(len(code) <= 5 for code in text_languages())


def test_a_catalogue_that_is_named_by_no_language_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_catalogue(tmp_path, "pt_BR")
    with pytest.raises(config.BadSetting, match="pt_BR must be in a folder named by a language"):
        config.load({"FORUM_INSTANCE_PATH": str(tmp_path)})


@pytest.mark.parametrize(
    "words",
    [
        'msgid "%(name)s: %(value)s"\nmsgstr "%(ainm)s: %(value)s"',
        'msgid "%(name)s: %(value)s"\nmsgstr "100 % fíor: %(name)s"',
        'msgid "%(name)s: %(value)s"\nmsgstr "%(name) %(value)"',
        'msgid "%(num)s vote"\nmsgid_plural "%(num)s votes"\nmsgstr[0] "vóta"\nmsgstr[1] "%(n)s"',
    ],
)
@pytest.mark.one_database
def test_words_that_cannot_be_filled_in_stop_the_start(tmp_path: Path, words: str) -> None:
    folder = tmp_path / "translations" / "ga" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    rule = "Plural-Forms: nplurals=2; plural=(n != 1);"
    head = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n{rule}\\n"\n\n'
    with (folder / "messages.mo").open("wb") as made:
        write_mo(made, read_po(io.BytesIO((head + words + "\n").encode()), locale="ga"))
    with pytest.raises(config.BadSetting, match=r"messages\.mo: “.*” cannot stand for “.*”"):
        config.load({"FORUM_INSTANCE_PATH": str(tmp_path)})


@pytest.mark.parametrize("kept", [0, 3, 12, 200, 400])
@pytest.mark.one_database
def test_a_catalogue_that_is_cut_short_stops_the_start(tmp_path: Path, kept: int) -> None:
    add_catalogue(tmp_path, "ga")
    file = tmp_path / "translations" / "ga" / "LC_MESSAGES" / "messages.mo"
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(config.BadSetting, match="no catalogue that can be read"):
        config.load({"FORUM_INSTANCE_PATH": str(tmp_path)})
