"""A letter as mail programs take it: text and HTML in one message, with headers that stay ours."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from ..db import now
from ..settings.current import mail_from
from ..words.addresses import in_header, mailbox
from .letters import LetterText
from .models import Letter


def message_of(letter: Letter, words: LetterText) -> EmailMessage:
    """Return the letter as a message; raise ValueError where its address is none.

    Its number is the same however often the letter is sent, so that mail programs know a twin.
    """
    sender = mailbox(mail_from())
    message = EmailMessage(SMTP)
    message["From"] = sender
    message["To"] = in_header(letter.address)
    message["Subject"] = " ".join(words.subject.split())
    message["Date"] = now()
    message["Message-ID"] = f"<{letter.reference}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if words.thread:
        root = f"<{words.thread}@{sender.domain}>"
        message["In-Reply-To"] = message["References"] = root
    for name, value in words.headers.items():
        message[name] = value
    message.set_content(words.text, cte="quoted-printable", params={"format": "flowed"})
    message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language  # last: making parts would move it into one
    return message
