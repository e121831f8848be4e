"""People who are signed in, each in a browser of their own, and what they do at the same time."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.benchmarks.running import Running
from tests.cast import Make

TOKEN = re.compile(r'name="csrf_token" [^>]*value="([^"]+)"')
BY_SCRIPT = {"Prefer": "return=representation"}
"""What a page's script sends along: it wants the part of the page that changes."""
DONE = (200, 303)


class Browser:
    """A browser: its connection, kept open, its cookies, and the token of its forms."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.is_settled = False
        """Whether it keeps the cookies that it has. What an answer has to say waits in the session
        for the next page; it would pile up with those who only write."""

    def get(self, path: str) -> int:
        """Ask for a page; return the status of the answer."""
        return self.ask("GET", path)[0]

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> int:
        """Send a form; return the status of the answer."""
        sent = urllib.parse.urlencode({"csrf_token": self.token, **fields})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, sent, {**kind, **(headers or {})})[0]

    def ask(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send a request; return the status and the page, and keep the cookies that come."""
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {"Cookie": said, **(headers or {})})
        answer = self.connection.getresponse()
        page = answer.read()
        for cookie in [] if self.is_settled else answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, page

    def take_token(self, path: str) -> None:
        """Take the token from the forms of a page."""
        found = TOKEN.search(self.ask("GET", path)[1].decode())
        if found is None:
            raise RuntimeError(f"No form on {path} has a token.")
        self.token = found[1]


def signed_in(server: Running, emails: list[str], path: str) -> list[Browser]:
    """Sign people in by the form, and take the token of their forms from a page."""
    browsers = [Browser(server.port) for _email in emails]
    for browser, email in zip(browsers, emails, strict=True):
        browser.take_token("/sign-in")
        status = browser.post("/sign-in", {"email": email, "password": Make.PASSWORD})
        if status not in DONE:
            raise RuntimeError(f"{email} was not let in: {status}.")
        browser.take_token(path)
        browser.is_settled = True
    return browsers


@dataclass
class Waits:
    """How long answers took, in milliseconds, and the statuses of those that were refused."""

    seconds: float = 0.0
    waited: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def within(self, share: float) -> float:
        """Return the milliseconds within which this share of the answers came."""
        order = sorted(self.waited)
        return order[min(int(len(order) * share), len(order) - 1)] if order else 0.0


def together(
    browsers: list[Browser],
    act: Callable[[Browser], tuple[str, int]],
    seconds: float,
    pause: float = 0.0,
) -> dict[str, Waits]:
    """Let all act again and again for so long; return how long they waited, by kind of request.

    ``act`` sends one and returns its kind and the status of the answer. Between two of them each
    pauses, ``pause`` seconds on the average.
    """
    found: dict[str, Waits] = {}
    noting = threading.Lock()
    began = time.perf_counter()

    def go_on(browser: Browser) -> None:
        while time.perf_counter() - began < seconds:
            time.sleep(random.uniform(0, 2 * pause))
            asked = time.perf_counter()
            kind, status = act(browser)
            took = 1_000 * (time.perf_counter() - asked)
            with noting:
                waits = found.setdefault(kind, Waits())
                waits.waited.append(took)
                if status not in DONE:
                    waits.refused.append(status)

    threads = [threading.Thread(target=go_on, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for waits in found.values():
        waits.seconds = time.perf_counter() - began
    return found
