"""Passwords for the demo: easy to type, made anew wherever it is loaded."""

from __future__ import annotations

import secrets

WORDS = tuple(
    """
    acorn agate alder amber anvil apron arbor aspen atlas azure badge bagel banjo basil beach
    birch bison blaze bloom board bonus brass bread brick brook broom brush cabin cable camel
    canal candle canoe cargo carol cedar chalk chart cider civic clay clerk cliff clock cloud
    clover coast cobalt comet coral cotton crane creek crest crisp curio cycle daisy dance
    delta denim depot dingo dough draft drift eagle earth easel ebony echo elbow ember envoy
    fable falcon fern ferry fiber field finch fjord flame flint float flora flute foam forge
    fossil fresh frost garnet gauze ginger glade glass globe grain grape grove guide gusto
    hazel hedge heron hinge honey husky igloo inlet iris ivory jacket jade jigsaw joker
    juniper kayak kelp kettle kiosk ladder lagoon larch lemon lilac linen lotus lumber lunar
    lyric mango maple marble meadow medal mint mitten mocha mosaic moss mural nectar nickel
    north nutmeg oasis ocean olive onyx opal orbit otter oxide paddle panda paper parade
    pebble pecan piano pine pixel plaid plum polar poplar prism pulse quartz quilt radar raft
    raven reef ridge river robin rocket rowan saddle saffron sage salmon sandal satin scarf
    shale sierra silk slate sloop solar spruce squid stone straw sugar summit sunny tango teal
    thyme tidal timber topaz trail tulip tundra turnip umber valley velvet violet wagon walnut
    wharf willow wren yarrow zebra zephyr
    """.split()  # noqa: SIM905
)


def password() -> str:
    """Return four words, which nobody guesses within the limits of the sign-in page."""
    return "-".join(secrets.choice(WORDS) for _ in range(4))
