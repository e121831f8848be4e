"""What a page weighs and how it settles, as Chromium sees it: bytes, the largest paint, shifts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

WATCH = """
window.seen = { lcp: 0, cls: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.seen.lcp = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.cls += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True)
class Weight:
    """One visit: bytes over the wire by kind, milliseconds to the largest paint, shifts (CLS)."""

    bytes: dict[str, int]
    lcp: float
    cls: float

    @property
    def total(self) -> int:
        """All bytes over the wire, heads of answers included."""
        return sum(self.bytes.values())


def weigh(page: Page, path: str) -> Weight:
    """Visit a page for the first time, with an empty cache, and read it to its end."""
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def begun(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def done(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        sizes[kind] = sizes.get(kind, 0) + int(event["encodedDataLength"])

    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    wire.on("Network.responseReceived", begun)
    wire.on("Network.loadingFinished", done)
    page.add_init_script(WATCH)
    page.goto(path, wait_until="networkidle")
    for _ in range(12):
        page.mouse.wheel(0, 800)
        page.wait_for_timeout(40)
    seen = page.evaluate("window.seen")
    return Weight(sizes, float(seen["lcp"]), float(seen["cls"]))
