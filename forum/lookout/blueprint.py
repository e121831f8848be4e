"""The one blueprint that the pages of looking out share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("lookout", __name__)
