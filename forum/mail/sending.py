"""The way out: to the mail server that FORUM_MAIL_URL names, or into a folder where it names none.

Nothing of a letter is ever said in the clear to a server that asks for a password, unless that
server is this machine.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app

from ..files import written_whole

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine, from which nothing travels."""

PATIENCE = 15.0
"""Seconds to wait for each answer of the server."""


class NotTaken(Exception):
    """The letter was not taken; ``for_good`` where trying again is in vain. Names no address."""

    def __init__(self, why: str, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def send(message: EmailMessage, reference: str) -> None:
    """Send the message, or keep it as a file; raise NotTaken where that fails."""
    url = current_app.config["MAIL_URL"]
    if not url:
        keep(message, Path(current_app.instance_path) / "mail", f"{reference}.eml")
        return
    try:
        server = connected(urlsplit(url))
        try:
            hand_over(server, message)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
    except (OSError, smtplib.SMTPException) as error:  # of the connection, not of the letter
        raise NotTaken(why(error)) from None


def why(error: Exception) -> str:
    """Return what is logged of an error: its kind and code, and none of the server's words."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()


def keep(message: EmailMessage, folder: Path, name: str) -> None:
    """Write the message into a file for the owner's eyes; one that stands there is replaced."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with written_whole(folder / name, private=True) as file:
            file.write(bytes(message))
    except OSError as error:
        raise NotTaken(why(error)) from None


def connected(url: SplitResult) -> smtplib.SMTP:
    """Return a connection to the server, encrypted where it can be, signed in where it must be."""
    host, user, password = url.hostname or "", unquote(url.username or ""), url.password
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or 465, timeout=PATIENCE, context=trust(host)
        )
    else:
        server = smtplib.SMTP(host, url.port or (587 if password else 25), timeout=PATIENCE)
    try:
        server.ehlo_or_helo_if_needed()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=trust(host))
            server.ehlo_or_helo_if_needed()
        elif url.scheme == "smtp" and password and host not in LOCAL:
            raise NotTaken("the server offers no encryption, so it gets no password")
        if password:
            server.login(user, unquote(password))
    except BaseException:
        server.close()
        raise
    return server


def trust(host: str) -> ssl.SSLContext:
    """Return whom to believe: certificates that the machine trusts; on this machine, any."""
    context = ssl.create_default_context()
    if host in LOCAL:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Give the message to the server; raise NotTaken where it refuses it."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        raise NotTaken(f"recipient refused: {codes}", min(codes) >= 500) from None
    except smtplib.SMTPDataError as error:
        raise NotTaken(f"letter refused: {error.smtp_code}", error.smtp_code >= 500) from None
    except smtplib.SMTPSenderRefused as error:
        raise NotTaken(f"sender refused: {error.smtp_code}") from None
    except smtplib.SMTPNotSupportedError:
        raise NotTaken("the server takes only addresses in ASCII", for_good=True) from None
