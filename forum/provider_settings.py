"""Which OpenID Connect provider the site trusts, if any."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from .secret_key import BadSetting


def provider_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return it or raise BadSetting, quoting no secret.

    Its address is as it calls itself, letter for letter.
    """
    names = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME")
    given = {f"OIDC_{name}": environ.get(f"FORUM_OIDC_{name}", "").strip() for name in names}
    parts = urlsplit(given["OIDC_ISSUER"])
    here = parts.hostname in {"localhost", "127.0.0.1"}
    if given["OIDC_ISSUER"] and parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise BadSetting("FORUM_OIDC_ISSUER must begin with https://.")
    needed = [given[f"OIDC_{name}"] for name in names[:3]]
    if any(needed) and not all(needed):
        raise BadSetting(
            "FORUM_OIDC_ISSUER, FORUM_OIDC_CLIENT_ID and FORUM_OIDC_CLIENT_SECRET go together."
        )
    return {**given, "OIDC_NAME": given["OIDC_NAME"] or parts.hostname or ""}
