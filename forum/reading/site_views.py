"""Pages about the site itself: what its words mean, what it does for access and, for developers,
how it looks."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from ..accounts.grounds import GROUNDS, modes, voters_in_words
from ..mail.letters import KINDS, words_of
from ..settings.current import contact
from ..settings.register import row_named
from ..web.languages import current_language
from ..web.theme import themes
from . import style as styles

bp = Blueprint("site", __name__)

ONE_STYLE = (
    "default-src 'none'; style-src 'sha256-{}'; form-action 'none'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The policy of a page that brings its own style, and nothing else."""


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Say what was done so that everyone can use the forum, how it was tested, what falls short."""
    return render_template("reading/accessibility.html", contact=contact())


@bp.get("/levers")
def levers() -> ResponseReturnValue:
    """Say what the levers mean, and what else a proposal is tagged with."""
    return render_template("reading/levers.html")


@bp.get("/voters")
def voters() -> ResponseReturnValue:
    """Say whose votes count, and since when."""
    return render_template(
        "reading/voters.html", said=voters_in_words(), modes=modes(), grounds=GROUNDS
    )


def for_developers() -> None:
    """Go on only where the site shows how it is made."""
    if not (current_app.debug or current_app.config["STYLE_PAGE"]):
        abort(404)


@bp.get("/style")
def style() -> ResponseReturnValue:
    """Show every part of the pages with its colours and sizes, to those who develop them."""
    for_developers()
    colours = themes()
    return render_template(
        "reading/style.html",
        light=colours["light"],
        pairs=styles.pairs(colours),
        sizes=styles.starting(colours["light"], "size-"),
        spaces=styles.starting(colours["light"], "space-"),
        families=styles.FAMILIES,
        left_out=styles.NOT_SHOWN,
        letters=KINDS,
        setting_row=row_named("site_name"),
        **styles.samples(),
    )


@bp.get("/style/letters/<name>.<any(html, txt):format>")
def letter(name: str, format: str) -> ResponseReturnValue:
    """Show a letter as it would be sent, with a link that opens nothing."""
    for_developers()
    if name not in KINDS:
        abort(404)
    words = words_of(name, current_language(), KINDS[name].sample())
    if format == "txt":
        return Response(words.text, mimetype="text/plain")
    digest = b64encode(sha256(words.style.encode()).digest()).decode()
    return Response(words.html, headers={"Content-Security-Policy": ONE_STYLE.format(digest)})
