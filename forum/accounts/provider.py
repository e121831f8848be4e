"""The OpenID Connect provider that the site trusts, if any: asking it who somebody is.

The code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636). What the provider can
do is asked of it each time, so that a change of its keys or addresses takes effect at once. The
libraries that ask are imported then: they take 16 MB, and most sites have no provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app

from ..db import now
from ..words.addresses import check_address
from .models import EMAIL_LENGTH

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

PATIENCE = 5
"""Seconds that the provider may take for one answer."""
LEEWAY = 60
"""Seconds by which the clocks of site and provider may differ."""
SCOPE = "openid email profile"
SUBJECT_LENGTH = 255
"""Characters that a provider's name for somebody may have, by the standard."""
STUMBLES = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading raises where an answer has another shape than it should."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""How a provider may sign: never with a secret that both know, and never not at all."""


class ProviderAway(Exception):
    """The provider does not answer, or not as a provider does."""


class ProviderRefused(Exception):
    """The provider says no, or something that cannot be believed; the argument says what."""


@dataclass(frozen=True)
class ProviderClaims:
    """What the provider says of somebody: its own name for them, which never changes, and more."""

    issuer: str
    subject: str
    email: str
    is_verified: bool
    name: str


@dataclass(frozen=True)
class ProviderSecrets:
    """What ties the answer of a provider to the question that one browser asked."""

    state: str
    nonce: str
    verifier: str


def has_provider() -> bool:
    """Say whether the site trusts a provider."""
    return bool(current_app.config["OIDC_ISSUER"])


def provider_name() -> str:
    """Return what the provider is called on pages."""
    return str(current_app.config["OIDC_NAME"])


def return_address() -> str:
    """Return where the provider sends people back to, as it has to be told beforehand."""
    return f"{current_app.config['BASE_URL']}/sign-in/provider/return"


@contextmanager
def asking() -> Iterator[OAuth2Session]:
    """Give what asks the provider; raise ProviderAway where it does not answer as one does."""
    import requests
    from authlib.integrations.requests_client import OAuth2Session

    config = current_app.config
    session = OAuth2Session(
        config["OIDC_CLIENT_ID"],
        config["OIDC_CLIENT_SECRET"],
        scope=SCOPE,
        redirect_uri=return_address(),
        code_challenge_method="S256",
    )
    try:
        with session:
            yield session
    except (requests.RequestException, *STUMBLES) as error:
        raise ProviderAway(type(error).__name__) from error


def read(session: OAuth2Session, address: str) -> dict[str, Any]:
    """Return what the provider publishes at an address."""
    answer = session.get(address, withhold_token=True, timeout=PATIENCE)
    answer.raise_for_status()
    return dict(answer.json())


def discovered(session: OAuth2Session) -> dict[str, Any]:
    """Return what the provider says of itself; raise ProviderRefused where it is another one."""
    issuer = current_app.config["OIDC_ISSUER"]
    known = read(session, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if known["issuer"] != issuer:
        raise ProviderRefused("issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_address(known[name], issuer):
            raise ProviderRefused(name)
    return known


def is_address(said: Any, issuer: str) -> bool:
    """Say whether this is an address to go to, no less safe than the issuer's own."""
    if not isinstance(said, str) or not said.isprintable() or " " in said:
        return False
    parts = urlsplit(said)
    return parts.scheme in {"https", urlsplit(issuer).scheme} and bool(parts.hostname)


def address_to_go(secrets: ProviderSecrets) -> str:
    """Return the provider's page on which somebody says who they are."""
    with asking() as session:
        address, _state = session.create_authorization_url(
            discovered(session)["authorization_endpoint"],
            state=secrets.state,
            nonce=secrets.nonce,
            code_verifier=secrets.verifier,
        )
    return str(address)


def claims_with(code: str, secrets: ProviderSecrets) -> ProviderClaims:
    """Return what the provider says of whoever came back with this code.

    Raises ProviderAway, or ProviderRefused where it cannot be believed.
    """
    from authlib.common.errors import AuthlibBaseError
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    with asking() as session:
        known = discovered(session)
        try:
            token = session.fetch_token(
                known["token_endpoint"], code=code, code_verifier=secrets.verifier, timeout=PATIENCE
            )
            keys = KeySet.import_key_set(read(session, known["jwks_uri"]))  # type: ignore[arg-type]
            claims = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS).claims
            check(claims, secrets.nonce)
        except (AuthlibBaseError, JoseError) as error:
            raise ProviderRefused(getattr(error, "error", type(error).__name__)) from error
    return ProviderClaims(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=address_in(claims),
        is_verified=claims.get("email_verified") is True,
        name=str(claims.get("name") or ""),
    )


def address_in(claims: dict[str, Any]) -> str:
    """Return the address that the provider says, where it is one that can be kept."""
    said = str(claims.get("email") or "").strip()
    try:
        check_address(said)
    except ValueError:
        return ""
    return said if len(said) <= EMAIL_LENGTH else ""


def check(claims: dict[str, Any], nonce: str) -> None:
    """Raise a JoseError or ProviderRefused where a token is not for this site and question."""
    from joserfc import jwt

    client = current_app.config["OIDC_CLIENT_ID"]
    rules = jwt.JWTClaimsRegistry(
        now=int(now().timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": current_app.config["OIDC_ISSUER"]},
        sub={"essential": True},
        aud={"essential": True, "value": client},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    rules.validate(claims)
    subject = claims["sub"]
    is_name = isinstance(subject, str) and subject.isprintable()
    if not is_name or not 0 < len(subject) <= SUBJECT_LENGTH:
        raise ProviderRefused("sub")
    if claims.get("azp", client) != client:
        raise ProviderRefused("azp")
