"""What the essay page weighs and how soon it stands still; recorded in docs/performance.md.

The heaviest list there is: an essay of some 900 words and twenty cards, on a first visit.
"""

from __future__ import annotations

import gzip
import os
import platform
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.conftest import browser, pytest_generate_tests, site, window  # noqa: F401
from tests.browser.test_weight import long_essay
from tests.browser.weighing import Weight, weigh
from tests.cast import Make

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- pages: begin -->", "<!-- pages: end -->"
TIMES = 5
PHONE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
"""A slow mobile network, as Lighthouse takes it: milliseconds, and bytes a second."""

Window = Callable[..., Page]


def slowed(page: Page) -> Page:
    """Make the window that of a phone: four times slower, on a slow mobile network."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", PHONE)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return page


def row(name: str, found: list[Weight]) -> str:
    """Return a line of the table: the median of some visits."""
    parts = [
        round(median(weight.bytes.get(kind, 0) for weight in found))
        for kind in ("Document", "Stylesheet", "Script")
    ]
    total = round(median(weight.total for weight in found))
    other = total - sum(parts)
    lcp, cls = median(weight.lcp for weight in found), max(weight.cls for weight in found)
    sizes = " | ".join(f"{size / 1024:.1f}" for size in (*parts, other, total))
    return f"| {name} | {sizes} | {lcp:.0f} | {cls:.3f} |"


def processor() -> str:
    """Return what the machine says of its processor."""
    try:
        said = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    found = re.search(r"model name\s*:\s*(.+)", said)
    return found[1].strip() if found else platform.machine()


def test_the_essay_page(
    app: Flask,
    make: Make,
    browser: Browser,  # noqa: F811 - the fixture
    window: Window,  # noqa: F811 - the fixture
) -> None:
    path = f"/essays/{long_essay(make).slug}"
    desk, phone = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
    ben = make.user("Ben")
    visits: tuple[tuple[str, Callable[[], Page]], ...] = (
        ("stranger, wide", lambda: window(viewport=desk)),
        ("stranger, phone*", lambda: slowed(window(viewport=phone))),
        ("signed in, phone*", lambda: slowed(window(ben, viewport=phone))),
    )
    rows = [row(name, [weigh(visit(), path) for _ in range(TIMES)]) for name, visit in visits]
    page, style = app.test_client().get(path).data, str(app.config["STYLE"]).encode()
    scripts = [file.read_bytes() for file in (ROOT / "static" / "js").glob("*.js")]
    raw = [len(page), len(style), sum(map(len, scripts))]
    small = [
        len(gzip.compress(page, 5)),
        len(gzip.compress(style, 9)),
        sum(len(gzip.compress(script, 9)) for script in scripts),
    ]
    record(rows, raw, small, browser.version)


def record(rows: list[str], raw: list[int], small: list[int], chromium: str) -> None:
    """Write the section of the benchmark page."""
    names = ("the page of a stranger", "the style sheet", "all scripts there are")
    lines = [
        BEGIN,
        "",
        "## The weight of a page",
        "",
        "An essay of some 900 words with twenty proposals, those of the demo, on a first visit",
        "with an empty cache. Bytes are those over the wire with the heads of answers, in KB of",
        "1,024; LCP is the largest contentful paint in milliseconds, CLS the sum of layout shifts",
        f"while the page is read to its end. Medians of {TIMES} visits (of CLS the most).",
        "",
        "| visit | page | style | scripts | other | total | LCP | CLS |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *rows,
        "",
        "\\* 150 ms of latency, 1.6 Mbit/s, the processor four times slowed down.",
        "",
        "| what | as it is | compressed |",
        "|---|--:|--:|",
        *(
            f"| {name} | {one / 1024:.1f} KB | {other / 1024:.1f} KB |"
            for name, one, other in zip(names, raw, small, strict=True)
        ),
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} cores "
        f"(load {os.getloadavg()[0]:.1f}), "
        f"Python {platform.python_version()},",
        f"Chromium {chromium}, SQLite, the server and the browser on the same machine.",
        "",
        END,
    ]
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Performance\n"
    before, _begin, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(
        f"{before.rstrip()}\n\n{chr(10).join(lines)}\n{after.lstrip()}", encoding="utf-8"
    )
