"""People at their browsers, all at once: what was acknowledged to them, and what they saw wrong."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from forum.web.page_cache import STALE
from tests.benchmarks.browsers import BY_SCRIPT, DONE

PATIENCE = 30
"""Seconds that anyone waits for an answer."""
PAUSE = 0.02
"""Seconds between two things that one person does."""


PRESSED = re.compile(
    r'formaction="/replies/(\d+)/vote"[^>]* data-value="(\w+)" aria-pressed="true"'
)
"""A vote that a page shows as its visitor's own."""


@dataclass
class Answer:
    """What came back: 0 where nothing did."""

    status: int = 0
    text: str = ""
    sets_cookie: bool = False


@dataclass
class Window:
    """A browser's window at a port of this machine: a stranger's, or of someone signed in."""

    port: int
    cookie: str = ""
    token: str = ""

    def ask(
        self,
        method: str,
        path: str,
        data: dict[str, str] | None = None,
        more: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request, with ``more`` headers; a line that breaks is no answer."""
        headers = {"Cookie": f"session={self.cookie}"} if self.cookie else {}
        headers |= more or {}
        body = None
        if data is not None:
            body = urlencode({"csrf_token": self.token, **data})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, path, body, headers)
            got = line.getresponse()
            text = got.read().decode()
            return Answer(got.status, text, got.getheader("Set-Cookie") is not None)
        except (OSError, http.client.HTTPException):
            return Answer()
        finally:
            line.close()

    def post(self, path: str, **data: str) -> Answer:
        """Send a form."""
        return self.ask("POST", path, data)

    def post_by_script(self, path: str, **data: str) -> Answer:
        """Send a form as a page's script does, which wants a part of the page."""
        return self.ask("POST", path, data, BY_SCRIPT)


@dataclass
class Log:
    """What was acknowledged, what may have happened besides, and what was wrong."""

    votes: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    """Of a person and a proposal, the values that the vote may have now."""
    comments: dict[int, list[str]] = field(default_factory=dict)
    """Of a proposal, the comments that were acknowledged."""
    since: dict[str, float] = field(default_factory=dict)
    """When a comment was, by a clock that only goes forward."""
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    looked: int = 0
    """How many pages people saw that are kept for all who are signed in."""
    refused: Counter[int] = field(default_factory=Counter)
    """What was answered instead, by status; 0 is no answer at all."""
    read: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def to_be_seen(self, proposal: int) -> list[str]:
        """Return the comment that a stranger must see: the last, unless that was just now."""
        with self.lock:
            old = time.monotonic() - 2 * STALE  # as long again for a machine that is busy
            return [each for each in self.comments.get(proposal, []) if self.since[each] < old][-1:]


class Writer(threading.Thread):
    """Someone who votes, comments, and looks whether it is there."""

    def __init__(
        self, number: int, window: Window, essay: str, proposals: list[int], log: Log
    ) -> None:
        super().__init__(daemon=True)
        self.number, self.window, self.proposals, self.log = number, window, proposals, log
        self.framed = [f"/essays/{essay}", "/proposals"]
        self.stopping = threading.Event()
        self.chance = Random(number)

    def run(self) -> None:
        """Go on until stopped."""
        said = 0
        while not self.stopping.wait(PAUSE):
            proposal = self.chance.choice(self.proposals)
            drawn = self.chance.random()
            if drawn < 0.6:
                self.vote(proposal)
            elif drawn < 0.8:
                self.look()
            else:
                said += 1
                self.comment(proposal, f"Thought {said} of {self.number}.")

    def vote(self, proposal: int) -> None:
        """Vote one way or the other."""
        value = self.chance.choice(("support", "oppose"))
        send = self.chance.choice((self.window.post, self.window.post_by_script))
        answer = send(f"/replies/{proposal}/vote", value=value)
        key = (self.number, proposal)
        if answer.status in DONE:
            self.log.votes[key] = {value}
        else:
            self.log.votes.setdefault(key, {""}).add(value)
        self.note(answer)

    def look(self) -> None:
        """Look at a page that is kept for all who are signed in: it shows one's own votes."""
        path = self.chance.choice(self.framed)
        page = self.window.ask("GET", path)
        self.log.looked += page.status == 200
        if page.status == 200 and "Sign out" not in page.text:
            self.log.faults.append(
                f"{path}: {self.number} is signed in, and the page does not know"
            )
        pressed = {int(number): value for number, value in PRESSED.findall(page.text)}
        for proposal in self.proposals if page.status == 200 else ():
            values = self.log.votes.get((self.number, proposal), {""})
            if pressed.get(proposal, "") not in values:
                self.log.faults.append(f"{path}: {self.number} voted {values} on {proposal}")

    def comment(self, proposal: int, words: str) -> None:
        """Comment, and look at the page, which must show it."""
        answer = self.window.post(f"/replies/{proposal}/comment", stance="refine", body=words)
        self.note(answer)
        if answer.status != 303:
            return
        with self.log.lock:
            self.log.comments.setdefault(proposal, []).append(words)
            self.log.since[words] = time.monotonic()
        page = self.window.ask("GET", f"/replies/{proposal}")
        if page.status == 200 and words not in page.text:
            self.log.faults.append(f"{words} was acknowledged, and its author does not see it")
        if page.status == 200 and "Sign out" not in page.text:
            self.log.faults.append(f"{self.number} is signed in, and the page does not know")

    def note(self, answer: Answer) -> None:
        """Count an answer."""
        with self.log.lock:
            self.log.acknowledged += answer.status in DONE
            if answer.status not in DONE:
                self.log.refused[answer.status] += 1


class Reader(threading.Thread):
    """A stranger, who must see what was acknowledged before, and nothing that is private.

    While another makes a page anew, theirs may be as old as the cache lets it.
    """

    def __init__(self, window: Window, essay: str, proposals: list[int], log: Log) -> None:
        super().__init__(daemon=True)
        self.window, self.log, self.proposals = window, log, proposals
        self.paths = ["/", f"/essays/{essay}", "/proposals"]
        self.stopping = threading.Event()
        self.is_strict = True
        """Whether a page must hold all that was acknowledged: not while the database is away."""

    def run(self) -> None:
        """Go on until stopped."""
        chance = Random(7)
        while not self.stopping.wait(PAUSE):
            proposal = chance.choice(self.proposals)
            said = self.log.to_be_seen(proposal)
            path = chance.choice([*self.paths, f"/replies/{proposal}"])
            strict = self.is_strict
            page = self.window.ask("GET", path)
            if page.status != 200:
                continue
            self.log.read += 1
            if page.sets_cookie or "Sign out" in page.text or PRESSED.search(page.text):
                self.log.faults.append(f"{path}: a stranger got what is private")
            if path.startswith("/replies") and strict and self.is_strict:
                self.log.faults += [f"{each} is missing" for each in said if each not in page.text]


def goes_on(windows: list[Window], path: str, within: float, in_a_row: int = 20) -> float:
    """Wait until so many requests in a row are answered; return the seconds that took.

    How long the good answers take says what else the machine does, and is not judged.
    """
    began, good, statuses = time.monotonic(), 0, list[int]()
    while good < in_a_row:
        statuses.append(windows[good % len(windows)].ask("GET", path).status)
        good = good + 1 if statuses[-1] == 200 else 0
        late = not good and time.monotonic() - began > within
        assert not late, f"{path}: not well again within {within} s: {statuses}"
    return time.monotonic() - began
