"""An essay with twenty cards is light to fetch, and nothing in it jumps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml
from playwright.sync_api import Page

from forum.demo.loading import HERE
from forum.essays.models import Essay
from tests.browser.weighing import weigh
from tests.cast import Make

pytestmark = pytest.mark.long

Window = Callable[..., Page]

MOST = 60 * 1024  # bytes over the wire, heads included
SHIFT = 0.1  # what web.dev calls good


def long_essay(make: Make) -> Essay:
    """Make an essay of some 900 words with twenty proposals, in words that people would write.

    They are those of the demo: words made up by repetition would compress as no words of people do.
    """
    source = (HERE / "essays" / "the-price-of-asking-twice.md").read_text(encoding="utf-8")
    replies = [
        reply
        for file in sorted((HERE / "replies").glob("*.yaml"))
        for reply in yaml.safe_load(file.read_text(encoding="utf-8"))["proposals"]
    ]
    essay = make.essay(body=source.split("---", 2)[2], summary="Who waits, and who answers for it.")
    tags = ("title", "body", "lever", "jurisdiction", "ambition", "trade_off")
    for n, reply in enumerate(replies[:20]):
        words = {tag: reply[tag] for tag in tags if tag in reply}
        make.proposal(essay, support=n % 3, oppose=n % 2, **words)
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
