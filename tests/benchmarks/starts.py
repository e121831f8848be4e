"""How long the server takes to start, and what its processes take then."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from tests.benchmarks.running import ROOT, Running, place_of

TIMES = 5
HEAD = ("| a cold start | s | CPU s | MiB a process |", "|---|--:|--:|--:|")


def measured_starts(url: str, folder: Path) -> list[str]:
    """Return the lines of a few starts: the median, and memory of the last.

    The first, which is not counted, leaves the bytecode that any later one finds.
    """
    began = [start(url, folder) for _time in range(1 + TIMES)][1:]
    waits, taken, sizes = zip(*began, strict=True)
    memory = ", ".join(map(str, sizes[-1]))
    return [*HEAD, f"| until it answers | {median(waits):.2f} | {median(taken):.2f} | {memory} |"]


def start(url: str, folder: Path) -> tuple[float, float, list[str]]:
    """Start the server and end it; return seconds until it answered, its CPU, and its memory."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    began = time.perf_counter()
    place = place_of(url, folder, port) | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    place.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "forum.serving"],
        cwd=ROOT,
        env=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Running(process, port)
    try:
        while not answers(port):
            time.sleep(0.005)
        return time.perf_counter() - began, server.seconds(), server.megabytes()
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(30)


def answers(port: int) -> bool:
    """Say whether the server at a port says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False
