"""A house of one's own: what the site is called, how it looks and what it says of itself."""

from __future__ import annotations

import re
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from forum.accounts.codes import sample_code
from forum.accounts.models import User
from forum.db import db
from forum.mail.letters import words_of
from forum.mail.messages import message_of
from forum.mail.models import Letter
from forum.settings import current, png
from forum.settings.colours import checked_colour
from tests.cast import Make
from tests.conftest import forget_pages


def picture(width: int = 2, height: int = 2, packed: bytes | None = None) -> bytes:
    """Return a small grey PNG that carries a comment."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x7f" * width) * height) if packed is None else packed
    parts = [(b"IHDR", header), (b"tEXt", b"Comment\0<script>alert(1)</script>"), (b"IDAT", lines)]
    return png.SIGNATURE + b"".join(png.chunk(*part) for part in (*parts, (b"IEND", b"")))


def send(visitor: Any, **data: Any) -> Any:
    """Send the form of the site, with what it holds already."""
    page = visitor.get("/admin/site").get_data(as_text=True)
    held = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page))
    held = {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in held.items()}
    return visitor.client.post("/admin/site", data={**held, **data})


def test_a_county_in_ireland_has_its_own_name_logo_and_words_without_a_file_of_code(
    app: Flask, make: Make, ada: Any, client: FlaskClient
) -> None:
    essay = make.essay()
    client.get("/")
    told = {
        "site_name": "Clare County Council",
        "introduction_en": "What should the county change?",
        "accent": "#005385",
        "contact": "hello@clare.example",
        "mail_from": "Clare County Council <no-reply@clare.example>",
        "postal_address": "Áras Contae an Chláir, Ennis",
        "terms_en": "## Be kind\n\nWrite as you would speak.",
        "logo": (BytesIO(picture()), "logo.png"),
    }
    assert send(ada, **told).status_code == 303
    assert "Administration</a>" in ada.get("/").get_data(as_text=True)
    home = client.get("/").get_data(as_text=True)
    assert "– Clare County Council</title>" in home
    assert "What should the county change?" in home
    logo = re.search(r'src="(/static/logo\.[^"]+)"', home)
    colours = re.search(r'href="(/static/colours\.[^"]+)"', home)
    assert logo is not None
    assert colours is not None
    sent = client.get(logo[1])
    assert sent.mimetype == "image/png"
    assert b"script" not in sent.data
    assert "--accent:#005385" in client.get(colours[1]).get_data(as_text=True)
    assert "Be kind<" in client.get("/terms").get_data(as_text=True)
    assert client.get("/conduct").status_code == 404
    for path in ("/feed.atom", f"/essays/{essay.slug}/feed.atom"):
        assert "Clare County Council" in client.get(path).get_data(as_text=True)
    assert "mailto:hello@clare.example" in client.get("/accessibility").get_data(as_text=True)
    with app.test_request_context():
        letter = Letter(kind="reset", address="ben@example.org", language="en", id=1)
        words = words_of("reset", "en", {"link": "x", "minutes": 60, "contact": ""})
        letter.made_at = db.session.get_one(User, 1).created_at
        message = message_of(letter, words)
        code = words_of("code", "fr", sample_code())
    assert "your account on Clare County Council" in " ".join(words.text.split())
    for said in (code.text, code.html):
        assert "se connecter à Clare County Council" in " ".join(said.split())
        assert "Circle Back" not in said
    assert "#005385" in words.style
    assert message["From"] == "Clare County Council <no-reply@clare.example>"


def test_every_change_is_logged_with_what_stood_before_and_can_be_put_back(ada: Any) -> None:
    send(ada, site_name="One")
    send(ada, site_name="Two")
    page = ada.get("/admin/changes").get_data(as_text=True)
    assert page.rindex("<bdi>Two</bdi>") < page.rindex("<bdi>One</bdi>")
    assert "<bdi>Ada</bdi>" in page
    assert ada.post("/admin/changes/1/undo").status_code == 409
    assert ada.post("/admin/changes/2/undo").status_code == 303
    assert "– One</title>" in ada.get("/").get_data(as_text=True)
    assert ada.post("/admin/changes/1/undo").status_code == 303
    assert "– Circle Back</title>" in ada.get("/").get_data(as_text=True)


def test_what_the_environment_fixes_is_shown_and_cannot_be_changed(
    app: Flask, ada: Any, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "FIXED", frozenset({"FORUM_SECURITY_CONTACT"}))
    monkeypatch.setitem(app.config, "SECURITY_CONTACT", "https://fixed.example")
    page = ada.get("/admin/site").get_data(as_text=True)
    assert "Fixed on the server by FORUM_SECURITY_CONTACT." in page
    assert 'name="contact"' not in page
    send(ada, contact="hello@clare.example")
    assert "https://fixed.example" in client.get("/accessibility").get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("accent", "#ffee00", "hard to read"),
        ("accent", "blue", "six digits"),
        ("accent_dark", "#222222", "hard to read"),
        ("contact", "nobody", "Give an email address"),
        ("mail_from", "two@example.org, three@example.org", "Write it as"),
        ("site_name", "x" * 61, "60 characters"),
    ],
)
@pytest.mark.one_database
def test_what_cannot_be_used_is_refused_with_what_was_typed(
    ada: Any, name: str, value: str, said: str
) -> None:
    answer = send(ada, **{name: value})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert said in page
    assert value in page


@pytest.mark.any_database
def test_a_picture_is_written_anew_or_refused(app: Flask) -> None:
    with app.test_request_context():
        assert b"script" not in png.written_anew(picture())
        for file in (
            b"GIF89a",
            picture()[:60],
            picture(width=2000),
            picture(packed=zlib.compress(b"\0" * 10_000_000)),
            picture().replace(b"IHDR", b"JHDR"),
            b"x" * 300_000,
        ):
            with pytest.raises(png.BadPicture):
                png.written_anew(file)
        with pytest.raises(ValueError, match="hard to read"):
            checked_colour("light", "#ffff00")


@pytest.mark.any_database
@pytest.mark.parametrize("chunk", [(b"tRNS", b"<script>" * 1000), (b"PLTE", b"<script>" * 3)])
def test_nothing_but_colours_is_kept_beside_the_pixels(
    app: Flask, chunk: tuple[bytes, bytes]
) -> None:
    file = picture()
    at = file.index(b"IDAT") - 4
    with app.test_request_context():
        try:
            assert b"script" not in png.written_anew(file[:at] + png.chunk(*chunk) + file[at:])
        except png.BadPicture:
            assert chunk[0] == b"tRNS"


def test_a_logo_is_taken_away_again(ada: Any) -> None:
    send(ada, logo=(BytesIO(picture()), "logo.png"))
    assert "/static/logo." in ada.get("/").get_data(as_text=True)
    send(ada, without_logo="y")
    assert "/static/logo." not in ada.get("/").get_data(as_text=True)


def test_settings_that_could_not_be_read_once_are_asked_for_again(
    app: Flask, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.post("/admin/site", {"site_name": "Circle of Harrow Inlet"})
    forget_pages(app)
    with monkeypatch.context() as patch:
        patch.setattr(current, "looking", away)
        assert "Circle of Harrow Inlet" not in app.test_client().get("/").text
    forget_kept(app)
    assert "Circle of Harrow Inlet" in app.test_client().get("/").text


def away() -> None:
    raise OperationalError("", {}, Exception("away"))


def forget_kept(app: Flask) -> None:
    """Have pages and pieces made anew, of settings as this process read them last."""
    app.extensions["page_cache"].store.clear()
    app.extensions["pieces"].clear()
