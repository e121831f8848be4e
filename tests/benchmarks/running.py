"""The real server, started as ``make run`` does, and what the system says of its processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
SITE = "tests.benchmarks.both:app"
PATIENCE = 120
MEMORY = ("Pss", "Rss")


class Running:
    """A server at a port of this machine, and everything that it has started."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def wait(self) -> None:
        """Return once it answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.2)
        raise TimeoutError(f"The server did not answer within {PATIENCE} seconds.")

    def processes(self) -> list[int]:
        """Return the processes that serve pages: all that it started but the worker's."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, left = [], [self.process.pid]
        while left:
            each = left.pop()
            left += children.get(each, [])
            with suppress(OSError):
                if b"flask\0worker" not in Path(f"/proc/{each}/cmdline").read_bytes():
                    found.append(each)
        return found

    def seconds(self) -> float:
        """Return the processor time that those have taken so far."""
        taken = 0
        for each in self.processes():
            with suppress(OSError):
                fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
                taken += int(fields[11]) + int(fields[12])
        return taken / TICKS

    def megabytes(self) -> list[str]:
        """Return the memory of each process, that of the largest first: its share, of all it sees.

        The processes are forked from one, so most of what each sees (RSS) is there once for all;
        its share (PSS) counts that in equal parts.
        """
        sizes = []
        for each in self.processes():
            with suppress(OSError):
                said = Path(f"/proc/{each}/smaps_rollup").read_text()
                found = [re.search(rf"^{name}:\s+(\d+)", said, re.MULTILINE) for name in MEMORY]
                sizes.append(tuple(int(size[1]) // 1024 if size else 0 for size in found))
        return [f"{share} of {seen}" for share, seen in sorted(sizes, reverse=True)]


def place_of(url: str, folder: Path, port: int) -> dict[str, str]:
    """Return the environment of a server on a database, at a port."""
    return {
        **os.environ,
        "PORT": str(port),
        "FORUM_DATABASE_URL": url,
        "FORUM_INSTANCE_PATH": str(folder),
        "FORUM_SECRET_KEY": "for benchmarks only, and only there",
    }


@contextmanager
def running(url: str, folder: Path, **settings: str) -> Iterator[Running]:
    """Run the site, with the baselines beside it, on a database; end all of it at the end."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    process = subprocess.Popen(
        [ROOT / ".ci" / "serve"],
        cwd=ROOT,
        env={**place_of(url, folder, port), "APP": SITE, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = Running(process, port)
    try:
        server.wait()
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
