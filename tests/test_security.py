"""Headers, limits of size and of frequency, and answers to what nobody should send."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forum import create_app
from forum.config import BadSetting, load
from tests.cast import Make


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


def test_over_https_cookies_are_bound_to_the_host(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FORUM_BASE_URL", "https://forum.example.org")
    own = f"sqlite:///{tmp_path / 'forum.sqlite'}"
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": own})
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


def test_a_wrong_paper_is_refused_with_those_that_there_are(tmp_path: Any) -> None:
    with pytest.raises(BadSetting, match="FORUM_PAPER must be letter or a4, not 'legal'"):
        load({"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_PAPER": "Legal"})


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
