"""Letters: what they look like, and that each is sent once, whatever happens on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask

from forum.config import BadSetting, load
from forum.db import db, now
from forum.mail import outbox, sending
from forum.mail.letters import KINDS, WIDTH, LetterKind, style_sheet, words_of
from forum.mail.messages import message_of
from forum.mail.models import Letter, write_letter
from forum.mail.outbox import LEASE, WAITS, send_next, strike_out, take
from forum.reading.style import PAIRS, TEXT
from tests import letterbox
from tests.cast import Make
from tests.crashes import killed
from tests.post_office import PostOffice, certificate, opened


@pytest.fixture(autouse=True)
def no_letters(app: Flask) -> Iterator[None]:
    """Letters of no other stories."""
    letterbox.kept(app)
    yield
    letterbox.kept(app)


def write(app: Flask, *addresses: str, kind: str = "password_changed") -> None:
    with app.app_context():
        for address in addresses or ("ben@example.org",):
            write_letter(kind, address, "en")
        db.session.commit()


def waits(app: Flask) -> float:
    """Return for how many minutes the only letter is put off."""
    (letter,) = letterbox.waiting(app)
    return round((letter.next_at - now()).total_seconds() / 60, 1)


# Sending


def test_a_letter_goes_to_the_server_and_leaves_no_trace(
    app: Flask, office: PostOffice, runner: Any
) -> None:
    write(app)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    (letter,) = office.letters
    assert (letter["To"], letter["From"]) == ("ben@example.org", "Circle Back <no-reply@localhost>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "en"
    assert letter["Date"].datetime.tzinfo is not None
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in letter.iter_parts()} == {"utf-8"}
    body = letter.get_body(("plain",))
    assert body is not None
    assert body["Content-Type"].params["format"] == "flowed"
    assert not letterbox.waiting(app)
    assert not letterbox.kept(app)


def test_without_a_server_letters_are_files_for_the_owner_alone(app: Flask) -> None:
    write(app)
    assert letterbox.sent(app) == 1
    (path,) = letterbox.folder(app).iterdir()
    assert re.fullmatch(r"\d{8}T\d{12}-\d+\.eml", path.name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")


def test_a_letter_that_is_never_committed_is_never_sent(app: Flask) -> None:
    with app.app_context():
        write_letter("password_changed", "ben@example.org", "en")
        db.session.flush()
        db.session.rollback()
    assert letterbox.sent(app) == 0


def test_a_refusal_for_now_is_tried_again_later_and_later(app: Flask, office: PostOffice) -> None:
    write(app)
    office.answers = ["451 Busy"] * 5
    for wait in (*WAITS, WAITS[-1]):
        assert letterbox.sent(app) == 1, "once a turn"
        assert waits(app) == wait.total_seconds() / 60
        letterbox.later(app)
    assert letterbox.sent(app) == 1
    assert len(office.letters) == 1
    assert not letterbox.waiting(app)


def test_a_refusal_for_good_is_the_end(app: Flask, office: PostOffice) -> None:
    write(app, "no@example.org", "ben@example.org")
    office.answers = ["550 No such person"]
    assert letterbox.sent(app) == 2
    assert [letter["To"] for letter in office.letters] == ["ben@example.org"]
    assert not letterbox.waiting(app)


@pytest.mark.parametrize(("answer", "left"), [("554 Not this", 0), ("452 Full", 1)])
def test_a_letter_itself_can_be_refused(
    app: Flask, office: PostOffice, answer: str, left: int
) -> None:
    write(app)
    office.answer_to_data = answer
    assert letterbox.sent(app) == 1
    assert len(letterbox.waiting(app)) == left


def test_a_server_that_is_away_is_waited_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened() as gone:
        monkeypatch.setitem(app.config, "MAIL_URL", gone.url)
    write(app)
    assert letterbox.sent(app) == 1
    assert waits(app) == 1
    assert letterbox.sent(app) == 0, "its turn has not come"


def test_a_folder_that_cannot_be_written_to_loses_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app)
    monkeypatch.setattr(app, "instance_path", "/proc/none")
    assert letterbox.sent(app) == 1
    assert len(letterbox.waiting(app)) == 1


def test_a_letter_that_cannot_be_made_stands_in_nobodys_way(
    app: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_letter: Letter) -> dict[str, Any]:
        raise KeyError("a mistake of ours")

    monkeypatch.setitem(KINDS, "broken", LetterKind("Broken", timedelta(hours=1), fail, dict))
    write(app, kind="broken")
    write(app)
    assert letterbox.sent(app) == 2
    assert len(office.letters) == 1
    assert [letter.kind for letter in letterbox.waiting(app)] == ["broken"]


def test_a_kind_that_this_worker_does_not_know_waits_for_one_that_does(app: Flask) -> None:
    write(app, kind="of_tomorrow")
    assert letterbox.sent(app) == 0
    assert len(letterbox.waiting(app)) == 1


@pytest.mark.parametrize(("hours", "files"), [(71, 1), (73, 0)])
def test_old_news_is_dropped(app: Flask, hours: int, files: int) -> None:
    write(app)
    letterbox.later(app, hours=hours)
    assert letterbox.sent(app) == 1
    assert len(letterbox.kept(app)) == files
    assert not letterbox.waiting(app)


@pytest.mark.parametrize(("minutes", "files"), [(59, 1), (61, 0)])
def test_a_link_that_comes_too_late_is_not_sent(
    app: Flask, make: Make, minutes: int, files: int
) -> None:
    write(app, make.user("Ben").email or "", kind="reset")
    letterbox.later(app, minutes=minutes)
    letterbox.sent(app)
    assert len(letterbox.kept(app)) == files


# Once each


def test_two_workers_never_send_the_same(app: Flask, office: PostOffice) -> None:
    everyone = {f"reader{n}@example.org" for n in range(12)}
    write(app, *everyone)
    workers = [Thread(target=letterbox.sent, args=(app,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sorted(letter["To"] for letter in office.letters) == sorted(everyone)
    assert not letterbox.waiting(app)


def test_a_letter_that_is_being_sent_is_nobody_elses(app: Flask) -> None:
    write(app)
    with app.app_context():
        mine = take()
        assert mine is not None
        assert take() is None
        assert mine.next_at - now() > LEASE - timedelta(seconds=30)
    letterbox.later(app)
    with app.app_context():
        theirs = take()
        assert theirs is not None
        assert theirs.reference == mine.reference
        strike_out(mine, "sent")
    assert len(letterbox.waiting(app)) == 1, "whoever was too slow strikes nothing out"
    with app.app_context():
        strike_out(theirs, "sent")
    assert not letterbox.waiting(app)


def test_no_transaction_is_open_while_the_server_is_spoken_to(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(*_given: Any) -> None:
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]

    monkeypatch.setattr(outbox, "send", look)
    write(app, "ben@example.org", "cam@example.org")
    assert letterbox.sent(app) == 2
    assert not letterbox.waiting(app)


KILLED = """
import os, signal, sys
from forum import create_app
from forum.mail import outbox

def stop(*_given):
    os.kill(os.getpid(), signal.SIGKILL)

app = create_app({"SQLALCHEMY_DATABASE_URI": sys.argv[1], "MAIL_URL": ""})
setattr(outbox, sys.argv[2], stop)
with app.app_context():
    outbox.send_next()
"""


@pytest.mark.parametrize(("before", "copies"), [("send", 0), ("strike_out", 1)])
def test_a_worker_that_is_killed_loses_nothing(app: Flask, before: str, copies: int) -> None:
    write(app)
    killed(app, KILLED, before)
    first = letterbox.kept(app)
    assert len(first) == copies
    assert len(letterbox.waiting(app)) == 1
    assert letterbox.sent(app) == 0, "until the lease is over"
    letterbox.later(app)
    assert letterbox.sent(app) == 1
    (second,) = letterbox.kept(app)
    assert all(twin["Message-ID"] == second["Message-ID"] for twin in first)
    assert not letterbox.waiting(app)


def test_letters_have_numbers_of_their_own(app: Flask) -> None:
    write(app)
    letterbox.sent(app)
    write(app)
    letterbox.sent(app)
    one, other = letterbox.kept(app)
    assert one["Message-ID"] != other["Message-ID"]


# Passwords and encryption


@pytest.fixture
def abroad(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine is taken for another."""
    monkeypatch.setattr(sending, "LOCAL", frozenset())


@pytest.mark.usefixtures("abroad")
def test_no_password_is_said_in_the_clear(
    app: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", office.url.replace("//", "//ben:secret@"))
    write(app)
    assert letterbox.sent(app) == 1
    assert (office.passwords, office.letters) == ([], [])
    assert len(letterbox.waiting(app)) == 1


def test_on_this_machine_a_password_may_be_said(
    app: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", office.url.replace("//", "//ben:a%40b%2Fc@"))
    write(app)
    letterbox.sent(app)
    assert office.passwords == [(b"ben", b"a@b/c")]
    assert len(office.letters) == 1


@pytest.mark.usefixtures("abroad")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_password_goes_to_a_server_that_proves_who_it_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scheme: str
) -> None:
    trusted, context = certificate(tmp_path)
    way = {"smtp": "tls_context", "smtps": "ssl_context"}[scheme]
    with opened(**{way: context, "require_starttls": scheme == "smtp"}) as office:
        url = office.url.replace("smtp://", f"{scheme}://ben:secret@")
        monkeypatch.setitem(app.config, "MAIL_URL", url)
        write(app)
        assert letterbox.sent(app) == 1
        assert (office.passwords, office.letters) == ([], []), "nobody vouches for it yet"
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        letterbox.later(app)
        assert letterbox.sent(app) == 1
    assert office.passwords == [(b"ben", b"secret")]
    assert len(office.letters) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("FORUM_MAIL_URL", url)
            for url in (
                "mail.example.org",
                "http://mail.example.org",
                "smtp://",
                "smtp://ben@mail.example.org",
                "smtp://ben:s3cret/x@mail.example.org",
                "smtp://mail.example.org:0",
                "smtp://ben:s3cret@mail.example.org:99999",
                "smtp://mail.example.org/path",
                "smtp://mail.example.org?x=1",
                "smtp://ben:s3cret @mail.example.org",
                "smtp://[::1",
            )
        ),
        *(
            ("FORUM_MAIL_FROM", sender)
            for sender in (
                "nobody",
                "a@b.org, c@d.org",
                "a\r\nBcc: c@d.org <a@b.org>",
                "x@",
                "@x",
                "<>",
                "Circle Back",
                "a@b..org",
                "a b@c.org",
            )
        ),
    ],
)
def test_a_bad_setting_is_named_and_its_password_is_not(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(BadSetting, match=name) as said:
        load({"FORUM_INSTANCE_PATH": str(tmp_path), name: value})
    assert "s3cret" not in str(said.value)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    ("base_url", "written", "sender"),
    [
        ("https://forum.example.org", "", "Circle Back <no-reply@forum.example.org>"),
        ("http://127.0.0.1:8000", "", "Circle Back <no-reply@localhost>"),
        ("http://[::1]:8000", "", "Circle Back <no-reply@localhost>"),
        (
            "https://x.org",
            "Le forum, à Québec <forum@exämple.org>",
            '"Le forum, à Québec" <forum@xn--exmple-cua.org>',
        ),
        ("https://x.org", "forum@x.org", "forum@x.org"),
    ],
)
def test_who_writes(tmp_path: Path, base_url: str, written: str, sender: str) -> None:
    environ = {"FORUM_BASE_URL": base_url, "FORUM_MAIL_FROM": written}
    assert load({"FORUM_INSTANCE_PATH": str(tmp_path), **environ})["MAIL_FROM"] == sender


# What a letter is


HOSTILE = [
    "ben@example.org\r\nBcc: zed@example.org",
    "ben@example.org\nX: y",
    "ben@example.org\0",
    "ben@example.org, zed@example.org",
    "Ben <ben@example.org>",
    "",
    "ben",
    "ben@",
    "@example.org",
    "ben@exa mple.org",
    "ben@example.org\u2028X: y",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_no_address_breaks_out_of_its_header(app: Flask, address: str) -> None:
    letter = Letter(id=1, kind="reset", address=address, language="en", made_at=now())
    with app.app_context(), pytest.raises(ValueError):  # noqa: PT011
        message_of(letter, words_of("reset", "en", KINDS["reset"].sample()))


def test_an_address_that_cannot_be_written_to_is_dropped_in_the_end(
    app: Flask, office: PostOffice
) -> None:
    write(app, "ben@example.org\r\nBcc: zed@example.org")
    letterbox.sent(app)
    letterbox.later(app, days=4)
    letterbox.sent(app)
    assert not office.letters
    assert not letterbox.waiting(app)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("zoé@example.org", "zoé@example.org"), ("zoe@exämple.org", "zoe@xn--exmple-cua.org")],
)
def test_addresses_in_other_alphabets(
    app: Flask, office: PostOffice, typed: str, written: str
) -> None:
    write(app, typed)
    letterbox.sent(app)
    (letter,) = office.letters
    assert letter["To"] == written


def test_a_server_that_knows_no_other_alphabet_is_not_asked_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(enable_SMTPUTF8=False) as office:
        monkeypatch.setitem(app.config, "MAIL_URL", office.url)
        write(app, "zoé@example.org", "ben@example.org")
        assert letterbox.sent(app) == 2
    assert [letter["To"] for letter in office.letters] == ["ben@example.org"]
    assert not letterbox.waiting(app)


def test_a_letter_never_says_a_name(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Visit http://evil.example <b>now</b>")
    visit().post("/reset", {"email": ben.email})
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    assert "evil" not in letterbox.text(letter) + letterbox.text(letter, "html") + str(letter)


class Html(HTMLParser):
    """What an HTML letter is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.words += f" {data}"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_letter_is_whole_and_fetches_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch, name: str, language: str
) -> None:
    monkeypatch.setitem(app.config, "SECURITY_CONTACT", "mailto:safe@example.org")
    with app.app_context():
        words = words_of(name, language, KINDS[name].sample())
    html = Html(words.html)
    assert not {"img", "link", "script", "iframe", "form", "object", "svg"} & set(html.tags)
    assert {key for key, _value in html.attributes} <= {
        "lang",
        "dir",
        "charset",
        "name",
        "content",
        "class",
        "href",
    }
    for key, value in html.attributes:
        if key == "href":
            assert (value or "").startswith(("http://127.0.0.1:8000", "mailto:safe@")), value
    assert ("lang", language) in html.attributes
    assert ("dir", "ltr") in html.attributes
    assert not re.search(r"url\(|@import|@font-face|var\(|\drem", words.html)
    assert html.tags.count("h1") == 1
    assert not re.search(r"%\(|{{|}}|None|&amp;#", words.html + words.text)
    together = " ".join(html.words.split())
    links = {value for key, value in html.attributes if key == "href"}
    for paragraph in re.split(r"\n\n|\n-- \n", words.text):
        said = " ".join(paragraph.split())
        assert (
            said in together or said in links or said == "-- Circle Back http://127.0.0.1:8000"
        ), said


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_lines_of_text_are_short(app: Flask, name: str, language: str) -> None:
    with app.app_context():
        words = words_of(name, language, KINDS[name].sample())
        letter = Letter(id=1, kind=name, address="b@x.org", language=language, made_at=now())
        message = message_of(letter, words)
    for line in words.text.splitlines():
        assert len(line.rstrip()) <= WIDTH or line.startswith("http://127.0.0.1:8000/"), line
    assert "\n-- \n" in words.text
    assert " \n" in words.text.replace("-- \n", ""), "phones may join the lines of a paragraph"
    assert all(len(line) <= 78 for line in message.as_bytes().splitlines())
    assert not any(byte > 127 for byte in message.as_bytes())


def test_the_colours_of_letters_are_the_sites_in_both_themes(app: Flask) -> None:
    source = (Path(app.template_folder or "") / "mail" / "letter.css").read_text("utf-8")
    assert not re.search(r"#[0-9a-f]{3}", source), "a colour has a name in tokens.css"
    measured = {(front, back) for front, back, least in PAIRS if least == TEXT}
    for pair in (
        ("ink", "paper"),
        ("accent", "paper"),
        ("faint-ink", "paper"),
        ("accent-ink", "accent"),
    ):
        assert pair in measured, f"the contrast of {pair} is measured"
    with app.app_context():
        light, _media, dark = style_sheet().partition("prefers-color-scheme: dark")
    assert "#fdfcf9" in light
    assert "#181715" in dark


# Letters to look at


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_letters_can_be_looked_at(visit: Any, name: str, language: str) -> None:
    page = visit().get(f"/style/letters/{name}.html?lang={language}")
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/]{43}='", policy)
    assert "default-src 'none'" in policy
    assert f'<html lang="{language}"' in page.get_data(as_text=True)
    plain = visit().get(f"/style/letters/{name}.txt?lang={language}")
    assert plain.content_type == "text/plain; charset=utf-8"
    assert plain.headers["X-Content-Type-Options"] == "nosniff"
    assert f'href="/style/letters/{name}.html"' in visit().get("/style").get_data(as_text=True)


def test_a_letter_to_look_at_opens_nothing(make: Make, visit: Any) -> None:
    make.user("Ben")
    text = visit().get("/style/letters/reset.txt").get_data(as_text=True)
    found = re.search(r"127\.0\.0\.1:8000(/reset/\S+)", text)
    assert found is not None
    assert visit().get(found[1]).status_code == 410


def test_letters_are_shown_to_developers_only(
    app: Flask, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("none.html", "reset.pdf", "../reset.html", "layout.html"):
        assert visit().get(f"/style/letters/{path}").status_code == 404
    monkeypatch.setitem(app.config, "STYLE_PAGE", False)
    assert visit().get("/style/letters/reset.html").status_code == 404


def test_a_server_that_takes_its_time_is_given_up_on_within_the_lease() -> None:
    most = 16  # answers of a server to one letter, with encryption and a password
    assert most * sending.PATIENCE <= LEASE.total_seconds()


def test_the_worker_empties_the_outbox_once_a_round(app: Flask) -> None:
    assert app.extensions["work"].count(send_next) == 1
