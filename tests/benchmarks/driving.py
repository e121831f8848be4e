"""Asking a server for one page again and again: by wrk where it is found, else by our own loop.

One asks at a time: of several, the same page takes now half as much again, and now not.
"""

from __future__ import annotations

import http.client
import re
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass, field
from shutil import which
from statistics import median

from tests.benchmarks.running import Running

SLOW, FEWEST = 0.3, 3
"""Seconds from which on a page is asked for in turn, and how often at least."""
UNITS = {"us": 0.001, "ms": 1.0, "s": 1_000.0}


@dataclass
class Measured:
    """What was measured of a page: requests, seconds, milliseconds of waiting, bytes."""

    requests: int = 0
    seconds: float = 0.0
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of the server's processor a request, of each round."""
    beside: list[dict[str, float]] = field(default_factory=list)
    """What the baselines took at the time, of each round, by name."""
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def milliseconds(self) -> float:
        """Return the processor time of a request: of the quietest round."""
        return min(self.cpu)

    def times(self, baseline: str) -> float:
        """Return how many times a baseline this takes: the median of the rounds, each paired."""
        pairs = zip(self.cpu, self.beside, strict=True)
        return median(took / baselines[baseline] for took, baselines in pairs)


def drive(
    server: Running, path: str, headers: dict[str, str], seconds: float, kept: Measured
) -> None:
    """Ask for a page for so long, and add what it took; fail where it is refused."""
    began = time.perf_counter()
    kept.size = once(server, path, headers)
    is_slow = time.perf_counter() - began > SLOW
    asking = by_wrk if which("wrk") and not is_slow else in_turn
    rest(server)
    before = server.seconds()
    requests, took, waited = asking(server, path, headers, seconds)
    kept.cpu.append(1_000 * (server.seconds() - before) / max(requests, 1))
    kept.requests += requests
    kept.seconds += took
    kept.p50.append(waited[0])
    kept.p99.append(waited[1])


def rest(server: Running) -> None:
    """Wait until the server has done what nobody waits for any more."""
    taken = -1.0
    while taken != (taken := server.seconds()):
        time.sleep(0.1)


def in_turn(
    server: Running, path: str, headers: dict[str, str], seconds: float
) -> tuple[int, float, tuple[float, float]]:
    """Ask again and again on one connection, a few times at least; return the same as by wrk."""
    waits: list[float] = []
    began = time.perf_counter()
    with closing(connected(server)) as connection:
        while len(waits) < FEWEST or time.perf_counter() - began < seconds:
            asked = time.perf_counter()
            answered(connection, path, headers)
            waits.append(1_000 * (time.perf_counter() - asked))
    waits.sort()
    took = time.perf_counter() - began
    return len(waits), took, (waits[len(waits) // 2], waits[int(len(waits) * 0.99)])


def once(server: Running, path: str, headers: dict[str, str]) -> int:
    """Ask for a page once; return its bytes."""
    with closing(connected(server)) as connection:
        return answered(connection, path, headers)


def connected(server: Running) -> http.client.HTTPConnection:
    """Return a connection to the server."""
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)


def answered(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> int:
    """Ask for a page; return its bytes, and fail where it is refused."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    size = len(answer.read())
    if answer.status not in (200, 304):
        raise RuntimeError(f"{path} was answered with {answer.status}.")
    return size


def by_wrk(
    server: Running, path: str, headers: dict[str, str], seconds: float
) -> tuple[int, float, tuple[float, float]]:
    """Ask by wrk; return how many were answered, in which time, and p50 and p99 in milliseconds."""
    said = [f"-H{name}: {value}" for name, value in headers.items()]
    command = ["wrk", "-t1", "-c1", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
    done = subprocess.run(
        [*command, "--latency", *said, server.address + path],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in done:
        raise RuntimeError(f"{path} was refused:\n{done}")
    total = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m)", done)
    if total is None:
        raise RuntimeError(done)
    waits = [re.search(rf"{share}%\s+([\d.]+)(us|ms|s)", done) for share in (50, 99)]
    found = [float(wait[1]) * UNITS[wait[2]] if wait else 0.0 for wait in waits]
    return int(total[1]), float(total[2]), (found[0], found[1])
