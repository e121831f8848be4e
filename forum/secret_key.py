"""The key that signs what browsers keep: given, or made once and kept beside the database."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path


class BadSetting(Exception):
    """A setting cannot be used; the message says which, and what to do."""


def secret_key(environ: Mapping[str, str], instance: Path) -> str:
    """Return the key that signs what browsers keep: the one given, or on SQLite one made here.

    Raises BadSetting on PostgreSQL without one. Each node would make a key of its own, and refuse
    whoever signed in by another.
    """
    given = environ.get("FORUM_SECRET_KEY", "").strip()
    if not given and environ.get("FORUM_DATABASE_URL", "").startswith("postgres"):
        raise BadSetting(
            "On PostgreSQL set FORUM_SECRET_KEY, to the same long secret on every node. Make one "
            "with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return given or kept_secret(instance / "secret-key")


def kept_secret(path: Path) -> str:
    """Return the secret kept in this file, made once and readable by the owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise BadSetting(
            f"The secret key cannot be kept in {path}: {error.strerror}. "
            "Set FORUM_SECRET_KEY or make the folder writable."
        ) from error
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    return secret
