"""What the site's own settings show to everyone: its logo, its colours and its texts."""

from __future__ import annotations

from base64 import b64decode

from flask import Blueprint, Flask, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from ..db import db
from ..web.assets import A_YEAR
from ..web.languages import current_language
from ..web.page_cache import kept_page
from ..web.page_versions import PageScope
from ..web.pieces import stand_on
from ..words import html
from . import current
from .colours import sheet
from .models import SiteSetting
from .register import LOGO, TEXTS

bp = Blueprint("settings", __name__)


def for_a_year(content: bytes | str, mimetype: str) -> Response:
    """Return what has a new address whenever it changes."""
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@bp.get("/static/logo.<mark>.png")
def logo(mark: str) -> Response:
    """Send the site's logo."""
    found = db.session.get(SiteSetting, LOGO.name)
    if found is None or mark != current.logo_mark():
        abort(404)
    return for_a_year(b64decode(found.value), "image/png")


@bp.get("/static/colours.<mark>.css")
def colours(mark: str) -> Response:
    """Send the sheet with the site's own colours."""
    if not mark or mark != current.colours_mark():
        abort(404)
    return for_a_year(sheet(current.setting("accent"), current.setting("accent_dark")), "text/css")


@bp.get("/<any(terms, privacy, conduct):name>")
@kept_page(PageScope.SITE)
def own_text(name: str) -> ResponseReturnValue:
    """Show a text of the site in the reader's language, or in one that it has."""
    codes = sorted(current_app.config["LANGUAGES"], key=lambda code: code != current_language())
    found = (db.session.get(SiteSetting, f"{name}_{code}") for code in codes)
    text = next((each for each in found if each), None)
    if text is None:
        abort(404)
    return render_template(
        "settings/own_text.html",
        name=name,
        title=TEXTS[name],
        words=html.render(text.value, heading_offset=1),
        language=text.name.rpartition("_")[2],
        since=text.changed_at,
    )


def init_app(app: Flask) -> None:
    """Offer the settings to the templates; every kept piece of a page stands on them."""
    stand_on(app, current.settings_mark)
    app.extensions |= {"time_zone": current.time_zone, "often": current.often}
    app.jinja_env.globals.update(
        site_name=current.site_name,
        site_introduction=current.introduction,
        own_texts=current.own_texts,
        OWN_TEXTS=TEXTS,
        settings_mark=current.settings_mark,
        logo_mark=current.logo_mark,
        colours_mark=current.colours_mark,
    )
    app.register_blueprint(bp)
