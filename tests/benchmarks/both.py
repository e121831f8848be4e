"""The site and, under ``/baseline``, the baselines: one server, so that nothing else differs."""

from __future__ import annotations

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from forum import create_app
from tests.benchmarks import baselines

app = DispatcherMiddleware(create_app(), {"/baseline": baselines.create_app()})
