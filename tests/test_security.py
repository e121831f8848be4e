"""Headers, limits of size and of frequency, and answers to what nobody should send."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from flask import Flask
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from forum import create_app
from forum.config import BadSetting, load
from forum.web.limits import limiter
from tests.cast import Make
from tests.databases import need, redis_url


@pytest.mark.parametrize("path", ["/", "/none", "/sign-in", "/proposals.csv"])
def test_every_answer_carries_the_headers(visit: Any, path: str) -> None:
    headers = visit().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_what_a_person_sees_is_kept_out_of_caches(make: Make, visit: Any) -> None:
    answer = visit(make.user("Cam")).get("/")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_stranger_who_only_reads_gets_no_cookie(make: Make, visit: Any) -> None:
    essay = make.essay()
    reply = make.proposal(essay)
    for path in ("/", f"/essays/{essay.slug}", f"/replies/{reply.id}", "/proposals"):
        answer = visit().get(path)
        assert "Set-Cookie" not in answer.headers
        assert "csrf_token" not in answer.get_data(as_text=True)


def test_over_https_cookies_are_bound_to_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORUM_BASE_URL", "https://forum.example.org")
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": "sqlite://"})
    answer = app.test_client().get("/sign-in", base_url="https://forum.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FORUM_BASE_URL", "forum.example.org"),
        ("FORUM_BASE_URL", "javascript:x"),
        ("FORUM_DATABASE_URL", "mysql://x"),
        ("FORUM_TRUSTED_PROXIES", "many"),
        ("FORUM_MAIL_URL", "pop3://mail.example.org"),
        ("FORUM_MAIL_FROM", "nobody"),
        ("FORUM_INSTANCE_PATH", "/proc/none/here"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Any, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=r"FORUM_|instance folder"):
        load({"FORUM_INSTANCE_PATH": str(tmp_path), name: value})


def test_the_secret_is_kept_between_starts_and_for_the_owner_alone(tmp_path: Any) -> None:
    first = load({"FORUM_INSTANCE_PATH": str(tmp_path)})["SECRET_KEY"]
    assert load({"FORUM_INSTANCE_PATH": str(tmp_path)})["SECRET_KEY"] == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_flood_of_text_is_refused(make: Make, visit: Any) -> None:
    essay = make.essay()
    ben = visit(make.user("Ben"))
    body = {"lever": "", "body": "x" * (1024 * 1024 + 10)}
    assert ben.post(f"/essays/{essay.slug}/reply", body).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/essays/%00",
        "/replies/1%00",
        "/?q=%00",
        "/proposals?q=%ED%A0%80",
        "/essays/%ff%fe",
        "/proposals?after=%00&lever=%00&sort=%00",
        "/people/99999999999999999999",
        "/?lang=%00",
        "/sign-in?next=%00",
        "/moderation/log?before=%00",
    ],
)
def test_nonsense_in_an_address_is_never_our_fault(visit: Any, path: str) -> None:
    assert visit().get(path).status_code in {200, 404}


def test_programs_get_problems_as_json(visit: Any) -> None:
    answer = visit().get("/none", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.data)["status"] == 404


def test_a_wrong_method_is_405(visit: Any) -> None:
    answer = visit().post("/proposals")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.fixture(params=["memory", "redis"])
def limited(request: pytest.FixtureRequest, app: Flask) -> Any:
    """The application with its limits on, counted in memory and in Redis."""
    if request.param == "redis" and not redis_url():
        need("redis", "no server answers")
    app.config["RATELIMIT_STORAGE_URI"] = "memory://" if request.param == "memory" else redis_url()
    limits = {**app.config["LIMITS"]}
    app.config["LIMITS"] = {**limits, "votes": "3 per hour", "sign_in": "2 per 5 minutes"}
    restart(app)
    yield app
    limiter.reset()
    app.config["LIMITS"] = limits
    limiter.enabled = False


def restart(app: Flask) -> None:
    """Set the counting up anew, from nothing."""
    storage = cast(Storage, storage_from_string(app.config["RATELIMIT_STORAGE_URI"]))
    storage.reset()
    limiter._storage, limiter._limiter = storage, MovingWindowRateLimiter(storage)
    limiter.enabled = True


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
