"""Filled databases that stay for later runs: a file in a folder, or a database of the server.

Each is filled under another name and has its own when it is whole, so one that was cut short is
begun anew and never measured.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.databases import Database, PostgresqlDatabase, SqliteDatabase, need, postgresql_url

HALF = "_half"
"""What the name of one ends with until it is whole."""

Fill = Callable[[Database], None]


@dataclass(frozen=True)
class Kept(ABC):
    """Where a kind of database keeps what was filled."""

    folder: Path
    sizes: list[int]

    def whole(self, fill: Fill) -> Database:
        """Return the database, which is made and filled where it is not there."""
        if not self.is_there():
            self.remove(HALF)
            fill(self.database(HALF))
            self.finish()
        return self.database()

    @abstractmethod
    def database(self, ending: str = "") -> Database:
        """Return the database of this name, made where it is not there."""

    @abstractmethod
    def is_there(self, ending: str = "") -> bool:
        """Say whether there is one of this name."""

    @abstractmethod
    def remove(self, ending: str) -> None:
        """Remove the one of this name, where there is one."""

    @abstractmethod
    def finish(self) -> None:
        """Give the one that was filled its own name."""


class KeptFile(Kept):
    """A file of SQLite in the folder."""

    def file(self, ending: str = "") -> Path:
        """Return where it is."""
        return self.folder / f"bench-{'-'.join(map(str, self.sizes))}{ending}.sqlite"

    def database(self, ending: str = "") -> Database:
        """Return it; SQLite makes the file."""
        return SqliteDatabase(f"sqlite:///{self.file(ending)}")

    def is_there(self, ending: str = "") -> bool:
        """Say whether the file is there."""
        return self.file(ending).exists()

    def remove(self, ending: str) -> None:
        """Remove the file and what belongs to it."""
        for file in self.folder.glob(f"{self.file(ending).name}*"):
            file.unlink()

    def finish(self) -> None:
        """Rename the file; its log was written into it when the last connection ended."""
        self.file(HALF).rename(self.file())


class KeptOnServer(Kept):
    """A database of the PostgreSQL server, named by the sizes, whatever the folder."""

    def name(self, ending: str = "") -> str:
        """Return how the server calls it."""
        return f"circle_back_bench_{'_'.join(map(str, self.sizes))}{ending}"

    @property
    def server(self) -> str:
        """The address of a server where we are a superuser."""
        return postgresql_url() or need("postgresql", "no server lets us be a superuser")

    def ask(self, statement: str) -> bool:
        """Send the server a statement; say whether a row came back."""
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            found = result.returns_rows and result.first() is not None
        engine.dispose()
        return bool(found)

    def database(self, ending: str = "") -> Database:
        """Return it, made where it is not there."""
        name = self.name(ending)
        if not self.is_there(ending):
            self.ask(f"CREATE DATABASE {name}")
        url = make_url(self.server).set(database=name)
        return PostgresqlDatabase(url.render_as_string(hide_password=False))

    def is_there(self, ending: str = "") -> bool:
        """Say whether the server has it."""
        return self.ask(f"SELECT 1 FROM pg_database WHERE datname = '{self.name(ending)}'")

    def remove(self, ending: str) -> None:
        """Drop it."""
        self.ask(f"DROP DATABASE IF EXISTS {self.name(ending)} WITH (FORCE)")

    def finish(self) -> None:
        """Rename it; it was filled with no wait for the disk, which holds from now on."""
        self.ask(f"ALTER DATABASE {self.name(HALF)} RENAME TO {self.name()}")


KEPT: dict[str, type[Kept]] = {"sqlite": KeptFile, "postgresql": KeptOnServer}
