"""Serve the installed package from an empty folder and fetch its home page and style sheet.

Run by the Python the package is installed in, with one argument: a folder to work in.
"""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

PATIENCE = 30
"""Seconds the site may take to answer."""

STYLE = re.compile(r'<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="([^"]+)"')


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str, kind: str) -> str:
    """Return what the address holds; exit unless it is a 200 of the media type expected."""
    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            found = answer.status, answer.headers.get_content_type()
            text = str(answer.read().decode())
    except OSError as error:
        sys.exit(f"{url} cannot be read: {error}.")
    if found != (200, kind):
        sys.exit(f"{url} answered {found}, not {(200, kind)}.")
    print(f"{url} answers with {kind}")
    return text


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return once the port accepts connections; exit when the server ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The installed site does not start.")


folder = Path(sys.argv[1]) / "site"
folder.mkdir()
port = free_port()
environment = {
    **{name: value for name, value in os.environ.items() if not name.startswith("FORUM_")},
    "FLASK_APP": "forum:create_app",
    "FORUM_INSTANCE_PATH": str(folder / "instance"),
    "PORT": str(port),
}
python = [sys.executable, "-I", "-m"]
subprocess.run([*python, "flask", "db", "upgrade"], cwd=folder, env=environment, check=True)
server = subprocess.Popen(
    [
        *(*python, "gunicorn", "--no-control-socket", "--log-level", "warning"),
        *("--bind", f"127.0.0.1:{port}", "forum:create_app()"),
    ],
    cwd=folder,
    env=environment,
)
try:
    wait_for(port, server)
    home = f"http://127.0.0.1:{port}/"
    sheets = STYLE.findall(fetch(home, "text/html"))
    if not sheets:
        sys.exit("The home page names no style sheet.")
    for sheet in sheets:
        fetch(urljoin(home, sheet), "text/css")
finally:
    server.terminate()
    server.wait(PATIENCE)
