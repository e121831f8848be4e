"""``python -m forum.serving``: the site by Waitress, in as many processes as WEB_CONCURRENCY says.

Waitress reads a request whole before it takes a thread, so that those who send slowly, or never
finish, keep nobody waiting (docs/performance.md tells how the others did). It is one process; here
one that holds the socket starts several, and another in the place of each that ends.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from . import create_app
from .config import BadSetting, whole_number
from .database.waiting_processes import WaitingProcesses
from .database.writers_queue import QueuedConnection

THREADS = 4
"""Requests that one process works on at a time."""
CONNECTIONS = 1_000
"""Connections that one process keeps; a half-sent request takes one and nothing else."""
SILENCE = 60
"""Seconds after which a connection that says nothing is closed."""
LARGEST = 16 * 1024 * 1024
"""Bytes of what may be sent; the application refuses less than that, with a page."""
BACKLOG = 1_024
HAND_OVER = 0.0005
"""Seconds after which a thread that calculates lets another go on: whoever has the database's one
write lock needs the interpreter again after every statement, and all other writers wait for it."""


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""What mallopt(3) calls bytes free at a heap's end, bytes of a block of its own, and heaps."""
LARGE = 1024 * 1024
"""Bytes from which a block is asked of the system and given back: a page of 100 KB, made of larger
and larger pieces, would ask for each of them, and the system clear it first."""
MEMORY = {M_ARENA_MAX: 1, M_MMAP_THRESHOLD: LARGE, M_TRIM_THRESHOLD: LARGE}


class Stopped(SystemExit):
    """The server is asked to stop: nobody takes it for an error of the request at hand."""


def stop(_signal: int, _frame: FrameType | None) -> None:
    """End whatever is being waited for."""
    raise Stopped


class KeptOpenTask(WSGITask):  # type: ignore[misc]
    """What answers a request.

    Waitress closes the connection after "not modified" (304), for that tells no length. It has no
    body either, so its end is plain, and the connection stays open.
    """

    def set_close_on_finish(self) -> None:
        """Close the connection in the end, where there is a reason to."""
        wanted = self.request.headers.get("CONNECTION", "").lower()
        if self.has_body or self.version == "1.0" or wanted == "close":
            super().set_close_on_finish()


class KeptOpenChannel(HTTPChannel):  # type: ignore[misc]
    """The connection of a visitor."""

    task_class = KeptOpenTask


def listening(host: str, port: int) -> socket.socket:
    """Return the socket that all processes take connections from."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((host, port))
    found.listen(BACKLOG)
    return found


def serve(app: Any, door: socket.socket) -> None:
    """Answer what comes in by the socket until this process is stopped."""
    server = create_server(
        app,
        sockets=[door],
        threads=THREADS,
        ident=None,
        connection_limit=CONNECTIONS,
        channel_timeout=SILENCE,
        max_request_body_size=LARGEST,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=False,  # FORUM_TRUSTED_PROXIES says whom to believe
    )
    server.channel_class = KeptOpenChannel
    with suppress(Stopped):
        server.run()
    server.close()


def started(app: Any, door: socket.socket, place: int) -> int:
    """Start a process that serves, at its place among its neighbours; return its number."""
    number = os.fork()
    if number:
        return number
    try:
        QueuedConnection.other_processes.settle(place)
        serve(app, door)
    except Stopped:
        pass
    finally:
        sys.stderr.flush()
        os._exit(0)


def watch(app: Any, door: socket.socket, processes: int) -> None:
    """Keep so many processes serving until this one is stopped, and stop them with it."""
    QueuedConnection.other_processes = WaitingProcesses(processes)
    serving = {started(app, door, place): place for place in range(processes)}
    try:
        while True:
            ended, _status = os.wait()
            if (place := serving.pop(ended, None)) is not None:
                serving[started(app, door, place)] = place
    except Stopped:
        for number in serving:
            os.kill(number, signal.SIGTERM)
        for number in serving:
            os.waitpid(number, 0)


def keep_memory_low() -> None:
    """Have the C library give back what is freed, and no process look again at what never is.

    Left to itself it keeps a heap a thread, and learns to keep large blocks: 10 MB a process. A
    start leaves nothing to throw away, so nothing is looked for: that took a tenth of it.
    """
    with suppress(OSError, AttributeError):  # another C library
        library = ctypes.CDLL(None)
        for which, value in MEMORY.items():
            library.mallopt(which, value)
    gc.freeze()


def application(name: str) -> Any:
    """Return the application that module:attribute names."""
    module, _colon, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


def main() -> None:
    """Serve the site, or the application that is named, on HOST and PORT."""
    try:
        app = application(sys.argv[1]) if sys.argv[1:] else create_app()
        port = whole_number(os.environ, "PORT", 8000)
        processes = whole_number(os.environ, "WEB_CONCURRENCY", 2)
    except BadSetting as error:
        sys.exit(str(error))
    keep_memory_low()
    sys.setswitchinterval(HAND_OVER)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with listening(os.environ.get("HOST", "127.0.0.1"), port) as door:
        watch(app, door, max(1, processes))


if __name__ == "__main__":
    main()
