"""How a room is shown to those who would join it: its address, and the picture of that."""

from __future__ import annotations

import segno
from flask import current_app, url_for
from markupsafe import Markup

from .models import Room


def address_of(room: Room) -> str:
    """Return the address that joins a room."""
    return current_app.config["BASE_URL"] + url_for("joining.join", code=room.code)


def address_to_type() -> str:
    """Return the address at which codes are typed, as it is said aloud."""
    return str(current_app.config["BASE_URL"]).partition("//")[2] + url_for("joining.find")


def picture_of(address: str) -> Markup:
    """Return the QR picture of an address, to stand in a page: black on white in dark ones too."""
    code = segno.make_qr(address, error="m")
    drawn = code.svg_inline(omitsize=True, light="#fff", svgclass="room-picture", lineclass=None)
    return Markup(drawn)  # noqa: S704 – drawn here, of an address of ours
