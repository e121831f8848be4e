"""What a site on several nodes is made of, each of the test's own: PostgreSQL, Redis, nginx, nodes.

Nothing of the machine's services is touched. Where we are root, PostgreSQL runs as its own user.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import chown, rmtree, which
from tempfile import mkdtemp
from typing import Any
from urllib.request import urlopen

import psycopg

from tests.databases import need
from tests.post_office import opened

ROOT = Path(__file__).resolve().parents[2]
OWNER = "postgres" if os.geteuid() == 0 else None
"""Whom a cluster belongs to; PostgreSQL refuses to run as root."""
PATIENCE = 60.0
"""Seconds in which anything starts."""
SECRET = "for tests of many nodes only"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, of: str) -> str:
    """Return the path of a program, or skip the test for want of what it belongs to."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = which(name) or which(name, path="/usr/sbin:/sbin") or (str(places[0]) if places else "")
    return found or need(of, f"the program {name} was not found")


def wait_until(ready: Any, what: str, within: float = PATIENCE) -> None:
    """Wait until a question is answered with yes, asked again and again."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with suppress(OSError, psycopg.Error):
            if ready():
                return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {within:.0f} s")


def answers(port: int) -> bool:
    """Say whether something listens at a port of this machine."""
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a folder that PostgreSQL's user can reach and write in, and remove it."""
    found = Path(mkdtemp(prefix="circle-back-"))
    found.chmod(0o755)
    if OWNER:
        chown(found, OWNER)
    try:
        yield found
    finally:
        rmtree(found, ignore_errors=True)


class Cluster:
    """A PostgreSQL cluster: made with initdb, or copied from another."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.port = free_port()

    def run(self, name: str, *given: Any) -> None:
        """Run one of PostgreSQL's programs as the cluster's owner."""
        said = [program(name, "postgresql"), *map(str, given)]
        with (self.place / "said").open("ab") as said_there:
            subprocess.run(
                said,
                check=True,
                cwd=self.place,
                user=OWNER,
                stdin=subprocess.DEVNULL,
                stdout=said_there,
                stderr=said_there,
                timeout=PATIENCE,
            )

    def make(self) -> None:
        """Make an empty cluster that trusts this machine."""
        self.run("initdb", "-D", self.place / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8")

    def copy(self, other: Cluster) -> None:
        """Make this one a streaming replica of another."""
        where = f"host=127.0.0.1 port={other.port} user=postgres"
        self.run("pg_basebackup", "-D", self.place / "data", "-R", "-c", "fast", "-d", where)

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        options = f"-p {self.port} -k {self.place} -c listen_addresses=127.0.0.1"
        data, log = self.place / "data", self.place / "log"
        self.run("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.place / "data")

    def ask(self, statement: str, database: str = "postgres") -> Any:
        """Return the first value that a statement gives, or nothing."""
        where = f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            found = connection.execute(statement.encode())
            row = found.fetchone() if found.description else None
            return row[0] if row else None

    def url(self, database: str) -> str:
        """Return the address of a database of it, as settings have it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"


@contextmanager
def cluster(source: Cluster | None = None) -> Iterator[Cluster]:
    """Yield a running cluster: a new one, or a replica of another."""
    program("initdb", "postgresql")
    with folder() as place:
        found = Cluster(place)
        if source is None:
            found.make()
        else:
            found.copy(source)
        found.start()
        try:
            yield found
        finally:
            with suppress(subprocess.CalledProcessError):
                found.stop()


class Service:
    """A program that runs beside the test, with all that it starts."""

    def __init__(self, said: list[str], place: dict[str, str], port: int | None = None) -> None:
        self.said, self.place, self.port = said, place, port
        self.start()

    def start(self) -> None:
        """Start it; where it has a port, return once it listens."""
        self.process = subprocess.Popen(
            self.said,
            cwd=ROOT,
            env={**os.environ, **self.place},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if port := self.port:
            wait_until(lambda: answers(port), self.said[0])

    def kill(self) -> None:
        """End it and all that it started, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def service(said: list[str], place: dict[str, str], port: int | None = None) -> Iterator[Service]:
    """Yield a program at work, and end it."""
    found = Service(said, place, port)
    try:
        yield found
    finally:
        found.kill()


NGINX = """
daemon off;
{user}
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    upstream forum {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://forum;
            proxy_connect_timeout 2s;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
        }}
    }}
}}
"""


@contextmanager
def nginx(port: int, nodes: list[int]) -> Iterator[None]:
    """Run nginx at a port, in front of nodes at these."""
    found = program("nginx", "nginx")
    with folder() as place:
        servers = " ".join(f"server 127.0.0.1:{n} max_fails=1 fail_timeout=1s;" for n in nodes)
        user = "user root;" if os.geteuid() == 0 else ""
        said = NGINX.format(place=place, user=user, servers=servers, port=port)
        (place / "nginx.conf").write_text(said, encoding="ascii")
        with service([found, "-c", str(place / "nginx.conf")], {}, port):
            yield


PGBOUNCER = """
[databases]
* = host=127.0.0.1 port={behind} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {most}
max_client_conn = 200
logfile = {place}/said
{user}
"""


@contextmanager
def pooler(behind: Cluster, most: int) -> Iterator[int]:
    """Run PgBouncer, which gives each transaction one of so many connections; yield its port."""
    found = program("pgbouncer", "pgbouncer")
    with folder() as place:
        port, user = free_port(), f"user = {OWNER}" if OWNER else ""
        said = PGBOUNCER.format(place=place, behind=behind.port, port=port, most=most, user=user)
        (place / "pgbouncer.ini").write_text(said, encoding="ascii")
        with service([found, str(place / "pgbouncer.ini")], {}, port):
            yield port


class House:
    """A site on two nodes: what to reach it by, and what to end of it."""

    def __init__(self, stack: ExitStack, database: str = "forum") -> None:
        for name in ("nginx", "redis-server"):
            program(name, name)
        self.cluster = stack.enter_context(cluster())
        self.cluster.ask(f"CREATE DATABASE {database}")
        self.port = free_port()
        self.redis_port = free_port()
        place = stack.enter_context(folder())
        said = ["redis-server", "--port", str(self.redis_port), "--save", "", "--dir", str(place)]
        self.redis = stack.enter_context(service(said, {}, self.redis_port))
        self.office = stack.enter_context(opened())
        self.settings = {
            "FORUM_DATABASE_URL": self.cluster.url(database),
            "FORUM_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "FORUM_SECRET_KEY": SECRET,
            "FORUM_BASE_URL": f"http://127.0.0.1:{self.port}",
            "FORUM_TRUSTED_PROXIES": "1",
            "FORUM_MAIL_URL": self.office.url,
            "FORUM_CONFIRM": "off",
        }
        self.place = place

    def open(self, stack: ExitStack) -> None:
        """Start two nodes, each with a worker, and nginx in front of them."""
        self.nodes, self.workers = [], []
        for number in (1, 2):
            port = free_port()
            place = {
                **self.settings,
                "PORT": str(port),
                "FORUM_INSTANCE_PATH": str(self.place / f"node-{number}"),
            }
            serving = [sys.executable, "-m", "forum.serving"]
            self.nodes.append(stack.enter_context(service(serving, place, port)))
            working = [sys.executable, "-m", "flask", "worker"]
            self.workers.append(stack.enter_context(service(working, place)))
        stack.enter_context(nginx(self.port, [node.port or 0 for node in self.nodes]))
        wait_until(lambda: self.is_ready, "the site")

    @property
    def is_ready(self) -> bool:
        """Whether the site is ready, as it says itself."""
        with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
