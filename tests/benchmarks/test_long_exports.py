"""A long list as a file: memory above idle, time to the first byte, time in all.

Each file is fetched from a real server in a process of its own, whose memory the system measures.
``FORUM_BENCH_EXPORT`` says how many proposals there are (50,000 without it).
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import text

from forum.db import db
from tests.benchmarks.big_data import fill_essay, fill_readers
from tests.cast import Make

ROOT = Path(__file__).resolve().parents[2]
PROPOSALS = int(os.environ.get("FORUM_BENCH_EXPORT", "50000"))
WORDS = "Every office publishes how long people wait. " * 20
MOST = 60 * 1024
"""Kibibytes above idle."""

SERVER = """
import sys
from werkzeug.serving import make_server
from forum import create_app
app = create_app({"SECRET_KEY": "for tests only", "SQLALCHEMY_DATABASE_URI": sys.argv[1]})
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


class Server:
    """The application in a process of its own, with Fay at its door."""

    def __init__(self, address: str, folder: Path) -> None:
        place = {**os.environ, "FORUM_INSTANCE_PATH": str(folder)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, address],
            cwd=ROOT,
            env=place,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: str = "") -> http.client.HTTPResponse:
        """Send a request with the cookies so far."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body or None, {"Cookie": cookie, **form})
        answer = connection.getresponse()
        for said in answer.headers.get_all("Set-Cookie") or []:
            name, _sign, value = said.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return answer

    def sign_in(self, email: str, password: str) -> None:
        """Come in by the door that everyone takes."""
        page = self.send("GET", "/sign-in").read().decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        words = {"csrf_token": token[1], "email": email, "password": password}
        assert self.send("POST", "/sign-in", urlencode(words)).status == 303

    def memory(self, name: str) -> int:
        """Return a figure of the process's memory in kibibytes: VmRSS now, VmHWM the highest."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+)", status)
        assert found is not None
        return int(found[1])

    def forget_highest(self) -> None:
        """Let the highest memory begin anew."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")


@pytest.fixture
def server(app: Flask, make: Make, tmp_path: Path) -> Iterator[Server]:
    """A server on a database with very many proposals, warmed by a small export."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("Only Linux tells how much memory another process takes.")
    essay = make.essay()
    with app.app_context():
        fill_essay(essay, PROPOSALS, fill_readers())
    fay = make.user("Fay", role="facilitator")
    with app.app_context():
        db.session.execute(text("UPDATE replies SET body = :words"), {"words": WORDS})
        db.session.commit()
        address = db.engine.url.render_as_string(hide_password=False)
    running = Server(address, tmp_path)
    running.sign_in(str(fay.email), make.PASSWORD)
    for extension in ("csv", "json", "md", "xlsx"):
        running.send("GET", f"/proposals.{extension}?limit=20").read()
    yield running
    running.process.terminate()
    running.process.wait(30)


@pytest.mark.parametrize("extension", ["csv", "json", "md", "xlsx"])
def test_a_long_list_is_sent_at_flat_memory(server: Server, extension: str) -> None:
    idle = server.memory("VmRSS")
    server.forget_highest()
    began = time.perf_counter()
    answer = server.send("GET", f"/proposals.{extension}")
    size = len(answer.read(1))
    first = time.perf_counter() - began
    while piece := answer.read(1 << 20):
        size += len(piece)
    whole = time.perf_counter() - began
    above = server.memory("VmHWM") - idle
    print(
        f"\n{extension}: {PROPOSALS:,} proposals, {size / 2**20:.1f} MiB, first byte {first:.2f} s,"
        f" all of it {whole:.1f} s, {above / 1024:.1f} MiB above idle"
    )
    assert answer.status == 200
    assert above < MOST
    assert extension == "xlsx" or first < 1


def test_a_pdf_of_500_proposals_leaves_the_server_its_memory(server: Server) -> None:
    path = "/proposals.pdf?limit={}"
    server.send("GET", path.format(5)).read()
    idle = server.memory("VmRSS")
    server.forget_highest()
    began = time.perf_counter()
    answer = server.send("GET", path.format(min(500, PROPOSALS)))
    size = len(answer.read())
    above = server.memory("VmHWM") - idle
    print(
        f"\npdf: 500 proposals, {size / 2**20:.1f} MiB, {time.perf_counter() - began:.1f} s,"
        f" {above / 1024:.1f} MiB above idle in the server"
    )
    assert answer.status == 200
    assert above < MOST
