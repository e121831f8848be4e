"""Words by which a name reads like the site, a role in it or an office, in both languages.

They are compared by their skeletons (``look_alikes``), so "Αdmin" and "M0derator" are among them,
and as they read where digits and signs stand for letters: "@dm1n".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby

from flask import current_app

from ..config import listed
from ..settings.current import site_name
from .look_alikes import skeleton, spelt_with_signs

ANYWHERE = """
    admin, administrator, administrateur, administratrice, administration, sysadmin, superadmin,
    webmaster, sysop, superuser, moderator, moderateur, moderatrice, moderation, facilitator,
    facilitateur, facilitatrice, équipe d’animation, staff, official, officiel, officielle,
    former member, ancien membre, ancienne membre, forum team, site team, site owner,
    équipe du forum, équipe du site, équipe de modération, help desk, helpdesk, help center,
    help centre, centre d’aide, service client, support team, customer support, tech support,
    technical support, assistance technique, security team, équipe de sécurité, trust and safety,
    community manager, community team, gestionnaire de communauté,
    minister of, ministre de, ministre du, ministre des, ministry, ministère, deputy minister,
    sous-ministre, secretary of, secrétaire d’État, prime minister, premier ministre,
    première ministre, premier of, governor of, governor general, gouverneur général,
    gouverneure générale, president of, président de, présidente de, préfet de, préfet du,
    préfète de, préfecture, mayor of, mairie, maire du, le maire de, la maire de, government,
    gouvernement, member of parliament, député de, députée de, députée du, député du, department of,
    office of the, city of, town of, ville de, municipality of, municipalité de, city hall,
    town hall, hôtel de ville, county council, city council, town council, conseil municipal,
    conseil départemental, conseil régional, conseiller municipal, conseillère municipale,
    city clerk, town clerk, clerk of the, greffier de, greffière de
"""
"""What makes a name read like an official's wherever it stands in it, as whole words."""

WHOLE = """
    forum, site, team, équipe, support, help, aide, info, contact, security, sécurité, system,
    système, root, postmaster, noreply, anonymous, anonyme, mod, modo, animateur, animatrice,
    animation, operator, mairesse, premier, greffier, greffière
"""
"""What does so only as the whole name: it may be a part of somebody's own."""

TITLES = """
    mayor, minister, ministre, deputy, senator, sénateur, sénatrice, councillor, député, députée,
    governor, gouverneur, gouverneure, préfet, préfète, commissioner, commissaire
"""
"""What does so as the whole name, or where it stands first: somebody's own stands last."""

BEFORE = "the, le, la, les, a, un, une, your, our, votre, notre, mr, ms, m, mme, madame, monsieur"
"""What may stand before a title or a role."""

THE_MAYOR = re.compile(
    r"\W*(?:m\.?|mr|monsieur|mme|madame)? ?(?:l[ea] maire$|(?:l[ea] )?maire d[e’'])"
)
"""What does so as it is typed, accents and all: Máire de Búrca and Lemaire are somebody's own."""
LONG = 7
"""From how many letters on a phrase is found within a word that it is a part of: CircleBackTeam."""


def reads_like_office(name: str) -> bool:
    """Say whether a name reads like the site, a role, an office or a body that answers."""
    site = parts(site_name())
    own = [*map(parts, current_app.config["RESERVED_NAMES"]), *map(parts, bodies()), site]
    phrases = {*skeletons(ANYWHERE), *(each for each in own if len(joined(each)) >= LONG)}
    whole = {*skeletons(WHOLE), *skeletons(TITLES), *own}
    if THE_MAYOR.match(name.casefold()):
        return True
    said = {joined(each) for each in {*phrases, *whole} if each}
    return any(reads_so(words, phrases, said) or holds(words, own) for words in readings(name))


def bodies() -> Iterable[str]:
    """Return the names of the bodies that answer, in every language."""
    names: Iterable[str] = current_app.extensions["names_of_bodies"]()
    return names


def reads_so(words: tuple[str, ...], phrases: set[tuple[str, ...]], whole: set[str]) -> bool:
    """Say whether words hold one of these phrases, or are, joined, one of those."""
    if not whole.isdisjoint(map(joined, without_beginning(words))):
        return True
    if any(len(each) > 1 and each[:1] in skeletons(TITLES) for each in without_beginning(words)):
        return True
    return any(stands_in(phrase, words) for phrase in phrases if phrase)


def holds(words: tuple[str, ...], names: Iterable[tuple[str, ...]]) -> bool:
    """Say whether words hold one of these long names, wherever the spaces are."""
    whole = joined(words)
    return any(each in whole for each in map(joined, names) if len(each) >= LONG)


def without_beginning(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words, and what is left of them behind each that may stand before a title."""
    yield words
    while words and words[:1] in skeletons(BEFORE):
        words = words[1:]
        yield words


@cache
def skeletons(words: str) -> frozenset[tuple[str, ...]]:
    """Return the skeletons of phrases."""
    return frozenset(map(parts, listed(words)))


def readings(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of a name in the ways in which it may be read.

    A sign within a word ends it or not: "admin_Ben", "Mod-erator". Letters with spaces between
    them are one word. Digits and other signs stand for letters or not.
    """
    apart = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", " ", name)  # AdminTeam
    for words in (re.split(r"[\W_]+", apart), re.split(r"[\W_]+", name), name.split()):
        yield singular(each.strip("0123456789") for each in words)
    spelt = spelt_with_signs(name).split()
    yield singular(spelt)
    yield singular(each.rstrip("0123456789") for each in spelt)


def parts(name: str) -> tuple[str, ...]:
    """Return the skeletons of the words of a name, as the plain reading has them."""
    return singular(re.split(r"[\W_]+", name))


def singular(words: Iterable[str]) -> tuple[str, ...]:
    """Return the skeletons of those words that have letters, without the s of the plural."""
    found = [letters for word in words if (letters := once(skeleton(word)))]
    together: list[str] = []
    for alone, some in groupby(found, lambda word: len(word) == 1):
        run = list(some)
        together += [once("".join(run))] if alone else run
    return tuple(word.removesuffix("s") if len(word) > 3 else word for word in together)


def once(letters: str) -> str:
    """Return a skeleton in which no letter stands twice in a row, but for l, which is i as well."""
    return re.sub(r"([^l])\1+", r"\1", letters)


def joined(words: Iterable[str]) -> str:
    """Return words without the spaces between them."""
    return once("".join(words))


def stands_in(phrase: Sequence[str], words: Sequence[str]) -> bool:
    """Say whether the words hold the phrase; a long one may be a part of one word."""
    whole = joined(phrase)
    if len(whole) >= LONG and any(whole in word for word in words):
        return True
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))
