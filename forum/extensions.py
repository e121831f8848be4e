"""Flask's extensions of which one is looked for only when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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

    def __missing__(self, name: str) -> Any:
        if name != "migrate":
            raise KeyError(name)
        from flask_migrate import Migrate

        Migrate(self.app, db, directory=str(self.migrations))
        return self["migrate"]
