"""A real mail server on a socket of this machine, which refuses whom it is told to refuse."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

OK = "250 OK"


class PostOffice:
    """What a mail server was given, and what it says to whom."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.passwords: list[Any] = []
        self.answers: list[str] = []
        """What the next recipients hear; everyone after them is welcome."""
        self.answer_to_data = OK
        self.port = 0

    @property
    def url(self) -> str:
        """The setting that names this server."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse them."""
        answer = self.answers.pop(0) if self.answers else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter, or refuse it."""
        if self.answer_to_data == OK:
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer_to_data

    def sign_in(self, _server: Any, _session: Any, _envelope: Any, _way: str, said: Any) -> Any:
        """Take any password, and remember it."""
        self.passwords.append((said.login, said.password))
        return AuthResult(success=True)


@contextmanager
def opened(**ways: Any) -> Iterator[PostOffice]:
    """Yield a mail server at work; ``ways`` are those of aiosmtpd."""
    office = PostOffice()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        office.port = probe.getsockname()[1]
    ways = {"authenticator": office.sign_in, "auth_require_tls": False, **ways}
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **ways)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate for this machine that nobody trusts yet, and a server's use of it."""
    if which("openssl") is None:
        pytest.skip("openssl is not on this machine, so no certificate can be made.")
    kept, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(kept),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(kept, key)
    return kept, context
