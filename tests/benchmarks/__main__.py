"""The real server, whole pages and writes, beside baselines in the same run: ``make bench``.

    python -m tests.benchmarks [--sizes 100,10000,1000000] [--databases sqlite,postgresql]
                               [--parts pages,writes,starts] [--rounds 3] [--seconds 1]
                               [--keep FOLDER] [--only WORD] [--record] [--minutes N]

Everything is asked for in turn, round after round. What counts is the processor's time a request:
times of waiting say as much of the machine as of the page. A machine that is shared may be half as
quick a minute later, so the baselines are asked for again after every few pages, and how many times
a baseline a page takes is the median, over the rounds, of pairs that were measured side by side.

``--keep`` leaves what was filled for the next run with the same sizes: the file of SQLite in the
folder, on PostgreSQL a database that is named by the sizes, such as
``circle_back_bench_100_10000_1000000``, until somebody drops it. ``--only`` chooses pages by a word
in their name, ``--record`` writes the tables of the parts measured into docs/performance.md.
``--parts evening --minutes 60`` is an hour of twenty busy people, with the memory of each process
noted thirty times.
"""

from __future__ import annotations

import os
import platform
import re
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median

from flask import Flask

from forum import create_app
from forum.db import db
from tests.benchmarks.big_data import fill
from tests.benchmarks.driving import Measured, drive
from tests.benchmarks.kept import KEPT
from tests.benchmarks.pages import HELLO, RAW, Asked, asked_pages
from tests.benchmarks.running import ROOT, Running, running
from tests.benchmarks.starts import measured_starts
from tests.benchmarks.writes import ENOUGH, measured_evening, measured_writes, wait_for_the_disk
from tests.databases import DATABASES, Database

PAGE = ROOT / "docs" / "performance.md"
BETWEEN = 4
"""Pages that are measured between two looks at the baselines."""
AIMS = (
    ("304: ", HELLO, 1.7),
    ("kept: ", HELLO, 2.0),
    ("made: essay, ", RAW, 3.0),
    ("signed in: essay, ", RAW, 1.0),
)
"""How a page's name begins, and how many times a baseline it may take at most."""
HEAD = (
    "| page | requests/s | p50 ms | p99 ms | CPU ms | × hello | × raw | KB |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
)


def main() -> None:
    """Measure what the command line asks for."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,10000,1000000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--parts", default="pages,writes,starts")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--record", action="store_true")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    for name in chosen.databases.split(","):
        with filled(name, sizes, chosen.keep) as place:
            for part in chosen.parts.split(","):
                lines = [*PARTS[part](*place, sizes, chosen), "", machine(sizes)]
                print("\n".join([f"\n## {name}: {part}\n", *lines]))
                if chosen.record:
                    record(name if part == "pages" else f"{name} {part}", lines)


def pages(app: Flask, url: str, folder: Path, sizes: list[int], chosen: Namespace) -> list[str]:
    """Measure every page that is wanted."""
    with running(url, folder) as server:
        asked = [p for p in asked_pages(app, server, sizes) if wanted(p, chosen.only)]
        found = measured(server, asked, chosen.rounds, chosen.seconds)
        lines = *table(asked, found), "", *growth(asked, found, sizes), ""
        return [*lines, *missed(asked, found), memory(server)]


def writes(app: Flask, url: str, folder: Path, sizes: list[int], chosen: Namespace) -> list[str]:
    """Measure what is written in the largest essay, and a busy evening."""
    wait_for_the_disk(app)
    with running(url, folder, **ENOUGH) as server:
        how = chosen.rounds, chosen.seconds
        return measured_writes(app, server, folder, sizes[-1], *how)


def evening(app: Flask, url: str, folder: Path, sizes: list[int], chosen: Namespace) -> list[str]:
    """Measure an evening as long as is wanted, in the largest essay."""
    wait_for_the_disk(app)
    with running(url, folder, **ENOUGH) as server:
        return measured_evening(app, server, sizes[-1], chosen.minutes)


def starts(_app: Flask, url: str, folder: Path, *_given: object) -> list[str]:
    """Measure a few cold starts."""
    return measured_starts(url, folder)


PARTS: dict[str, Callable[..., list[str]]] = {
    "pages": pages,
    "writes": writes,
    "evening": evening,
    "starts": starts,
}


def wanted(page: Asked, word: str) -> bool:
    """Say whether a page is to be measured; the baselines always are."""
    return page.is_baseline or word in page.name


@contextmanager
def filled(name: str, sizes: list[int], keep: Path | None) -> Iterator[tuple[Flask, str, Path]]:
    """Yield the application on a filled database of this kind, its address, and its folder."""
    with tempfile.TemporaryDirectory() as place:
        folder = keep or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["FORUM_INSTANCE_PATH"] = str(folder)
        with there(name, sizes, folder, keep is not None) as database:
            yield made_app(database), database.url, folder


@contextmanager
def there(name: str, sizes: list[int], folder: Path, is_kept: bool) -> Iterator[Database]:
    """Yield the database, filled in this run or in one before it."""

    def fill_it(database: Database) -> None:
        app, began = made_app(database), time.monotonic()
        fill(app, sizes)
        with app.app_context():
            db.engine.dispose()
        print(f"{sum(sizes):,} replies written in {time.monotonic() - began:.0f} s")

    if is_kept:
        yield KEPT[name](folder, sizes).whole(fill_it)
        return
    with DATABASES[name](folder) as database:
        fill_it(database)
        yield database


def made_app(database: Database) -> Flask:
    """Return the application on a database that is brought up to date."""
    settings = {"SQLALCHEMY_DATABASE_URI": database.url, "SECRET_KEY": "for benchmarks only"}
    app = create_app(settings)
    database.migrate(app)
    return app


def measured(
    server: Running, pages: list[Asked], rounds: int, seconds: float
) -> dict[str, Measured]:
    """Ask for every page in turn, as many rounds as wanted, and for the baselines in between."""
    found = {page.name: Measured() for page in pages}
    baselines = [page for page in pages if page.is_baseline]
    others = [page for page in pages if not page.is_baseline]

    def asked(wanted: list[Asked]) -> list[float]:
        for page in wanted:
            drive(server, page.path, page.sent(server), seconds, found[page.name])
        return [found[page.name].cpu[-1] for page in wanted]

    for _round in range(rounds):
        before = asked(baselines)
        for first in range(0, len(others), BETWEEN):
            few = others[first : first + BETWEEN]
            asked(few)
            after = asked(baselines)
            names = [page.name for page in baselines]
            beside = dict(zip(names, map(mean, zip(before, after, strict=True)), strict=True))
            for page in few:
                found[page.name].beside.append(beside)
            before = after
    return found


def table(pages: list[Asked], found: dict[str, Measured]) -> list[str]:
    """Return the lines of the table of all pages."""
    lines = []
    for page in pages:
        m = found[page.name]
        hello, raw = (
            ("", "") if page.is_baseline else (f"{m.times(HELLO):.1f}", f"{m.times(RAW):.2f}")
        )
        lines.append(
            f"| {page.name} | {m.requests / m.seconds:.0f} | {median(m.p50):.1f} | "
            f"{median(m.p99):.1f} | {m.milliseconds:.2f} | {hello} | {raw} | {m.size / 1024:.1f} |"
        )
    return [*HEAD, *lines]


def growth(pages: list[Asked], found: dict[str, Measured], sizes: list[int]) -> list[str]:
    """Return how many times dearer each page is on larger essays than on the smallest.

    Each is taken as many times the raw page that was measured beside it.
    """
    least, *larger = sizes
    kinds = [page.kind for page in pages if page.size == least]
    lines = [
        f"| times the CPU of {least:,} replies | {' | '.join(f'{size:,}' for size in larger)} |",
        f"|---|{'--:|' * len(larger)}",
    ]
    for kind in kinds:
        small = found[f"{kind}, {least:,}"].times(RAW)
        ratios = (found[f"{kind}, {size:,}"].times(RAW) / small for size in larger)
        lines.append(f"| {kind} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |")
    return lines if larger else []


def missed(pages: list[Asked], found: dict[str, Measured]) -> list[str]:
    """Return a line on what is dearer than it should be (``AIMS``)."""
    over = []
    for page in pages:
        aim = next((aim for aim in AIMS if page.name.startswith(aim[0])), None)
        if aim and (times := found[page.name].times(aim[1])) > aim[2]:
            over.append(f"{page.name} {times:.2f} × {aim[1]} ({aim[2]})")
    return ["Dearer than its aim: " + "; ".join(over) + "."] if over else ["All aims are met."]


def memory(server: Running) -> str:
    """Return what the processes take after all of this."""
    return f"Memory after the run, MiB a process: {', '.join(map(str, server.megabytes()))}."


def machine(sizes: list[int]) -> str:
    """Return a line about the machine and the run."""
    info = Path("/proc/cpuinfo")
    said = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    processor = said[1].strip() if said else platform.machine()
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {processor}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}; "
        f"{' and '.join(f'{size:,}' for size in sizes)} replies; client and server on one machine."
    )


def record(name: str, lines: list[str]) -> None:
    """Write a database's section of the page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _begin, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    PAGE.write_text("\n".join([before + begin, "", *lines, "", end]) + after, encoding="utf-8")


main()
