"""The link to a rehearsal: a secret that no table knows, signed, good until another takes its place
or the rehearsal ends."""

from __future__ import annotations

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from ..db import db
from .models import Rehearsal


def signer() -> URLSafeSerializer:
    """Return what signs these links, and nothing else."""
    key, digest = current_app.config["SECRET_KEY"], {"digest_method": hashlib.sha256}
    return URLSafeSerializer(key, salt="rehearsal", signer_kwargs=digest)


def token_of(rehearsal: Rehearsal) -> str:
    """Return the token of the link that works."""
    return str(signer().dumps([rehearsal.essay_id, rehearsal.link]))


def rehearsal_by_token(token: str) -> Rehearsal | None:
    """Return the rehearsal to which a link leads; none where it does not work any more."""
    try:
        essay_id, link = signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    rehearsal = db.session.get(Rehearsal, essay_id)
    if rehearsal is None or rehearsal.link != link or rehearsal.essay.rehearsal != "live":
        return None
    return rehearsal
