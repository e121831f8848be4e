"""Limits: which one refused, until when, who lifts it; and whom they must not lock out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum import config, create_app
from forum.accounts.models import User
from forum.admin.limit_form import GROUPS
from forum.db import db, now
from forum.drafts.models import Draft
from forum.settings import current
from forum.settings.limit_rows import checked_limit
from forum.settings.models import SiteSetting
from forum.web import dates, limit_memory
from forum.web.limit_register import LIMITS
from forum.web.limit_window import LastingWindow
from forum.web.limits import limiter
from forum.web.network import network
from tests.cast import Make
from tests.counting_anew import count_anew
from tests.databases import need, redis_url


@pytest.fixture(params=["memory", "redis"])
def limited(request: pytest.FixtureRequest, app: Flask) -> Any:
    """The application with its limits on, counted in memory and in Redis."""
    if request.param == "redis" and not redis_url():
        need("redis", "no server answers")
    here = limit_memory.HERE if request.param == "memory" else redis_url()
    app.config["RATELIMIT_STORAGE_URI"] = here
    limits = {**app.config["LIMITS"]}
    app.config["LIMITS"] = {**limits, "votes": "3 per hour", "sign_in": "2 per 5 minutes"}
    count_anew(app)
    yield app
    limiter.reset()
    app.config["LIMITS"] = limits
    limiter.enabled = False


def test_the_fourth_vote_within_the_limit_of_three_waits(
    limited: Flask, make: Make, visit: Any
) -> None:
    reply = make.proposal(make.essay())
    cam, eve = visit(make.user("Cam")), visit(make.user("Eve"))
    path = f"/replies/{reply.id}/vote"
    for _ in range(3):
        assert cam.post(path, {"value": "support"}).status_code == 303
    refused = cam.post(path, {"value": "oppose"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert make.fresh(reply).support == 1
    assert eve.post(path, {"value": "support"}).status_code == 303, "limits count by account"


def test_wrong_passwords_are_limited_by_account_and_others_come_in(
    limited: Flask, make: Make, visit: Any
) -> None:
    cam, eve = make.user("Cam"), make.user("Eve")
    for _ in range(2):
        wrong = visit().post("/sign-in", {"email": cam.email, "password": "wrong"})
        assert wrong.status_code == 422
    locked = visit().post("/sign-in", {"email": cam.email, "password": make.PASSWORD})
    assert locked.status_code == 429
    visit(eve)


def test_three_replies_on_the_first_day(limited: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    path = f"/essays/{essay.slug}/reply"
    for n in range(3):
        assert ben.post(path, {"lever": "", "body": f"Thought {n}."}).status_code == 303
    refused = ben.post(path, {"lever": "", "body": "A fourth thought."})
    assert refused.status_code == 429
    assert "A fourth thought." in refused.get_data(as_text=True)
    fay = visit(make.user("Fay", role="facilitator"))
    for n in range(4):
        assert fay.post(path, {"lever": "", "body": f"Thought {n}."}).status_code == 303


def test_a_form_with_an_error_does_not_count(limited: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    path = f"/essays/{essay.slug}/reply"
    for _ in range(5):
        assert ben.post(path, {"lever": "", "body": ""}).status_code == 422
    assert ben.post(path, {"lever": "", "body": "At last."}).status_code == 303


def test_five_letters_an_hour_to_one_address_wherever_it_is_typed(
    limited: Flask, make: Make, visit: Any
) -> None:
    email = make.user("Cam").email or ""
    statuses = [
        visit().post(
            "/reset",
            {"email": email.upper() if n % 2 else f" {email}"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{n}"},
        )
        for n in range(7)
    ]
    assert [answer.status_code for answer in statuses] == [303] * 5 + [429] * 2
    assert int(statuses[-1].headers["Retry-After"]) > 0
    nobody = [visit().post("/reset", {"email": "nobody@example.org"}) for _ in range(6)]
    assert [answer.status_code for answer in nobody] == [303] * 5 + [429], "the same for nobody"


def test_thirty_letters_an_hour_from_one_place(limited: Flask, visit: Any) -> None:
    visitor = visit()
    for n in range(30):
        assert visitor.post("/reset", {"email": f"zed{n}@example.org"}).status_code == 303
    for _ in range(3):
        assert visitor.post("/reset", {"email": "other@example.org"}).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    answer = visit().post("/reset", {"email": "other@example.org"}, environ_base=elsewhere)
    assert answer.status_code == 303, "what was refused did not count against the address"
    assert visitor.post("/reset", {"email": "no address"}).status_code in {422, 429}


def text_of(answer: Any) -> str:
    return plain(answer.get_data(as_text=True))


def plain(said: str) -> str:
    return unescape(re.sub(r"\s+", " ", said))


def test_a_refusal_says_which_limit_how_long_and_who_lifts_it(
    limited: Flask, make: Make, visit: Any
) -> None:
    reply, cam = make.proposal(make.essay()), visit(make.user("Cam"))
    path = f"/replies/{reply.id}/vote"
    for _ in range(3):
        cam.post(path, {"value": "support"})
    refused = cam.post(path, {"value": "oppose"})
    assert 3600 - 60 < int(refused.headers["Retry-After"]) <= 3600 + 1
    with limited.test_request_context():
        again = now() + timedelta(seconds=int(refused.headers["Retry-After"]))
        times = [plain(dates.coming(again - timedelta(minutes=n))) for n in (0, 1)]
    page = text_of(refused)
    assert "Votes by one person: no more than 3 in 1 hour." in page
    assert any(f"You can continue from {time}." in page for time in times)
    assert "The people who run this site can raise this limit." in page
    french = cam.post(path, {"value": "oppose"}, headers={"Accept-Language": "fr"})
    assert "Votes d’une même personne : pas plus de 3 en 1 heure." in text_of(french)
    as_json = cam.post(path, {"value": "oppose"}, headers={"Accept": "application/json"})
    assert "no more than 3 in 1 hour" in as_json.get_json()["detail"]


def test_the_first_day_is_told_before_writing_and_ends_with_the_day(
    limited: Flask, make: Make, visit: Any
) -> None:
    born = datetime.now(UTC) - timedelta(hours=22)
    essay, ben = make.essay(), visit(make.user("Ben", created_at=born))
    path = f"/essays/{essay.slug}/reply"
    assert "Replies and comments on your first day: 0 of 3 sent." in text_of(ben.get(path))
    for n in range(3):
        ben.post(path, {"lever": "", "body": f"Thought {n}."})
    with limited.test_request_context():
        ends = plain(dates.coming(born + timedelta(days=1)))
    said = "Replies and comments on your first day: no more than 3 in 1 day. "
    said += f"You can continue from {ends}. It is lifted as soon as a moderator"
    assert said in text_of(ben.get(path)), "before writing"
    proposal = make.proposal(essay)
    assert said in text_of(ben.get(f"/replies/{proposal.id}"))
    refused = ben.post(path, {"lever": "", "body": "A fourth thought."})
    assert said in text_of(refused)
    assert 7100 < int(refused.headers["Retry-After"]) <= 7200
    with limited.app_context():
        db.session.query(User).filter_by(name="Ben").one().approved_at = born
        db.session.commit()
    assert "on your first day" not in text_of(ben.get(path))
    assert ben.post(path, {"lever": "", "body": "A fourth thought."}).status_code == 303


def test_what_a_limit_refused_is_in_a_draft(limited: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    path = f"/essays/{essay.slug}/reply"
    for n in range(3):
        ben.post(path, {"lever": "", "body": f"Thought {n}."})
    refused = ben.post(path, {"lever": "", "body": "A fourth thought."})
    assert "What you typed has been saved as a draft." in text_of(refused)
    assert "A fourth thought." in text_of(ben.get(path))
    with limited.app_context():
        assert db.session.query(Draft).one().words == {"lever": "", "body": "A fourth thought."}
    proposal = make.proposal(essay)
    refused = ben.post(f"/replies/{proposal.id}/comment", {"stance": "support", "body": "A fifth."})
    assert refused.status_code == 429
    assert "A fifth." in text_of(ben.get(f"/replies/{proposal.id}"))
    zed = visit()
    assert zed.post(path, {"lever": "", "body": "x"}).status_code == 401


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "not an address"),
    ],
)
def test_an_address_is_its_network(app: Flask, address: str, counted: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == counted


def test_a_new_address_of_the_same_network_gets_past_no_limit(
    limited: Flask, make: Make, visit: Any
) -> None:
    cam = make.user("Cam")
    answers = [
        visit().post(
            "/sign-in",
            {"email": cam.email, "password": "wrong"},
            environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{n}"},
        )
        for n in range(1, 4)
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert int(answers[-1].headers["Retry-After"]) <= 301
    assert "Wrong passwords for one account" in text_of(answers[-1])


def test_a_room_is_not_locked_out_by_one_of_its_people(
    limited: Flask, make: Make, visit: Any
) -> None:
    limited.config["LIMITS"] = {**limited.config["LIMITS"], "sign_in_address": "4 per hour"}
    people = [make.user(name) for name in ("Ada", "Ben", "Cam", "Dee", "Eve")]
    for person in people[:4]:
        wrong = {"email": person.email, "password": "wrong"}
        assert visit().post("/sign-in", wrong).status_code == 422
    ben, eve = people[1], people[4]
    right = {"email": ben.email, "password": make.PASSWORD}
    refused = visit().post("/sign-in", right)
    assert refused.status_code == 429, "somebody here gave a wrong password for this account"
    assert "Wrong passwords from one network" in text_of(refused)
    assert int(refused.headers["Retry-After"]) > 3000
    visit(eve)
    assert visit().post("/sign-in", {**right, "email": eve.email}).status_code == 303
    wrong = {"email": eve.email, "password": "wrong"}
    assert visit().post("/sign-in", wrong).status_code == 422
    assert visit().post("/sign-in", wrong).status_code == 429, "one try, then the limit holds"
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    assert visit().post("/sign-in", right, environ_base=elsewhere).status_code == 303


def test_an_account_gets_no_more_tries_by_being_spelt_in_other_ways(
    limited: Flask, make: Make, visit: Any
) -> None:
    email = make.user("Cam").email or ""
    spellings = [email, f" {email}", email.upper(), f"{email}\n", email.replace("@", "@")]
    statuses = [
        visit().post("/sign-in", {"email": each, "password": "wrong"}).status_code
        for each in spellings
    ]
    assert statuses == [422, 422, 429, 429, 429]


def test_every_limit_has_its_words_and_a_number_that_can_be_read() -> None:
    for name, row in LIMITS.items():
        assert str(row.what)
        assert str(row.lifted)
        with pytest.raises(config.BadSetting, match=f"FORUM_LIMIT_{name.upper()}"):
            config.how_often({f"FORUM_LIMIT_{name.upper()}": "often"}, name)
    assert LIMITS["votes"].often == "1200 per hour"


def test_the_readme_names_the_limits_as_they_are() -> None:
    readme = (config.ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("sign_up", "sign_in", "sign_in_address", "replies", "first_day", "votes", "edits"):
        assert f"| `FORUM_LIMIT_{name.upper()}` | {LIMITS[name].often} |" in readme


def test_wrong_codes_of_rooms_are_limited_and_right_ones_are_not(
    limited: Flask, make: Make, visit: Any
) -> None:
    limited.config["LIMITS"] = {**limited.config["LIMITS"], "room_codes": "2 per hour"}
    room, stranger = make.room(make.essay(), make.user(role="facilitator")), visit()
    for code, status in ((room.code, 200), ("ZZZZZZZZ", 404)) * 2:
        answer = stranger.get(f"/room/{code}")
        assert answer.status_code == status
        assert ("No room has this code" in answer.text) == (status == 404)
    assert stranger.get("/room/YYYYYYYY").status_code == 429


def test_wrong_codes_count_towards_those_of_a_network(limited: Flask, visit: Any) -> None:
    limited.config["LIMITS"] = {**limited.config["LIMITS"], "codes_address": "4 per hour"}
    stranger = visit()
    assert stranger.post("/code/send", {"email": "ben@example.org"}).status_code == 303
    statuses = [stranger.post("/code", {"code": "000000"}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 429, 429]


def test_previews_have_a_limit_of_their_own(limited: Flask, make: Make, visit: Any) -> None:
    limits = limited.config["LIMITS"]
    limited.config["LIMITS"] = {**limits, "previews": "2 per hour", "replies": "1 per hour"}
    place, ben = f"/essays/{make.essay().slug}/reply", visit(make.user("Ben"))
    look = {"lever": "", "body": "A thought.", "preview": "1"}
    headers = {"Prefer": "return=representation"}
    answers = [ben.post(place, look, headers=headers).status_code for _n in range(3)]
    assert answers == [200, 200, 429]
    assert ben.post(place, {"lever": "", "body": "A thought."}).status_code == 303


def test_drawn_pictures_are_limited_and_kept_ones_are_not(
    limited: Flask, make: Make, visit: Any
) -> None:
    limits = limited.config["LIMITS"]
    limited.config["LIMITS"] = {**limits, "pictures": "2 per hour", "pictures_in_all": "3 per hour"}
    paths = [f"/replies/{make.proposal(make.essay(f'Essay {n}')).id}/picture.png" for n in range(5)]
    zed, ben = visit(), visit(make.user("Ben"))
    assert [zed.get(path).status_code for path in paths[:3]] == [200, 200, 429]
    assert "Retry-After" in zed.get(paths[2]).headers
    assert zed.get(paths[0]).status_code == 200
    assert ben.get(paths[3]).status_code == 200
    assert ben.get(paths[4]).status_code == 429, "for all together"


def set_limits(ada: Any, **often: str) -> Any:
    """Set limits in the browser: votes="2 per hour"; the others are as the server has them."""
    sent = {f"limit_{name}": said.split(" per ") for name, said in often.items()}
    return ada.post("/admin/limits", sent)


def test_a_limit_set_in_the_browser_holds_for_what_was_counted_before(
    limited: Flask, make: Make, visit: Any, ada: Any
) -> None:
    path, cam = f"/replies/{make.proposal(make.essay()).id}/vote", visit(make.user("Cam"))
    votes = [{"value": "support"}, {"value": "oppose"}] * 3
    assert [cam.post(path, vote).status_code for vote in votes[:4]] == [303] * 3 + [429]
    assert set_limits(ada, votes="5 per hour").status_code == 303
    assert [cam.post(path, vote).status_code for vote in votes[:3]] == [303] * 2 + [429]
    assert set_limits(ada, votes="2 per hour").status_code == 303
    refused = cam.post(path, votes[0])
    assert refused.status_code == 429
    assert "Votes by one person: no more than 2 in 1 hour." in text_of(refused)
    assert 3600 - 60 < int(refused.headers["Retry-After"]) <= 3600 + 1, "when the last but one goes"
    assert set_limits(ada, votes="1,200 per day").status_code == 303
    assert cam.post(path, votes[0]).status_code == 303


def test_a_limit_is_logged_undone_and_given_back(limited: Flask, ada: Any) -> None:
    set_limits(ada, replies="7 per 5 minutes")
    set_limits(ada, replies=" per hour")
    changes = text_of(ada.get("/admin/changes"))
    first = r"Before</dt><dd><bdi>20 in 1 hour</.*After</dt><dd><bdi>7 in 5 minutes<"
    assert re.search(first, changes), "what held where nothing was set has its words too"
    assert ada.post("/admin/changes/2/undo").status_code == 303
    assert re.search(r'name="limit_replies" value="7"', text_of(ada.get("/admin/limits")))
    assert ada.post("/admin/changes/1/undo").status_code == 303
    assert set_limits(ada, replies="20 per hour").status_code == 303
    with limited.app_context():
        assert db.session.get(SiteSetting, "limit_replies") is None


@pytest.mark.parametrize(
    ("name", "often", "said"),
    [
        ("votes", "0 per hour", "Give a whole number from 1 to 1,000,000."),
        ("votes", "-1 per hour", "Give a whole number from 1 to 1,000,000."),
        ("votes", "1000001 per hour", "Give a whole number from 1 to 1,000,000."),
        ("votes", f"{'9' * 400_000} per hour", "Give a whole number from 1 to 1,000,000."),
        ("votes", "٣ per hour", "Give a whole number from 1 to 1,000,000."),
        ("votes", "1e3 per hour", "Give a whole number from 1 to 1,000,000."),
        ("votes", "10 per fortnight", "Choose a period from the list."),
        ("votes", "10 per hour; 1 per day", "Choose a period from the list."),
        ("votes", "10", "Choose a period from the list."),
        ("sign_in", "301 per day", "No more than 300 in 1 hour."),
        ("sign_in", "26 per 5 minutes", "No more than 300 in 1 hour."),
        ("sign_in", "2 per day", "At least 3. No more than"),
        ("codes_address", "51 per minute", "No more than 3,000 in 1 hour"),
        ("codes", "9 per hour", "At least 10"),
        ("reset", "21 per day", "No more than 20 in 1 hour"),
    ],
)
@pytest.mark.one_database
def test_a_limit_that_cannot_be_used_is_refused_and_kept_as_typed(
    ada: Any, name: str, often: str, said: str
) -> None:
    answer = set_limits(ada, **{name: often})
    assert answer.status_code == 422
    assert said in text_of(answer).partition(f'id="limit_{name}-error">')[2].partition("</p>")[0]
    typed = often.partition(" per ")[0][:60]
    assert f'name="limit_{name}" value="{typed}"' in text_of(answer)


@pytest.mark.one_database
def test_bounds_let_the_server_s_own_numbers_and_their_like_through(app: Flask) -> None:
    with app.test_request_context():
        for row in LIMITS.values():
            assert checked_limit(row, row.often) == row.often
        assert checked_limit(LIMITS["sign_in"], "25 per 5 minutes") == "25 per 5 minutes"
        assert checked_limit(LIMITS["sign_in"], "300 per day") == "300 per day"
        assert checked_limit(LIMITS["votes"], "1 000 000 per minute") == "1000000 per minute"
        assert {"sign_in", "sign_in_address", "codes", "codes_address", "reset", "sign_up"} <= {
            name for name, row in LIMITS.items() if row.hourly
        }


def test_every_limit_is_on_the_page_with_what_it_is_now(ada: Any) -> None:
    page = text_of(ada.get("/admin/limits"))
    for name, row in LIMITS.items():
        number, period = row.often.split(" per ")
        field = page[page.index(f'<input class="limit-number" id="limit_{name}"') :]
        assert f'value="{number}"' in field.partition(">")[0]
        assert f'<option value="{period}" selected>' in field.partition("</select>")[0]
        assert str(row.what) in page


def test_what_the_server_fixes_is_shown_and_refused(
    app: Flask, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(ada, votes="5 per hour")
    limits = {**app.config["LIMITS"], "votes": "40 per hour;9 per minute"}
    monkeypatch.setitem(app.config, "FIXED", frozenset({"FORUM_LIMIT_VOTES"}))
    monkeypatch.setitem(app.config, "LIMITS", limits)
    page = text_of(ada.get("/admin/limits"))
    assert "<b>40 in 1 hour, 9 in 1 minute</b>" in page
    assert "Fixed on the server by FORUM_LIMIT_VOTES." in page
    assert 'name="limit_votes"' not in page
    answer = set_limits(ada, votes="6 per hour")
    assert answer.status_code == 409
    assert "Votes by one person: fixed on the server by FORUM_LIMIT_VOTES." in text_of(answer)
    with app.app_context():
        assert db.session.get_one(SiteSetting, "limit_votes").value == "5 per hour"
    with app.test_request_context():
        assert current.often("votes") == "40 per hour;9 per minute"


def test_every_limit_has_its_place_on_the_page() -> None:
    names = [name for group in GROUPS for name in group.names]
    assert sorted(names) == sorted(LIMITS)


@pytest.mark.one_database
def test_a_site_starts_where_limits_are_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORUM_INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("FORUM_LIMITS", "off")
    site = create_app({"TESTING": True, "SECRET_KEY": "x", "MAIL_URL": ""})
    assert site.test_client().get("/healthz").status_code == 200


class AwayStorage(limit_memory.SweptMemory):
    """What counts for all nodes, which may be away."""

    is_away = True

    @property
    def base_exceptions(self) -> type[Exception]:
        """What is raised while it is away."""
        return ConnectionError

    def check(self) -> bool:
        """Say whether it answers."""
        return not self.is_away

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Answer, unless it is away."""
        if self.is_away:
            raise ConnectionError
        return super().get_moving_window(key, limit, expiry)

    acquired = 0

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count, unless it is away."""
        if self.is_away:
            raise ConnectionError
        self.acquired += 1
        return super().acquire_entry(key, limit, expiry, amount)


def test_while_redis_is_away_each_process_counts_and_redis_again_once_it_is_back(
    limited: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = AwayStorage("")
    monkeypatch.setattr(limiter, "_storage", shared)
    monkeypatch.setattr(limiter, "_limiter", LastingWindow(shared))
    monkeypatch.setattr(limiter, "_fallback_limiter", LastingWindow(limit_memory.SweptMemory("")))
    monkeypatch.setattr(limiter, "_in_memory_fallback_enabled", True)
    monkeypatch.setattr(limiter, "_storage_dead", False)
    reply = make.proposal(make.essay())
    cam = visit(make.user("Cam"))
    path = f"/replies/{reply.id}/vote"
    for _ in range(3):
        assert cam.post(path, {"value": "support"}).status_code == 303
    assert cam.post(path, {"value": "oppose"}).status_code == 429, "this process counted three"
    shared.is_away = False
    monkeypatch.setattr(limiter, "_Limiter__last_check_backend", 0)
    assert cam.post(path, {"value": "oppose"}).status_code == 303
    assert shared.acquired == 1
    assert not limiter._storage_dead
