"""The real server, whole pages and writes, beside baselines in the same run: ``make bench``.

    python -m tests.benchmarks [--sizes 100,10000,1000000] [--databases sqlite,postgresql]
                               [--parts pages,writes,starts] [--rounds 3] [--seconds 1]
                               [--keep FOLDER] [--only WORD] [--record]

Everything is asked for in turn, round after round, so that whatever else the machine does falls on
all alike. What counts is the processor's time a request, of the quietest round: times of waiting
say as much of the machine as of the page. ``--keep`` leaves what was filled for the next run with
the same sizes: the file of SQLite in the folder, on PostgreSQL a database that is named by the
sizes, such as ``circle_back_bench_100_10000_1000000``, until somebody drops it. ``--only`` chooses
pages by a word in their name, ``--record`` writes the tables of the parts measured into
docs/performance.md.
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
from statistics import median

from flask import Flask

from forum import create_app
from forum.db import db
from tests.benchmarks.big_data import fill
from tests.benchmarks.driving import Measured, drive
from tests.benchmarks.kept import KEPT
from tests.benchmarks.pages import Asked, asked_pages
from tests.benchmarks.running import ROOT, Running, running
from tests.benchmarks.starts import measured_starts
from tests.benchmarks.writes import ENOUGH, measured_writes, wait_for_the_disk
from tests.databases import DATABASES, Database

PAGE = ROOT / "docs" / "performance.md"
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
        return [*table(asked, found), "", *growth(asked, found, sizes), "", memory(server)]


def writes(app: Flask, url: str, folder: Path, sizes: list[int], chosen: Namespace) -> list[str]:
    """Measure what is written in the largest essay, and a busy evening."""
    wait_for_the_disk(app)
    with running(url, folder, **ENOUGH) as server:
        how = chosen.rounds, chosen.seconds
        return measured_writes(app, server, folder, sizes[-1], *how)


def starts(_app: Flask, url: str, folder: Path, *_given: object) -> list[str]:
    """Measure a few cold starts."""
    return measured_starts(url, folder)


PARTS: dict[str, Callable[..., list[str]]] = {"pages": pages, "writes": writes, "starts": starts}


def wanted(page: Asked, word: str) -> bool:
    """Say whether a page is to be measured; the baselines always are."""
    return page.size is None or word in page.name


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
    """Ask for every page in turn, as many rounds as wanted."""
    found = {page.name: Measured() for page in pages}
    for _round in range(rounds):
        for page in pages:
            drive(server, page.path, page.sent(server), seconds, found[page.name])
    return found


def table(pages: list[Asked], found: dict[str, Measured]) -> list[str]:
    """Return the lines of the table of all pages."""
    hello, raw = found["hello world"].milliseconds, found["raw SQL + Jinja"].milliseconds
    return [
        *HEAD,
        *(
            f"| {page.name} | {m.requests / m.seconds:.0f} | {median(m.p50):.1f} | "
            f"{median(m.p99):.1f} | {m.milliseconds:.2f} | {m.milliseconds / hello:.1f} | "
            f"{m.milliseconds / raw:.2f} | {m.size / 1024:.1f} |"
            for page in pages
            for m in (found[page.name],)
        ),
    ]


def growth(pages: list[Asked], found: dict[str, Measured], sizes: list[int]) -> list[str]:
    """Return how many times dearer each page is on the largest essay than on the smallest."""
    least, most = sizes[0], sizes[-1]
    kinds = [page.kind for page in pages if page.size == most]
    lines = [f"| CPU a request, {most:,} replies against {least:,} | × |", "|---|--:|"]
    for kind in kinds:
        small, large = (found.get(f"{kind}, {size:,}") for size in (least, most))
        if small and large:
            lines.append(f"| {kind} | {large.milliseconds / small.milliseconds:.2f} |")
    return lines


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
