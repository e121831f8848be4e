"""Where the mail server and Redis are, as the environment says; no refusal quotes a password."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .secret_key import BadSetting


def mail_url(url: str) -> str:
    """Return the mail server to send by, or nothing, or raise BadSetting."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.scheme in {"smtp", "smtps"} and parts.port != 0
        sound = sound and parts.path in {"", "/"} and not parts.query + parts.fragment
        sound = sound and bool(parts.username) == bool(parts.password) and url.isprintable()
    except ValueError:
        sound = False
    if not sound or " " in url:
        raise BadSetting(
            "FORUM_MAIL_URL must look like smtp://user:password@mail.example.org:587 or "
            "smtps://…, with whatever is not a letter or digit in user and password as %XX."
        )
    return url


def redis_url(url: str) -> str:
    """Return where Redis is, or nothing, or raise BadSetting."""
    if url and not re.match(r"rediss?://[^\s/]", url):
        raise BadSetting("FORUM_REDIS_URL must look like redis://:password@redis.example.org/0.")
    return url
