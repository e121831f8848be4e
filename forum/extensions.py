"""Flask's extensions of which one is looked for only when it is needed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, cast

import click
from flask import Flask

from .db import db


class LaterExtensions(dict[str, Any]):
    """The application's extensions; the one that migrates is only there once it is asked for.

    It brings Alembic, which takes a server longer to import than all of Flask.
    """

    def __init__(self, app: Flask, migrations: Path) -> None:
        super().__init__(app.extensions)
        self.app = app
        self.migrations = migrations
        app.cli.add_command(LaterMigrations("db", help="Perform database migrations."))

    def __missing__(self, name: str) -> Any:
        if name != "migrate":
            raise KeyError(name)
        from flask_migrate import Migrate

        Migrate(self.app, db, directory=str(self.migrations))
        return self["migrate"]


class LaterMigrations(click.Command):
    """``flask db``, which is Flask-Migrate's own, imported once it is called."""

    def make_context(self, *given: Any, **named: Any) -> click.Context:
        """Go on with the library's command in place of this one."""
        theirs = cast(click.Group, import_module("flask_migrate.cli").db)
        return theirs.make_context(*given, **named)
