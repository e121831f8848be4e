"""People at their browsers, all at once: what was acknowledged to them, and what they saw wrong."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

PATIENCE = 10
"""Seconds that anyone waits for an answer."""
PAUSE = 0.02
"""Seconds between two things that one person does."""


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

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
        """Send a request; a line that breaks is no answer."""
        headers = {"Cookie": f"session={self.cookie}"} if self.cookie else {}
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


@dataclass
class Log:
    """What was acknowledged, what may have happened besides, and what was wrong."""

    votes: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    """Of a person and a proposal, the values that the vote may have now."""
    comments: dict[int, list[str]] = field(default_factory=dict)
    """Of a proposal, the comments that were acknowledged."""
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    refused: int = 0
    read: int = 0
    lock: Any = field(default_factory=threading.Lock)


class Writer(threading.Thread):
    """Someone who votes, comments, and looks whether it is there."""

    def __init__(self, number: int, window: Window, proposals: list[int], log: Log) -> None:
        super().__init__(daemon=True)
        self.number, self.window, self.proposals, self.log = number, window, proposals, log
        self.stopping = threading.Event()
        self.chance = Random(number)

    def run(self) -> None:
        """Go on until stopped."""
        said = 0
        while not self.stopping.wait(PAUSE):
            proposal = self.chance.choice(self.proposals)
            if self.chance.random() < 0.7:
                self.vote(proposal)
            else:
                said += 1
                self.comment(proposal, f"Thought {said} of {self.number}.")

    def vote(self, proposal: int) -> None:
        """Vote one way or the other."""
        value = self.chance.choice(("support", "oppose"))
        answer = self.window.post(f"/replies/{proposal}/vote", value=value)
        key = (self.number, proposal)
        if answer.status == 303:
            self.log.votes[key] = {value}
        else:
            self.log.votes.setdefault(key, {""}).add(value)
        self.note(answer)

    def comment(self, proposal: int, words: str) -> None:
        """Comment, and look at the page, which must show it."""
        answer = self.window.post(f"/replies/{proposal}/comment", stance="refine", body=words)
        self.note(answer)
        if answer.status != 303:
            return
        with self.log.lock:
            self.log.comments.setdefault(proposal, []).append(words)
        page = self.window.ask("GET", f"/replies/{proposal}")
        if page.status == 200 and words not in page.text:
            self.log.faults.append(f"{words} was acknowledged, and its author does not see it")
        if page.status == 200 and "Sign out" not in page.text:
            self.log.faults.append(f"{self.number} is signed in, and the page does not know")

    def note(self, answer: Answer) -> None:
        """Count an answer."""
        with self.log.lock:
            self.log.acknowledged += answer.status == 303
            self.log.refused += answer.status != 303


class Reader(threading.Thread):
    """A stranger, who must see what was acknowledged before, and nothing that is private."""

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
            with self.log.lock:
                said = list(self.log.comments.get(proposal, []))[-1:]
            path = chance.choice([*self.paths, f"/replies/{proposal}"])
            strict = self.is_strict
            page = self.window.ask("GET", path)
            if page.status != 200:
                continue
            self.log.read += 1
            if page.sets_cookie or "Sign out" in page.text:
                self.log.faults.append(f"{path}: a stranger got what is private")
            if path.startswith("/replies") and strict and self.is_strict:
                self.log.faults += [f"{each} is missing" for each in said if each not in page.text]


def goes_on(windows: list[Window], path: str, within: float, in_a_row: int = 20) -> float:
    """Wait until so many requests in a row are answered; return the seconds that took."""
    began, good = time.monotonic(), 0
    while good < in_a_row:
        assert time.monotonic() - began < within, f"{path}: not well again within {within} s"
        window = windows[good % len(windows)]
        good = good + 1 if window.ask("GET", path).status == 200 else 0
    return time.monotonic() - began
