"""Coming in with a provider: a real one answers over HTTP, and what it may not say is refused."""

from __future__ import annotations

import base64
import hmac
import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from forum.accounts.grounds import VoterGround
from forum.accounts.models import User, user_by_email
from forum.accounts.provider_links import ProviderLink, ProviderVisit
from forum.accounts.second_factors import STEP
from forum.admin.models import SecurityEvent, SecurityKind
from forum.config import BadSetting, load
from forum.db import db
from tests import letterbox
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.provider import CLIENT, SECRET, Provider, running
from tests.test_second_factors import STEP_PAGE, app_of

BEN = {"sub": "b-17", "email": "Ben@example.org", "email_verified": True, "name": "Ben Ouellet"}


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    """A provider that runs for all tests of this file."""
    with running() as found:
        yield found


@pytest.fixture
def provider(app: Flask, served: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The provider that the site trusts; it says that whoever comes is Ben."""
    served.person, served.wrong, served.says_issuer = {**BEN}, {}, ""
    served.signs_with, served.signed, served.instead = served.key, served.sign, {}
    for name, value in (
        ("ISSUER", served.issuer),
        ("CLIENT_ID", CLIENT),
        ("CLIENT_SECRET", SECRET),
        ("NAME", "Clare ID"),
    ):
        monkeypatch.setitem(app.config, f"OIDC_{name}", value)
    return served


def leave(browser: Any, **onward: str) -> str:
    """Press the button; return the address of the provider to which the page leads."""
    return led(browser.post("/sign-in/provider", onward))


def led(answer: Any) -> str:
    """Return the address of the provider to which a page leads."""
    assert answer.status_code == 200, answer.headers
    found = re.search(r'rel="noreferrer" href="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None
    address = html.unescape(found[1])
    assert answer.headers["Refresh"] == f"0; url={address}"
    return address


def come_back(browser: Any, path: str) -> Any:
    """Come back from the provider and press the button there."""
    page = browser.get(path)
    assert page.status_code == 200
    given = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    return browser.post("/sign-in/provider/return", given)


def sign_in(browser: Any, provider: Provider, **onward: str) -> Any:
    return come_back(browser, provider.visited(leave(browser, **onward)))


def connect(browser: Any, provider: Provider, **proof: str) -> Any:
    """Connect the provider to the account in which a browser is signed in."""
    given = {"password": Make.PASSWORD, **proof}
    return come_back(browser, provider.visited(led(browser.post("/account/provider", given))))


def is_in(browser: Any) -> bool:
    return bool(browser.client.get("/account").status_code == 200)


def test_somebody_new_gets_an_account_that_counts_by_the_provider(
    app: Flask, provider: Provider, visit: Any
) -> None:
    browser = visit()
    assert "Sign in with Clare ID" in browser.get("/sign-in").get_data(as_text=True)
    answer = sign_in(browser, provider, next="/proposals")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/proposals")
    assert is_in(browser)
    assert "with a provider" in browser.get("/account/sign-ins").get_data(as_text=True)
    with app.app_context():
        user = user_by_email("ben@example.org")
        assert user is not None
        assert (user.name, user.ground) == ("Ben Ouellet", VoterGround.PROVIDER)


def test_they_are_known_by_the_providers_name_for_them_whatever_their_address(
    app: Flask, provider: Provider, visit: Any
) -> None:
    sign_in(visit(), provider)
    provider.person |= {"email": "new@example.org"}
    browser = visit()
    sign_in(browser, provider)
    assert "ben@example.org" in browser.get("/account").get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 1


def test_a_vote_that_waited_is_counted(
    app: Flask, make: Make, provider: Provider, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "CONFIRM", True)
    proposal, browser = make.proposal(make.essay()), visit()
    browser.post(f"/replies/{proposal.id}/vote", {"value": "support"})
    path = provider.visited(leave(browser))
    assert "count 1 vote" in browser.get(path).get_data(as_text=True)
    come_back(browser, path)
    assert is_in(browser)
    assert make.fresh(proposal).support == 1


def digits(app: Flask) -> str:
    """Return the digits of the last letter."""
    letterbox.sent(app)
    found = re.search(r"^\d{6}$", letterbox.text(letterbox.kept(app)[-1]), re.MULTILINE)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("verified", [True, False])
def test_an_account_that_is_there_is_tied_once_the_code_to_its_address_is_typed(
    app: Flask, make: Make, provider: Provider, visit: Any, verified: bool
) -> None:
    cam = make.user("Cam", ground="code")
    provider.person |= {"email": cam.email, "email_verified": verified}
    browser = visit()
    assert sign_in(browser, provider).headers["Location"] == "/code"
    assert not is_in(browser)
    with app.app_context():
        assert db.session.scalars(select(ProviderLink)).all() == []
    assert browser.post("/code", {"code": digits(app)}).status_code == 303
    again = visit()
    sign_in(again, provider)
    assert is_in(again)
    with app.app_context():
        assert db.session.scalars(select(ProviderLink.user_id)).all() == [cam.id]


def test_an_address_that_another_came_with_at_the_same_moment_takes_a_code(
    make: Make, provider: Provider, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.person |= {"email": make.user("Cam").email}
    monkeypatch.setattr("forum.accounts.models.user_by_email", lambda _email: None)
    assert sign_in(visit(), provider).headers["Location"] == "/code"


def test_who_tied_it_to_anothers_address_has_no_part_in_the_account_once_that_is_shown(
    app: Flask, make: Make, provider: Provider, visit: Any
) -> None:
    squatter = make.user("Cam")
    connect(visit(squatter), provider)
    owner = visit()
    owner.post("/code/send", {"email": squatter.email})
    owner.post("/code", {"code": digits(app)})
    assert is_in(owner)
    words = {"email": squatter.email, "password": make.PASSWORD}
    assert visit().post("/sign-in", words).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(ProviderLink)).all() == []


def test_one_ties_it_to_the_account_in_which_one_is_signed_in_and_unties_it(
    app: Flask, make: Make, provider: Provider, visit: Any
) -> None:
    cam, dee = make.user("Cam"), make.user("Dee")
    browser = visit(cam)
    assert browser.post("/sign-in/provider").headers["Location"] == "/account/provider"
    wrong = {"password": "not the password"}
    assert browser.post("/account/provider", wrong).status_code == 422
    assert connect(browser, provider).headers["Location"] == "/account"
    assert "has been connected" in browser.get("/account").get_data(as_text=True)
    other = visit(dee)
    connect(other, provider)
    assert "is connected elsewhere" in other.get("/account").get_data(as_text=True)
    assert browser.post("/account/provider/end", wrong).status_code == 422
    assert browser.post("/account/provider/end", {"password": Make.PASSWORD}).status_code == 303
    letterbox.sent(app)
    assert [str(each["Subject"]) for each in letterbox.kept(app)] == [
        "A provider was connected to your account",
        "The provider was disconnected from your account",
    ]
    page = browser.get("/account/sign-ins").get_data(as_text=True)
    assert "a provider was connected" in page
    assert "the provider was disconnected" in page
    assert page.count("wrong password: refused") == 2
    with app.app_context():
        assert db.session.scalars(select(ProviderLink)).all() == []
        kept = select(SecurityEvent.person_id, SecurityEvent.after)
        kept = kept.where(SecurityEvent.kind == SecurityKind.PROVIDER).order_by(SecurityEvent.id)
        assert [tuple(row) for row in db.session.execute(kept)] == [(cam.id, "tied"), (cam.id, "")]
    ada = visit(make.user("Ada", role="admin"))
    assert "disconnected the provider" in ada.get("/admin/log").get_data(as_text=True)


def test_a_visit_that_no_owner_began_ties_nothing(
    app: Flask, make: Make, provider: Provider, visit: Any
) -> None:
    browser = visit()
    path = provider.visited(leave(browser))
    words = {"email": make.user("Cam").email, "password": Make.PASSWORD}
    with browser.client.session_transaction() as kept:
        state = kept["provider_state"]
    browser.post("/sign-in", words)
    with browser.client.session_transaction() as kept:
        kept["provider_state"] = state
    assert come_back(browser, path).headers["Location"] == "/account/provider"
    with app.app_context():
        assert db.session.scalars(select(ProviderLink)).all() == []


def test_a_second_factor_is_asked_all_the_same(
    app: Flask, make: Make, provider: Provider, visit: Any
) -> None:
    with standing_clock():
        cam = make.secured(make.user("Cam"))
        Clock.moment += timedelta(seconds=STEP)
        connect(visit(cam), provider, second_code=app_of(app, cam))
    browser = visit()
    assert sign_in(browser, provider).headers["Location"] == STEP_PAGE
    assert not is_in(browser)


def test_whoever_reads_the_mail_alone_ties_nothing_where_there_is_a_second_factor(
    app: Flask, make: Make, provider: Provider, visit: Any
) -> None:
    cam = make.secured(make.user("Cam", ground="code"))
    provider.person |= {"email": cam.email}
    browser = visit()
    sign_in(browser, provider)
    assert browser.post("/code", {"code": digits(app)}).headers["Location"] == STEP_PAGE
    with app.app_context():
        assert db.session.scalars(select(ProviderLink)).all() == []


def test_without_an_address_the_page_says_what_to_do(provider: Provider, visit: Any) -> None:
    del provider.person["email"]
    browser = visit()
    assert sign_in(browser, provider).headers["Location"] == "/sign-in"
    assert "did not say your email address" in browser.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another site"},
        {"aud": ["another site"], "azp": CLIENT},
        {"azp": "another site"},
        {"nonce": "of another browser"},
        {"exp": 1_000_000_000},
        {"sub": None},
        {"sub": 7},
        {"sub": ""},
        {"sub": ["b-17"]},
        {"exp": "later"},
        {"iat": True},
        {"sub": "x" * 256},
        {"sub": "a\0b"},
    ],
    ids=str,
)
@pytest.mark.one_database
def test_a_token_that_is_not_for_this_question_is_refused(
    app: Flask, provider: Provider, visit: Any, wrong: dict[str, Any]
) -> None:
    provider.wrong = wrong
    refuses(app, visit(), provider)


@pytest.mark.parametrize("email", ["nobody", "a\0@example.org", "x" * 9000, {"a": 1}, []], ids=repr)
def test_what_is_no_address_makes_no_account(
    app: Flask, provider: Provider, visit: Any, email: Any
) -> None:
    provider.wrong = {"email": email}
    browser = visit()
    assert sign_in(browser, provider).headers["Location"] == "/sign-in"
    assert "did not say your email address" in browser.get("/sign-in").get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 0


def refuses(app: Flask, browser: Any, provider: Provider) -> None:
    """Hold the site to it that whoever comes back now is not let in, and told so."""
    assert sign_in(browser, provider).headers["Location"] == "/sign-in"
    assert "Clare ID did not let you in" in browser.get("/sign-in").get_data(as_text=True)
    assert not is_in(browser)
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 0


@pytest.mark.one_database
def test_a_token_signed_with_another_key_is_refused(
    app: Flask, provider: Provider, visit: Any
) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    refuses(app, visit(), provider)


def packed(said: Any) -> str:
    """Return a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


OTHER = RSAKey.generate_key(2048, {"kid": "one"})


def unsigned(_key: RSAKey, claims: dict[str, Any]) -> str:
    return f"{packed({'alg': 'none', 'kid': 'one'})}.{packed(claims)}."


def with_the_public_key(key: RSAKey, claims: dict[str, Any]) -> str:
    said = f"{packed({'alg': 'HS256', 'kid': 'one'})}.{packed(claims)}"
    signature = hmac.digest(key.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def with_a_key_it_brings(_key: RSAKey, claims: dict[str, Any]) -> str:
    header = {"alg": "RS256", "kid": "one", "jwk": OTHER.as_dict(private=False)}
    return jwt.encode(header, claims, OTHER)


def with_a_key_elsewhere(_key: RSAKey, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "jku": "https://elsewhere.example/keys"}, claims, OTHER)


def with_no_known_key(_key: RSAKey, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "../../../dev/null"}, claims, OTHER)


def that_asks_for_more(key: RSAKey, claims: dict[str, Any]) -> str:
    _head, body, signature = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key).split(".")
    head = {"alg": "RS256", "kid": "one", "crit": ["b64"], "b64": False}
    return f"{packed(head)}.{body}.{signature}"


@pytest.mark.parametrize(
    "made",
    [
        unsigned,
        with_the_public_key,
        with_a_key_it_brings,
        with_a_key_elsewhere,
        with_no_known_key,
        that_asks_for_more,
    ],
)
@pytest.mark.one_database
def test_a_token_is_believed_for_its_signature_alone(
    app: Flask, provider: Provider, visit: Any, made: Any
) -> None:
    provider.signed = lambda claims: made(provider.key, claims)
    refuses(app, visit(), provider)


ODD = (b"", b"[]", b"null", b"7", b'"x"', b"[[1, 2]]", b"{", b"\xff", b"[" * 200_000)
"""What is no object, or none of the right kind."""
KEYS = (b'{"keys": 7}', b'{"keys": ["x"]}', b'{"keys": [{"kty": "RSA"}]}', b'{"keys": []}')


@pytest.mark.parametrize("said", [*ODD, *KEYS], ids=lambda said: repr(said[:20]))
@pytest.mark.one_database
def test_an_answer_of_another_shape_lets_nobody_in_and_breaks_nothing(
    app: Flask, provider: Provider, visit: Any, said: bytes
) -> None:
    for path in ("/keys", "/token"):
        provider.instead = {path: said}
        browser = visit()
        assert sign_in(browser, provider).headers["Location"] == "/sign-in"
        assert not is_in(browser)
    if said in ODD:
        provider.instead = {"/.well-known/openid-configuration": said}
        assert visit().post("/sign-in/provider").headers["Location"] == "/sign-in"
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 0


@pytest.mark.parametrize("token", [None, 7, [], {}, "", "a.b.c", "....", "é.é.é", "x" * 100_000])
@pytest.mark.one_database
def test_what_is_no_token_lets_nobody_in(
    app: Flask, provider: Provider, visit: Any, token: Any
) -> None:
    provider.signed = lambda _claims: token
    browser = visit()
    assert sign_in(browser, provider).headers["Location"] == "/sign-in"
    assert not is_in(browser)


@pytest.mark.parametrize(
    "address",
    [
        *(7, None, [], "", "//elsewhere", "/here", "javascript:alert(1)", "ftp://x/", "http:///x"),
        *("http://[x/", "http://a/\r\nSet-Cookie: a=b", "http://a/ b"),
    ],
)
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.one_database
def test_it_is_gone_to_by_addresses_alone(
    provider: Provider, visit: Any, name: str, address: Any
) -> None:
    said = {**provider.metadata(), name: address}
    provider.instead = {"/.well-known/openid-configuration": json.dumps(said).encode()}
    assert visit().post("/sign-in/provider").headers["Location"] == "/sign-in"


@pytest.mark.one_database
def test_who_calls_itself_another_provider_is_not_gone_to(provider: Provider, visit: Any) -> None:
    provider.says_issuer = "https://elsewhere.example"
    browser = visit()
    assert browser.post("/sign-in/provider").headers["Location"] == "/sign-in"


def test_a_state_works_once_and_in_its_browser(app: Flask, provider: Provider, visit: Any) -> None:
    browser, other = visit(), visit()
    path = provider.visited(leave(browser))
    come_back(other, path)
    assert not is_in(other)
    with browser.client.session_transaction() as held:
        before = dict(held)
    come_back(browser, path)
    assert is_in(browser)
    with other.client.session_transaction() as held:
        held.update(before)
    come_back(other, path)
    assert not is_in(other)
    with app.app_context():
        assert db.session.scalars(select(ProviderVisit)).all() == []


@pytest.mark.one_database
def test_a_provider_that_says_no_is_heard(provider: Provider, visit: Any) -> None:
    browser = visit()
    state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
    path = f"/sign-in/provider/return?error=access_denied&state={state}"
    assert come_back(browser, path).headers["Location"] == "/sign-in"
    assert not is_in(browser)


@pytest.mark.one_database
def test_a_provider_that_is_away_leaves_the_other_ways_in(
    app: Flask, provider: Provider, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visit()
    monkeypatch.setitem(app.config, "OIDC_ISSUER", "http://127.0.0.1:9")
    assert browser.post("/sign-in/provider").headers["Location"] == "/sign-in"
    page = browser.get("/sign-in").get_data(as_text=True)
    assert "Clare ID does not answer now" in page
    assert "Send me a code" in page


@pytest.mark.one_database
def test_without_one_there_is_no_button_and_no_page(visit: Any) -> None:
    browser = visit()
    assert "/sign-in/provider" not in browser.get("/sign-in").get_data(as_text=True)
    assert browser.post("/sign-in/provider").status_code == 404


@pytest.mark.any_database
@pytest.mark.parametrize(
    "given",
    [
        {"FORUM_OIDC_ISSUER": "https://id.example"},
        {"FORUM_OIDC_CLIENT_SECRET": "hush"},
        {
            "FORUM_OIDC_ISSUER": "http://id.example",
            "FORUM_OIDC_CLIENT_ID": "forum",
            "FORUM_OIDC_CLIENT_SECRET": "hush",
        },
    ],
)
def test_half_a_provider_stops_the_start_and_is_not_quoted(
    tmp_path: Any, given: dict[str, str]
) -> None:
    with pytest.raises(BadSetting, match="FORUM_OIDC_ISSUER") as found:
        load({"FORUM_INSTANCE_PATH": str(tmp_path), **given})
    assert "hush" not in str(found.value)
