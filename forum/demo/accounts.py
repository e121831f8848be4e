"""The people of the demo; some can sign in, each with a password made here once."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from ..accounts.contacts import confirm_address
from ..accounts.grounds import VoterGround
from ..accounts.look_alikes import skeleton
from ..accounts.models import User, add_user, hashed
from ..db import db
from .passwords import password

DOMAIN = "demo.example"
FILE = "demo-accounts.txt"
READERS = 120
"""Pseudonyms who only vote."""
INTRODUCTION = "Accounts of the demo:"
FORGOTTEN = (
    f"The demo is there; its passwords stood in {FILE} in the instance folder, which is gone."
)


def address(key: str) -> str:
    """Return a person's email address, in a domain that can never exist."""
    return f"{key}@{DOMAIN}"


def add_people(people: list[dict[str, Any]], since: datetime) -> tuple[dict[str, User], str]:
    """Add the people; return them by key, and the lines that say who signs in, and how.

    The first of each role signs in, and whoever is said to, under what they are said to be.
    """
    added: dict[str, User] = {}
    lines = [INTRODUCTION]
    roles: set[str] = set()
    for person in people:
        key, role = person["key"], person["role"]
        signs_in = person.get("signs_in_as", "" if role in roles else role)
        roles.add(role)
        if signs_in:
            secret = password()
            added[key] = add_user(
                person["name"], address(key), hashed(secret), role=role, ground=VoterGround.COMMAND
            )
            confirm_address(added[key])
            lines.append(f"  {signs_in:<12} {address(key):<20} {secret}")
        else:
            added[key] = pseudonym(person["name"], f"demo:{key}")
        added[key].created_at = since + timedelta(hours=len(added))
    db.session.flush()
    return added, "\n".join(lines)


def pseudonym(name: str, source: str) -> User:
    """Add a person who cannot sign in."""
    user = User(name=name, name_skeleton=skeleton(name), ground=VoterGround.IMPORT, source=source)
    db.session.add(user)
    return user


def add_voters(since: datetime) -> list[int]:
    """Add the pseudonyms who only vote; return their ids."""
    voters = [pseudonym(f"Reader {n}", f"demo:reader:{n}") for n in range(1, READERS + 1)]
    for number, voter in enumerate(voters):
        voter.created_at = since + timedelta(hours=3 * number)
    db.session.flush()
    return [voter.id for voter in voters]


def is_loaded() -> bool:
    """Say whether the people of the demo are there."""
    sources = select(User.id).where(User.source == "demo:reader:1")
    return db.session.scalar(sources) is not None


def keep(lines: str) -> None:
    """Keep the lines in the instance folder, readable by its owner alone."""
    path = Path(current_app.instance_path) / FILE
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(lines + "\n")
    new.replace(path)


def kept() -> str:
    """Return the lines that were kept, or that they are gone."""
    try:
        return (Path(current_app.instance_path) / FILE).read_text(encoding="utf-8").rstrip()
    except OSError:
        return FORGOTTEN
