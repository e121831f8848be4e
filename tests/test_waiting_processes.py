"""The processes of one server write to SQLite in turns, and nobody waits for one that is gone."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path

import pytest

from forum.database import writers_queue
from forum.database.waiting_processes import WaitingProcesses
from forum.database.writers_queue import QueuedConnection, WritersQueue
from tests.test_writers_queue import until

pytestmark = pytest.mark.one_database

LONG = 30.0


def places(number: int) -> list[WaitingProcesses]:
    """Return the same places as each of so many processes has them."""
    shared = WaitingProcesses(number)
    found = [copy(shared) for _place in range(number)]
    for place, each in enumerate(found):
        each.settle(place)
    return found


def test_whoever_waits_hears_that_another_has_written() -> None:
    here, there = places(2)
    assert not here.ring()
    with ThreadPoolExecutor(1) as other:
        began = time.monotonic()
        heard = other.submit(there.wait, LONG)
        until(lambda: bool(here.waiting[1]))
        assert here.ring()
        heard.result()
    assert time.monotonic() - began < LONG / 2
    assert not here.ring()


def test_the_next_of_several_is_rung_for() -> None:
    first, second, third = places(3)
    first.waiting[0] = first.waiting[2] = 1
    assert second.ring()
    third.wait(LONG)
    assert second.ring()  # the first one's turn, for the third waits no longer
    first.wait(LONG)


def test_without_others_one_waits_and_rings_for_nobody() -> None:
    alone = WaitingProcesses(0)
    assert not alone.ring()
    began = time.monotonic()
    alone.wait(0.01)
    assert time.monotonic() - began >= 0.01


def connected(folder: Path, queue: WritersQueue, here: WaitingProcesses) -> QueuedConnection:
    """Return a connection to a file, as a thread of one of the processes has it."""
    found = QueuedConnection(folder / "own.sqlite", isolation_level=None, check_same_thread=False)
    found.queue, found.other_processes = queue, here
    return found


def test_where_two_processes_have_writers_they_write_in_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers_queue, "LOOK_AGAIN", LONG)
    here, there = places(2)
    queue, wrote = WritersQueue(), list[str]()
    first, next_here = (connected(tmp_path, queue, here) for _thread in range(2))
    other = connected(tmp_path, WritersQueue(), there)

    def write(connection: QueuedConnection, name: str, until_waits: int | None = None) -> None:
        connection.begin_writing()
        wrote.append(name)
        if until_waits is not None:
            until(lambda: bool(here.waiting[until_waits]))
        connection.commit()

    first.begin_writing()
    with ThreadPoolExecutor(2) as pool:
        theirs = pool.submit(write, other, "there", until_waits=0)
        until(lambda: bool(here.waiting[1]))
        ours = pool.submit(write, next_here, "here")
        until(lambda: bool(queue.waiting))
        first.commit()
        theirs.result(LONG / 2)
        ours.result(LONG / 2)
    assert wrote == ["there", "here"]


def test_a_process_that_died_while_it_waited_holds_up_nobody(tmp_path: Path) -> None:
    here, there = places(2)
    there.waiting[1] = 1
    ours, began = connected(tmp_path, WritersQueue(), here), time.monotonic()
    for _time in range(100):
        ours.begin_writing()
        ours.commit()
    assert time.monotonic() - began < LONG / 2
    there.settle(1)
    assert not here.ring()


def test_many_threads_of_two_processes_all_write(tmp_path: Path) -> None:
    written, noting = list[int](), threading.Lock()
    queues = [(WritersQueue(), here) for here in places(2)]

    def write(number: int) -> None:
        connection = connected(tmp_path, *queues[number % 2])
        for _time in range(10):
            connection.begin_writing()
            with noting:
                written.append(number)
            connection.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert sorted(written) == sorted(list(range(8)) * 10)
