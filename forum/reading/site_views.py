"""Pages about the site itself: what it does for access, and, for developers, how it looks."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from . import style as styles
from .samples import SampleForm, sample_form

bp = Blueprint("site", __name__)


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Say what was done so that everyone can use the forum, how it was tested, what falls short."""
    contact = current_app.config["SECURITY_CONTACT"]
    return render_template("reading/accessibility.html", contact=contact)


@bp.get("/style")
def style() -> ResponseReturnValue:
    """Show every part of the pages with its colours and sizes, to those who develop them."""
    if not (current_app.debug or current_app.config["STYLE_PAGE"]):
        abort(404)
    css = (Path(current_app.static_folder or "") / "css" / "tokens.css").read_text(encoding="utf-8")
    themes = styles.tokens(css)
    return render_template(
        "reading/style.html",
        light=themes["light"],
        pairs=styles.pairs(themes),
        sizes=styles.starting(themes["light"], "size-"),
        spaces=styles.starting(themes["light"], "space-"),
        form=sample_form(SampleForm),
        families=styles.FAMILIES,
        left_out=styles.NOT_SHOWN,
        **styles.samples(),
    )
