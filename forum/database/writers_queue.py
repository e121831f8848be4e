"""SQLite's writers one at a time: in the order in which they came, and only while they write.

SQLite lets one transaction write and has the others look again after a sleep, whoever comes first
by luck. Here a thread waits its turn in a queue of the process before it begins to write, and the
turn is handed to the one that has waited longest the moment a transaction ends. A connection holds
the turn, so that it is passed on however its transaction ends: where its thread dies, by the pool,
which takes the connection back. Of each process one thread at most waits for another process, and
that one looks again at once, while SQLite would sleep for up to a tenth of a second. Processes of
one server ring for each other (``waiting_processes``), and where two have writers, they write in
turns.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

from sqlalchemy.exc import OperationalError

from .waiting_processes import WaitingProcesses

PATIENCE = 5.0
"""Seconds that a writer waits for its turn, and then as long again for other processes; after
that the answer is 503, and the visitor may retry."""

LOOK_AGAIN = 0.001
"""Seconds between two looks at whether another process has done writing."""

READS = re.compile(r"\s*(SELECT|WITH|PRAGMA|EXPLAIN)\b", re.IGNORECASE)
WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE)\b")

_here = threading.local()
_queues: dict[str, WritersQueue] = {}
_lock = threading.Lock()


class Busy(sqlite3.OperationalError):
    """Those before took too long; worded as SQLite words it, so that it is treated alike."""

    def __init__(self) -> None:
        super().__init__("database is locked: its writers took too long")


class WritersQueue:
    """Who may write now, and who waits for that: first come, first served."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_taken = False
        self.waiting: deque[threading.Lock] = deque()
        self.rang_at = 0.0
        """When whoever wrote last in this process let another process go first."""

    def enter(self, patience: float) -> None:
        """Wait for the turn to write; raise Busy after so many seconds."""
        with self.lock:
            if not self.is_taken:
                self.is_taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self.waiting.append(turn)
        if turn.acquire(timeout=patience):
            return
        with self.lock:
            if turn in self.waiting:
                self.waiting.remove(turn)
                raise Busy  # else the turn has come at the last moment

    def leave(self) -> None:
        """Hand the turn to whoever has waited longest."""
        with self.lock:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self.is_taken = False


def queue_of(file: str) -> WritersQueue:
    """Return the queue of this process for a database file; of one in memory, its own."""
    with _lock:
        return _queues.setdefault(file, WritersQueue()) if file else WritersQueue()


class QueuedConnection(sqlite3.Connection):
    """A connection that takes its turn before it writes, and passes it on when it is done."""

    queue: WritersQueue
    other_processes = WaitingProcesses(0)
    patience = PATIENCE
    is_writing = False
    written_by = 0
    """The thread that writes with it, or did last: a pool lends it to one after another."""
    changes_before = 0

    def begin_reading(self) -> None:
        """Begin a transaction that others may write beside."""
        self.execute("BEGIN")

    def begin_writing(self) -> None:
        """Begin a transaction that may write; raise Busy where the turn does not come."""
        self.queue.enter(self.patience)
        self.written_by = threading.get_ident()
        self.is_writing = True
        try:
            self.take_the_lock()
        except BaseException:
            self.pass_on()
            raise
        self.changes_before = self.total_changes
        _here.writer = ref(self)

    def take_the_lock(self) -> None:
        """Begin as the one who writes, as soon as no other process does."""
        until = time.monotonic() + self.patience
        self.execute("PRAGMA busy_timeout=0")
        try:
            if time.monotonic() - self.queue.rang_at < LOOK_AGAIN:
                self.wait_for_another_process()
            while True:
                try:
                    self.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                    if not is_busy or time.monotonic() > until:
                        raise
                    self.wait_for_another_process()
                else:
                    return
        finally:
            self.execute(f"PRAGMA busy_timeout={1_000 * PATIENCE:.0f}")

    def wait_for_another_process(self) -> None:
        """Let a moment pass, or less where another has written meanwhile."""
        self.other_processes.wait(LOOK_AGAIN)

    def write_from_now_on(self) -> None:
        """Go on in a transaction that may write, where the one at hand only reads.

        What was read in that may be older than what is read from now on, as in PostgreSQL.
        """
        if self.in_transaction and not self.is_writing:
            super().commit()
            self.begin_writing()

    def only_read_from_now_on(self) -> None:
        """Let others write, where nothing was written here yet."""
        if self.is_writing and self.total_changes == self.changes_before:
            self.commit()
            self.begin_reading()

    def pass_on(self) -> None:
        """Give up the turn, if the transaction that held it is over."""
        if self.is_writing and not self.in_transaction:
            self.is_writing = False
            if self.other_processes.ring():
                self.queue.rang_at = time.monotonic()
            self.queue.leave()

    def commit(self) -> None:
        """Commit, and let the next one write."""
        try:
            super().commit()
        finally:
            self.pass_on()

    def rollback(self) -> None:
        """Roll back, and let the next one write."""
        try:
            super().rollback()
        finally:
            self.pass_on()

    def close(self) -> None:
        """Close, which ends any transaction, and let the next one write."""
        try:
            super().close()
        finally:
            if self.is_writing:
                self.is_writing = False
                self.queue.leave()


def writer_here() -> QueuedConnection | None:
    """Return the connection with which this thread is writing, if it is."""
    reference: ref[QueuedConnection] | None = getattr(_here, "writer", None)
    found = reference() if reference else None
    is_ours = found is not None and found.written_by == threading.get_ident()
    return found if found is not None and is_ours and found.is_writing else None


def take_turn(connection: Any) -> None:
    """Let a transaction of the driver's connection write from now on, where it is one to SQLite.

    Raises SQLAlchemy's OperationalError where those before take too long.
    """
    if isinstance(connection, QueuedConnection) and not connection.is_writing:
        with busy_as_the_rest():
            connection.write_from_now_on()


@contextmanager
def busy_as_the_rest() -> Iterator[None]:
    """Raise what SQLAlchemy would, had the database itself said that it is busy."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def takes_a_lock(statement: str, context: Any) -> bool:
    """Say whether a statement changes rows, or reads them to change them (FOR UPDATE)."""
    if not READS.match(statement) or (statement.startswith("WITH") and WRITES.search(statement)):
        return True
    asked = getattr(context, "invoked_statement", None)
    return getattr(asked, "_for_update_arg", None) is not None
