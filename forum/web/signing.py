"""What browsers are given signed: their session, and the token of forms.

Both are as Flask and Flask-WTF have them. Those make a signer at each request and derive its keys
anew each time; here it is made once for each key of the site. A browser sends its session with each
request: the signature is checked once in a process, the age each time.
"""

from __future__ import annotations

import hmac
import json
import time
from functools import cache, lru_cache
from typing import Any

from flask import Flask, Response, current_app, g, session
from flask.globals import request_ctx
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm

TOKEN = "csrf_token"  # noqa: S105 - where the session and the request keep it
TOKEN_SALT = "wtf-csrf-token"  # noqa: S105 - that of Flask-WTF
KNOWN_MOST = 1_000
"""Sessions that a process knows to be signed by this site."""


class OneStepHmac(SigningAlgorithm):
    """HMAC with SHA-1 by one call of the C library."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Return what signs a value."""
        return hmac.digest(key, value, "sha1")


class LastingSigner(TimestampSigner):
    """A signer that derives each of its keys once."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{**named, "algorithm": OneStepHmac()})
        self.derive_key = cache(self.derive_key)  # type: ignore[method-assign]


class SparingJson(TaggedJSONSerializer):
    """What a session holds as JSON, which is looked through for tags only where one begins."""

    def loads(self, value: str) -> Any:
        """Return what is written."""
        return super().loads(value) if '{" ' in value else json.loads(value)


class LastingSerializer(URLSafeTimedSerializer):
    """A serializer that makes its signer once, and knows again what it has opened."""

    default_signer = LastingSigner

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.make_signer = cache(self.make_signer)  # type: ignore[method-assign]
        self.opened = lru_cache(KNOWN_MOST)(self.opened)  # type: ignore[method-assign]

    def loads(  # type: ignore[override]
        self, s: str | bytes, max_age: int | None = None
    ) -> Any:
        """Return what was signed, no longer ago than so many seconds; raise BadSignature."""
        written, signed_at = self.opened(s)
        if max_age is not None and not 0 <= int(time.time()) - signed_at <= max_age:
            raise SignatureExpired(f"Signed more than {max_age} seconds ago, or yet to be.")
        return self.serializer.loads(written)

    def opened(self, signed: str | bytes) -> tuple[str, int]:
        """Return what was signed, as JSON, and when, in seconds since 1970."""
        held, signed_at = super().loads(signed, return_timestamp=True)
        return self.serializer.dumps(held), int(signed_at.timestamp())


class SignedSessions(SecureCookieSessionInterface):
    """Sessions as Flask has them, in a cookie that is opened for less."""

    serializer = SparingJson()

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what reads and writes the cookie."""
        if not app.secret_key:
            return None
        return session_serializer(app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where the session has changed; every page varies by it in any case."""
        if session.modified:
            super().save_session(app, session, response)


@lru_cache(maxsize=8)
def session_serializer(key: str | bytes, *earlier: str | bytes) -> LastingSerializer:
    """Return what reads and writes sessions, signed with the key, or once with one of earlier."""
    flask = SignedSessions
    return LastingSerializer(
        [*earlier, key],
        salt=flask.salt,
        serializer=flask.serializer,
        signer_kwargs={
            "key_derivation": flask.key_derivation,
            "digest_method": flask.digest_method,
        },
    )


@lru_cache(maxsize=8)
def token_signer(key: str | bytes) -> LastingSigner:
    """Return what signs the tokens of forms."""
    return LastingSigner(key, salt=TOKEN_SALT)


def form_token() -> str:
    """Return the token without which nothing is taken from the visitor's browser.

    It is what Flask-WTF makes, which gives the session what is signed where it has none yet.
    """
    held, key = session.get(TOKEN), current_app.secret_key
    if not held or not key:
        return str(generate_csrf())
    return token_signer(key).sign(signed_part(held)).decode()


@lru_cache(maxsize=KNOWN_MOST)
def signed_part(held: str) -> bytes:
    """Return what of the session is signed, as a token has it."""
    return base64_encode(json.dumps(held))


def is_own_token(token: str) -> bool:
    """Say whether a token is of this session, and young enough."""
    held, key = session.get(TOKEN), current_app.secret_key
    if not held or not key:
        return False
    try:
        said = token_signer(key).unsign(token, max_age=current_app.config["WTF_CSRF_TIME_LIMIT"])
    except BadSignature:  # or it is too old
        return False
    return hmac.compare_digest(said, signed_part(held))


class TokenCheck(CSRFProtect):  # type: ignore[misc]
    """The library's check of what is sent, with a signer that is there already.

    What it does not know for good the library looks at, and refuses in its own words. It asks for
    no referrer, as the settings ask for none.
    """

    def protect(self, apply_exemptions: bool = False) -> None:
        """Take what is sent with the token of its session, or refuse it."""
        asked = request_ctx.request
        if asked.method not in current_app.config["WTF_CSRF_METHODS"]:
            return
        if apply_exemptions and (not asked.endpoint or self._is_exempt()):
            return
        if is_own_token(asked.form.get(TOKEN, "")):
            g.csrf_valid = True
        else:
            super().protect()
