"""The jurisdictions that a site can begin with: by country, in the languages spoken there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .jurisdictions import ANY


class JurisdictionSet(NamedTuple):
    """A set: what it is called, by language, and the names of its jurisdictions, in order."""

    names: Mapping[str, str]
    listed: Mapping[str, Mapping[str, str]]


def names(english: str, french: str, **others: str) -> dict[str, str]:
    """Return a name by language."""
    return {"en": english, "fr": french, **others}


ANYONE = {ANY: names("Any government", "Tout ordre de gouvernement", ga="Aon rialtas")}
EUROPEAN = names("European Union", "Union européenne", ga="An tAontas Eorpach")

SETS: Mapping[str, JurisdictionSet] = {
    "canada": JurisdictionSet(
        names("Canada", "Canada"),
        {
            "national": names("National", "Fédéral"),
            "provincial": names("Provincial or territorial", "Provincial ou territorial"),
            "municipal": names("Municipal", "Municipal"),
            "indigenous": names("Indigenous governments", "Gouvernements autochtones"),
            **ANYONE,
        },
    ),
    "france": JurisdictionSet(
        names("France", "France"),
        {
            "national": names("The State", "État"),
            "regional": names("Region", "Région"),
            "department": names("Department", "Département"),
            "joint": names("Joint authority of communes", "Intercommunalité"),
            "municipal": names("Commune", "Commune"),
            "european": EUROPEAN,
            **ANYONE,
        },
    ),
    "ireland": JurisdictionSet(
        names("Ireland", "Irlande", ga="Éire"),
        {
            "national": names("National government", "Gouvernement national", ga="An Rialtas"),
            "regional": names("Regional assembly", "Assemblée régionale", ga="Tionól réigiúnach"),
            "county": names(
                "County or city council",
                "Conseil de comté ou de ville",
                ga="Comhairle contae nó cathrach",
            ),
            "district": names("Municipal district", "District municipal", ga="Ceantar bardasach"),
            "european": EUROPEAN,
            **ANYONE,
        },
    ),
    "uk": JurisdictionSet(
        names("United Kingdom", "Royaume-Uni"),
        {
            "national": names("UK government", "Gouvernement du Royaume-Uni"),
            "devolved": names("Devolved government", "Gouvernement décentralisé"),
            "combined": names("Combined authority", "Autorité combinée"),
            "council": names("Local council", "Conseil local"),
            "parish": names("Parish or community council", "Conseil de paroisse"),
            **ANYONE,
        },
    ),
    "eu": JurisdictionSet(
        EUROPEAN,
        {
            "european": EUROPEAN,
            "national": names("Member state", "État membre", ga="Ballstát"),
            "regional": names("Region", "Région", ga="Réigiún"),
            "municipal": names("Municipality", "Commune", ga="Bardas"),
            **ANYONE,
        },
    ),
    "plain": JurisdictionSet(
        names("Plain: national, regional, local", "Simple\u00a0: national, régional, local"),
        {
            "national": names("National", "National", ga="Náisiúnta"),
            "regional": names("Regional", "Régional", ga="Réigiúnach"),
            "local": names("Local", "Local", ga="Áitiúil"),
            **ANYONE,
        },
    ),
}
"""Every set by its name on the command line; what means the same has the same short name."""
