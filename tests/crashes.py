"""A loss of power: a process of its own on the same database, which kills itself half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from forum.db import db

ROOT = Path(__file__).resolve().parent.parent


def killed(app: Flask, script: str, *arguments: Any) -> None:
    """Run a script in a process of its own, which kills itself."""
    with app.app_context():
        address = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
    said = [sys.executable, "-c", script, address, *map(str, arguments)]
    place = {**os.environ, "FORUM_INSTANCE_PATH": app.instance_path}
    done = subprocess.run(said, cwd=ROOT, env=place, capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
