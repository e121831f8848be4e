"""The picture of a proposal where its address is shared: one for all, of public words alone."""

from __future__ import annotations

import struct
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from forum.db import db, now
from forum.exports import typefaces, typesetting
from forum.feeds import drawing, picture_views
from forum.feeds.drawing import SharedProposal, draw, legible, reads_from_the_right
from forum.feeds.pictures import KEPT_FOR, SharePicture, clear_pictures
from forum.replies.models import Reply
from tests.cast import Make

pytestmark = pytest.mark.one_database

NASTY = '#pagebreak() "$x^2$ \\ </svg> & [*b*] @x `' + "’ — ﬁ ½"


def path_of(reply: Reply) -> str:
    return f"/replies/{reply.id}/picture.png"


def size_of(png: bytes) -> tuple[int, int]:
    """Return the width and height that a PNG names, in pixels."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def age(app: Flask, by: timedelta) -> None:
    with app.app_context():
        db.session.execute(update(SharePicture).values(drawn_at=now() - by))
        db.session.commit()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[SharedProposal]:
    """What was drawn, in order."""
    made: list[SharedProposal] = []

    def note(shared: SharedProposal) -> bytes:
        made.append(shared)
        return b"\x89PNG " + repr(shared).encode()

    monkeypatch.setattr(picture_views, "draw", note)
    return made


def test_a_picture_has_the_size_that_those_who_show_it_want(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay(), support=5, oppose=1)
    answer = visit().get(path_of(reply))
    assert answer.mimetype == "image/png"
    assert size_of(answer.data) == (1200, 630)
    assert len(answer.data) < 200_000
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


def test_the_page_names_its_picture(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    page = visit().get(f"/replies/{reply.id}").get_data(as_text=True)
    assert f'"og:image" content="http://127.0.0.1:8000{path_of(reply)}?v=1"' in page
    assert '"og:image:width" content="1200"' in page
    assert '"twitter:card" content="summary_large_image"' in page
    comment = make.comment(make.essay("Another"))
    other = visit().get(f"/replies/{comment.id}").get_data(as_text=True)
    assert "picture.png" not in other
    assert '"twitter:card" content="summary"' in other


@pytest.mark.parametrize("status", ["hidden", "waiting", "withdrawn", "merged"])
def test_what_not_everyone_reads_in_lists_has_none(
    app: Flask, make: Make, visit: Any, status: str, drawn: list[SharedProposal]
) -> None:
    essay, dee = make.essay(), make.user("Dee", role="moderator")
    reply = make.proposal(essay)
    assert visit().get(path_of(reply)).status_code == 200
    with app.app_context():
        values: dict[str, Any] = {"status": status}
        if status == "merged":
            values["merged_into_id"] = make.proposal(essay).id
        db.session.execute(update(Reply).where(Reply.id == reply.id).values(**values))
        db.session.commit()
    for visitor in (visit(), visit(dee)):
        assert visitor.get(path_of(reply)).status_code == 404


def test_drafts_and_comments_have_none(make: Make, visit: Any) -> None:
    draft, comment = make.proposal(make.essay(state="draft")), make.comment(make.essay("Other"))
    fay = visit(make.user("Fay", role="facilitator"))
    for visitor in (visit(), fay):
        assert visitor.get(path_of(draft)).status_code == 404
        assert visitor.get(path_of(comment)).status_code == 404
        assert visitor.get("/replies/999/picture.png").status_code == 404


def test_it_is_drawn_once_for_every_process_and_told_to_who_has_it(
    make: Make, visit: Any, drawn: list[SharedProposal]
) -> None:
    reply = make.proposal(make.essay())
    first = visit().get(path_of(reply))
    again = visit().get(path_of(reply))
    held = visit().get(path_of(reply), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.data, held.status_code, held.data) == (first.data, 304, b"")
    assert len(drawn) == 1


def test_new_votes_show_after_a_day_and_new_words_at_once(
    app: Flask, make: Make, visit: Any, drawn: list[SharedProposal]
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, title="Old words")
    visit().get(path_of(reply))
    make.vote(make.user("Cam"), reply)
    assert visit().get(path_of(reply)).status_code == 200
    assert [each.support for each in drawn] == [0]
    age(app, timedelta(hours=25))
    visit().get(path_of(reply))
    visit().get(path_of(reply))
    assert [each.support for each in drawn] == [0, 1]
    make.edit(reply, title="New words")
    assert b"New words" in visit().get(path_of(reply)).data
    assert len(drawn) == 3
    age(app, timedelta(hours=25))
    visit().get(path_of(reply))
    assert len(drawn) == 3, "nothing had changed"


def test_nothing_is_held_in_the_database_while_it_is_drawn(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply, free = make.proposal(make.essay()), []

    def draw_slowly(_shared: SharedProposal) -> bytes:
        free.append(not db.session().in_transaction())
        return b"\x89PNG"

    monkeypatch.setattr(picture_views, "draw", draw_slowly)
    assert visit().get(path_of(reply)).status_code == 200
    assert free == [True]


def test_many_who_ask_at_once_have_it_drawn_once(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply, made, gate = make.proposal(make.essay()), [], threading.Barrier(5, timeout=20)

    def draw_slowly(_shared: SharedProposal) -> bytes:
        made.append(1)
        return b"\x89PNG"

    monkeypatch.setattr(picture_views, "draw", draw_slowly)

    def ask() -> None:
        gate.wait()
        assert visit().get(path_of(reply)).status_code == 200

    threads = [threading.Thread(target=ask) for _n in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 1


def test_a_full_process_sends_the_picture_of_before(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch, drawn: list[SharedProposal]
) -> None:
    reply, other = make.proposal(make.essay()), make.proposal(make.essay("Another"))
    before = visit().get(path_of(reply)).data
    make.vote(make.user(), reply)
    age(app, timedelta(days=2))
    monkeypatch.setattr(picture_views, "PATIENCE", 0.01)
    with picture_views.drawing:
        assert visit().get(path_of(reply)).data == before
        assert visit().get(path_of(other)).status_code == 503


def test_a_database_that_takes_no_writes_still_sends_it(
    app: Flask, make: Make, visit: Any, drawn: list[SharedProposal]
) -> None:
    reply = make.proposal(make.essay())
    with app.app_context():
        engine = db.engine

    def refuse(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("INSERT INTO share_pictures"):
            raise engine.dialect.loaded_dbapi.OperationalError("read only")

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        assert visit().get(path_of(reply)).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def test_old_pictures_are_cleared_away(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    visit().get(path_of(reply))
    with app.app_context():
        assert not clear_pictures()
    age(app, KEPT_FOR + timedelta(days=1))
    with app.app_context():
        assert clear_pictures()
        assert db.session.scalars(select(SharePicture)).all() == []
        assert not clear_pictures()


SCRIPTS = [
    "变化を 公表する",
    "ᓄᓇᕗᑦ ᐅᖃᐅᓯᖅ",
    "نشر أوقات الانتظار",
    "פרסום זמני ההמתנה",
    "Публиковать время ожидания",
    "🚦 Queues 👩🏽\u200d⚕️ 🇨🇦",
    "W" * 120,
    "x",
    NASTY,
    "اَلْعَرَبِيَّةُ " * 8,
]


@pytest.mark.parametrize("title", SCRIPTS)
def test_any_title_is_drawn_and_none_of_it_as_an_empty_box(
    app: Flask, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    asked: list[dict[str, Any]] = []
    real = typesetting.typeset

    def note(source: str, data: dict[str, Any], **options: Any) -> Any:
        asked.append(data)
        return real(source, data, **options)

    monkeypatch.setattr(drawing, "typeset", note)
    shared = SharedProposal(
        "fr", "market", "Municipal", title[:120], "À propos", "forum.example/1", 0, 0
    )
    with app.test_request_context():
        assert size_of(draw(shared)) == (1200, 630)
        [data] = asked
        texts = set(data["title"] + data["under"])
        assert data["title"]
        assert typefaces.missing_in(texts) == set()
        assert "□" not in data["title"]


def test_words_with_a_missing_letter_give_way_to_the_address(app: Flask) -> None:
    assert legible("Pay 🚦 now", {"🚦"}) == "Pay now"
    assert legible("公布 times", {"公"}) == ""


def test_the_direction_is_that_of_the_first_letter() -> None:
    assert reads_from_the_right("12 פרסום")
    assert not reads_from_the_right("12 mots, פרסום")
    assert not reads_from_the_right("…")


def test_it_speaks_the_language_of_its_proposal(
    make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[dict[str, Any]] = []

    def note(_source: str, data: dict[str, Any], **_options: Any) -> list[bytes]:
        said.append(data)
        return [b"\x89PNG"]

    monkeypatch.setattr(drawing, "typeset", note)
    words = "Les bureaux publient chaque semaine combien de temps les gens attendent."
    reply = make.proposal(
        make.essay(language="fr"), title="Publier les délais", body=words, support=1
    )
    visit().get(path_of(reply), headers={"Accept-Language": "en"})
    [data] = said
    assert data["language"] == "fr"
    assert data["counts"].startswith("Pour")
    assert "En réponse" in data["under"]
