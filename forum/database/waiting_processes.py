"""The processes of one server, which tell each other when they have written.

SQLite tells nobody that its lock is free. So whoever waits for it here says so in memory that all
processes share, and whoever has written rings for the next of them. All of this saves time and
nothing else: SQLite decides who writes, and whoever hears nothing looks for themselves.
"""

from __future__ import annotations

import mmap
import os
import select
import time
from contextlib import suppress


class WaitingProcesses:
    """Places for a number of processes: whether each waits, and a bell for each.

    Without places there are no others, as for a command.
    """

    def __init__(self, processes: int) -> None:
        self.waiting = mmap.mmap(-1, max(1, processes))
        self.bells = [os.pipe() for _process in range(processes)]
        for end in (end for bell in self.bells for end in bell):
            os.set_blocking(end, False)
        self.place = 0

    def settle(self, place: int) -> None:
        """Take a place, in a process that was just forked."""
        self.place = place
        self.waiting[place] = 0

    def wait(self, seconds: float) -> None:
        """Wait until a neighbour rings, for so many seconds at most."""
        if not self.bells:
            time.sleep(seconds)
            return
        hearing, _ringing = self.bells[self.place]
        self.waiting[self.place] = 1
        try:
            if select.select([hearing], [], [], seconds)[0]:
                os.read(hearing, mmap.PAGESIZE)
        finally:
            self.waiting[self.place] = 0

    def ring(self) -> bool:
        """Ring for the next process that waits; say whether one does."""
        after, places = self.place + 1, range(len(self.bells))
        for place in (*places[after:], *places[: self.place]):
            if self.waiting[place]:
                with suppress(BlockingIOError):  # nobody has listened for long
                    os.write(self.bells[place][1], b".")
                return True
        return False
