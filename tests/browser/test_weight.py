"""An essay with twenty cards is light to fetch, and nothing in it jumps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from forum.essays.models import Essay
from tests.browser.weighing import weigh
from tests.cast import Make

Window = Callable[..., Page]

MOST = 60 * 1024  # bytes over the wire, heads included
SHIFT = 0.1  # what web.dev calls good

BODY = "\n\n".join(
    f"## Part {n}\n\n" + "Someone waits, and nobody answers for it. " * 40 for n in range(6)
)


def long_essay(make: Make) -> Essay:
    """Make an essay of some 1,700 words under which stand twenty proposals, each different."""
    essay = make.essay(body=BODY, summary="Who waits, and who answers for it.")
    for n in range(20):
        make.proposal(
            essay, lever=("policy", "regulatory", "market")[n % 3], support=n % 3, oppose=n % 2,
            body=f"Number {n}: " + f"office {n} says how long people wait. " * (7 + n % 5),
        )  # fmt: skip
    return essay


@pytest.mark.parametrize("role", ["", "reader"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_first_visit_is_light_and_still(
    make: Make, window: Window, role: str, width: int
) -> None:
    page = window(make.user(role=role) if role else None, viewport={"width": width, "height": 800})
    weight = weigh(page, f"/essays/{long_essay(make).slug}")
    assert page.locator(".card").count() == 20
    assert 5_000 < weight.total < MOST, weight
    assert weight.cls < SHIFT
