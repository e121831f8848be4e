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


class LaterMigrations(click.Group):
    """``flask db``, whose commands are those of Flask-Migrate, imported once one is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of its commands."""
        return self.theirs().list_commands(context)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return one of its commands."""
        return self.theirs().get_command(context, name)

    def theirs(self) -> click.Group:
        """Return the group as its library has it."""
        return cast(click.Group, import_module("flask_migrate.cli").db)
