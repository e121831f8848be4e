"""Settings from the environment, checked once at start-up.

Every setting has a default that works on one machine with nothing else installed; the table of
all of them stands in the README.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from limits import parse_many

from .catalogues import catalogue_folders, interface_languages
from .database.settings import database_settings
from .files import keep_folder_private
from .mail_and_redis import mail_url, redis_url
from .provider_settings import provider_settings
from .secret_key import BadSetting as BadSetting
from .secret_key import secret_key
from .web import limit_memory, limit_window
from .web.limit_register import LIMITS
from .words.addresses import mailbox

KEPT = (
    ("SIGN_INS", 90),
    ("NAMES", 365),
    ("DRAFTS", 365),
    ("INVITATIONS", 180),
    ("NOTICES", 365),
    ("LETTERS", 90),
    ("EXPORTS", 730),
)
"""For how many days what is kept, beside the security log, unless a setting says otherwise."""

ROOT = Path(__file__).resolve().parent.parent


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the Flask configuration for this environment; raise BadSetting with one clear line."""
    instance = Path(environ.get("FORUM_INSTANCE_PATH") or usual_instance()).resolve()
    make_folder(instance)
    catalogues = catalogue_folders(instance)
    base_url = environ.get("FORUM_BASE_URL") or f"http://127.0.0.1:{environ.get('PORT', '8000')}"
    secure = checked_base_url(base_url) == "https"
    redis = redis_url(environ.get("FORUM_REDIS_URL", "").strip())
    return {
        "INSTANCE_PATH": str(instance),
        "SECRET_KEY": secret_key(environ, instance),
        **database_settings(environ, instance, on_or_off(environ, "FORUM_DATABASE_POOLER")),
        "REDIS_URL": redis,
        "BASE_URL": base_url.rstrip("/"),
        "MAIL_URL": mail_url(environ.get("FORUM_MAIL_URL", "").strip()),
        "CONFIRM": on_or_off(environ, "FORUM_CONFIRM", bool(environ.get("FORUM_MAIL_URL"))),
        "MAIL_FROM": sender(environ.get("FORUM_MAIL_FROM", "").strip(), base_url),
        "POSTAL_ADDRESS": " ".join(environ.get("FORUM_POSTAL_ADDRESS", "").split()),
        "LETTERS_A_DAY": whole_number(environ, "FORUM_LETTERS_A_DAY", 10),
        **provider_settings(environ),
        "STAFF_SECOND_FACTOR": one_of(environ, "FORUM_STAFF_SECOND_FACTOR", "off", "on"),
        "DIGEST_HOUR": hour_of_day(environ, "FORUM_DIGEST_HOUR", 8),
        "SECURITY_CONTACT": contact(environ.get("FORUM_SECURITY_CONTACT", "").strip()),
        "FIXED": ours_in(environ),
        "RESERVED_NAMES": listed(environ.get("FORUM_RESERVED_NAMES", "")),
        "SECURITY_LOG_DAYS": whole_number(environ, "FORUM_SECURITY_LOG_DAYS", 365),
        **{
            f"{name}_DAYS": whole_number(environ, f"FORUM_{name}_DAYS", usual)
            for name, usual in KEPT
        },
        "METRICS_TOKEN": token(environ.get("FORUM_METRICS_TOKEN", "").strip()),
        "LANGUAGES": interface_languages(catalogues),
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": timezone(environ.get("FORUM_TIMEZONE", "").strip() or "UTC"),
        "BABEL_TRANSLATION_DIRECTORIES": ";".join(map(str, catalogues)),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=90),  # accounts/sign_ins.py ends them before
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": 12 * 60 * 60,
        "WTF_CSRF_SSL_STRICT": False,
        "RATELIMIT_ENABLED": environ.get("FORUM_LIMITS", "on").lower() not in {"off", "0", "no"},
        "RATELIMIT_STRATEGY": limit_window.NAME,
        "RATELIMIT_STORAGE_URI": redis or limit_memory.HERE,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(redis),
        "RATELIMIT_HEADERS_ENABLED": False,
        "RATELIMIT_FAIL_ON_FIRST_BREACH": False,
        "LIMITS": {name: how_often(environ, name) for name in LIMITS},
        "PAGE_CACHE": whole_number(environ, "FORUM_PAGE_CACHE", 16),
        "STYLE_PAGE": on_or_off(environ, "FORUM_STYLE_PAGE"),
        "MODERATORS_SHOWN": shown_or_withheld(environ, "FORUM_MODERATORS"),
        "TRUSTED_PROXIES": whole_number(environ, "FORUM_TRUSTED_PROXIES", 0),
        "EXPORT_AUTHORS": one_of(environ, "FORUM_EXPORT_AUTHORS", "shown", "withheld"),
        "PAPER": one_of(environ, "FORUM_PAPER", "letter", "a4"),
    }


def ours_in(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of our settings that the environment makes, in order."""
    given = (name for name, value in environ.items() if value.strip())
    return tuple(sorted(name for name in given if name.startswith("FORUM_")))


def listed(words: str) -> tuple[str, ...]:
    """Return the phrases of a setting in which commas stand between them."""
    return tuple(" ".join(each.split()) for each in words.split(",") if each.strip())


def usual_instance() -> Path:
    """Return where data is kept unless a setting says: in the checkout, or the working folder.

    Raises BadSetting where that would be inside an environment, which an upgrade may wipe out.
    """
    if (ROOT / "pyproject.toml").is_file():
        return ROOT / "instance"
    folder = Path.cwd().resolve() / "instance"
    inside = {ROOT} if sys.prefix == sys.base_prefix else {ROOT, Path(sys.prefix).resolve()}
    if inside & set(folder.parents):
        raise BadSetting(
            f"Data would be kept in {folder}, inside the environment. "
            "Set FORUM_INSTANCE_PATH to another folder, or work in one."
        )
    return folder


def make_folder(folder: Path) -> None:
    """Make the instance folder where it is missing, and keep it the owner's alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_folder_private(folder)
    except OSError as error:
        raise BadSetting(
            f"The instance folder {folder} cannot be made: {error.strerror}. "
            "Set FORUM_INSTANCE_PATH to a folder you can write to."
        ) from error


def checked_base_url(url: str) -> str:
    """Return the URL's scheme, or raise BadSetting unless it is a plain http(s) address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting(f"FORUM_BASE_URL must look like https://forum.example.org, not {url!r}.")
    return parts.scheme


def timezone(name: str) -> str:
    """Return the zone that the forum keeps its days by, or raise BadSetting for one unknown."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSetting(
            f"FORUM_TIMEZONE must be the name of a zone, such as America/Toronto, not {name!r}."
        ) from error


def contact(where: str) -> str:
    """Return the address for reports of flaws as security.txt writes it, or raise BadSetting."""
    if "@" in where and ":" not in where:
        where = f"mailto:{where}"
    if where and not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://[^\s/]\S*", where):
        raise BadSetting(
            "FORUM_SECURITY_CONTACT must be an email address or begin with https://, "
            f"not {where!r}."
        )
    return where


def token(word: str) -> str:
    """Return the word that opens /metrics, or nothing, or raise BadSetting without quoting it."""
    if word and (len(word) < 16 or not re.fullmatch(r"[!-~]+", word)):
        raise BadSetting("FORUM_METRICS_TOKEN must be at least 16 letters, digits and signs.")
    return word


def sender(written: str, base_url: str) -> str:
    """Return whom letters come from, or raise BadSetting unless it is a name and an address."""
    host = urlsplit(base_url).hostname or ""
    named = host if re.search("[a-z]", host) and ":" not in host else "localhost"
    written = written or f"Circle Back <no-reply@{named}>"
    try:
        return str(mailbox(written))
    except ValueError as error:
        raise BadSetting(
            f"FORUM_MAIL_FROM must look like Circle Back <no-reply@example.org>, not {written!r}."
        ) from error


def shown_or_withheld(environ: Mapping[str, str], name: str) -> bool:
    """Return whether a setting says shown, as it does by default, or raise BadSetting."""
    return one_of(environ, name, "shown", "withheld") == "shown"


def on_or_off(environ: Mapping[str, str], name: str, default: bool = False) -> bool:
    """Return whether a setting is on, which by default it is not, or raise BadSetting."""
    return one_of(environ, name, *(("on", "off") if default else ("off", "on"))) == "on"


def whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    """Return a setting that counts something, or raise BadSetting."""
    text = environ.get(name, "").strip() or str(default)
    if not text.isdigit():
        raise BadSetting(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def hour_of_day(environ: Mapping[str, str], name: str, default: int) -> int:
    """Return a setting that is an hour from 0 to 23, or raise BadSetting."""
    hour = whole_number(environ, name, default)
    if hour > 23:
        raise BadSetting(f"{name} must be an hour from 0 to 23, not {hour}.")
    return hour


def how_often(environ: Mapping[str, str], name: str) -> str:
    """Return how often a thing may be done, such as 20 per hour, or raise BadSetting."""
    setting = f"FORUM_LIMIT_{name.upper()}"
    often = environ.get(setting, "").strip() or LIMITS[name].often
    try:
        parse_many(often)
    except ValueError as error:
        raise BadSetting(f"{setting} must look like 20 per hour, not {often!r}.") from error
    return often


def one_of(environ: Mapping[str, str], name: str, default: str, *others: str) -> str:
    """Return a setting that is one of these words, or raise BadSetting."""
    word = environ.get(name, "").strip().lower() or default
    if word not in {default, *others}:
        raise BadSetting(f"{name} must be {' or '.join((default, *others))}, not {word!r}.")
    return word
