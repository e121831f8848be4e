"""Words by which a name reads like the site, a role in it or an office, in both languages.

They are compared by their skeletons (``look_alikes``), so "Αdmin" and "M0derator" are among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from flask import current_app

from ..config import listed
from ..settings.current import site_name
from .look_alikes import skeleton

ANYWHERE = """
    admin, administrator, administrateur, administratrice, administration, sysadmin, webmaster,
    moderator, moderateur, moderatrice, moderation, facilitator, facilitateur, facilitatrice,
    staff, official, officiel, officielle, former member, ancien membre, ancienne membre,
    forum team, site team, équipe du forum, équipe du site, équipe de modération,
    minister of, ministre de, ministre du, ministre des, ministry, ministère, secretary of,
    secrétaire d’État, prime minister, premier ministre, première ministre, mayor of, mairie,
    maire du, le maire de, la maire de, government, gouvernement, department of, office of the,
    city of, ville de, county council, city council, conseil municipal, conseil départemental
"""
"""What makes a name read like an official's wherever it stands in it, as whole words."""

WHOLE = """
    forum, site, team, équipe, support, help, aide, info, contact, security, sécurité, system,
    système, root, postmaster, noreply, anonymous, anonyme, mayor, minister, ministre, deputy
"""
"""What does so only as the whole name: it may be a part of somebody's own."""


def reads_like_office(name: str) -> bool:
    """Say whether a name reads like the site, a role or an office."""
    site = site_name()
    own = [site] if len(site.split()) > 1 else []
    phrases = {*skeletons(ANYWHERE), *map(parts, [*own, *current_app.config["RESERVED_NAMES"]])}
    whole = {*skeletons(WHOLE), *phrases, parts(site)}
    if any("".join(each) == skeleton(name) for each in whole):
        return True
    words = parts(name)
    return any(stands_in(phrase, words) for phrase in phrases if phrase)


@cache
def skeletons(words: str) -> frozenset[tuple[str, ...]]:
    """Return the skeletons of phrases."""
    return frozenset(map(parts, listed(words)))


def parts(name: str) -> tuple[str, ...]:
    """Return the skeletons of the words of a name, without the numbers at their ends."""
    return tuple(clean(re.split(r"[^\w]|_", name)))


def clean(words: Iterable[str]) -> Iterator[str]:
    """Yield the skeletons of those words that have letters."""
    for word in words:
        if letters := skeleton(word.rstrip("0123456789")):
            yield letters


def stands_in(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Say whether the words hold the phrase."""
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))
