"""One style sheet for the reader, many small files for us: joined at start-up, layer by layer."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, url_for

FIRST = ("tokens", "base", "layout")
A_YEAR = 365 * 24 * 60 * 60

bp = Blueprint("assets", __name__)


def joined_css(folder: Path) -> str:
    """Return every style sheet below the folder as one: tokens, base and layout, then the parts.

    The parts follow each other by their own names, whatever folder they stand in.
    """
    first = [folder / f"{name}.css" for name in FIRST]
    parts = sorted(set(folder.rglob("*.css")).difference(first), key=lambda path: (path.name, path))
    return "\n".join(path.read_text(encoding="utf-8") for path in (*first, *parts))


@bp.get("/static/style.<digest>.css")
def style(digest: str) -> Response:
    """Send the joined style sheet; its name changes with its content, so it is kept for a year."""
    if digest != current_app.config["STYLE_DIGEST"]:
        abort(404)
    response = Response(current_app.config["STYLE"], mimetype="text/css")
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def static_url(filename: str) -> str:
    """Return the address of a static file, marked with its content's digest."""
    digests: dict[str, str] = current_app.config["STATIC_DIGESTS"]
    if filename not in digests:
        content = (Path(current_app.static_folder or "") / filename).read_bytes()
        digests[filename] = hashlib.sha256(content).hexdigest()[:12]
    return url_for("static", filename=filename, v=digests[filename])


def style_url() -> str:
    """Return the address of the joined style sheet."""
    return url_for("assets.style", digest=current_app.config["STYLE_DIGEST"])


def init_app(app: Flask) -> None:
    """Join the style sheets once and offer their addresses to the templates."""
    style = joined_css(Path(app.static_folder or "") / "css")
    app.config["STYLE"] = style
    app.config["STYLE_DIGEST"] = hashlib.sha256(style.encode()).hexdigest()[:12]
    app.config["STATIC_DIGESTS"] = {}
    app.register_blueprint(bp)
    app.jinja_env.globals.update(static_url=static_url, style_url=style_url)
