"""The page behind the link in a letter: its button ends such letters. Opening it does nothing."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from ..accounts.models import User
from ..db import db
from ..web.forms import csrf
from .topics import TOPICS_BY_NAME
from .unsubscribing import begin_letters, end_letters, read_token

bp = Blueprint("unsubscribing", __name__)


@bp.after_request
def keep_to_itself(answer: Response) -> Response:
    """Tell nobody where a visitor came from: the address lets its holder end letters."""
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer


@bp.get("/unsubscribe/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Show what letters would end, and the button."""
    _user, what = named(token)
    return page(token, what, ended=False)


@bp.post("/unsubscribe/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
def stop(token: str) -> ResponseReturnValue:
    """End letters by one click, as mail programs send it (RFC 8058), or have them sent again.

    The signed token stands for the sign-in and for the token of a form.
    """
    user, what = named(token)
    again = request.form.get("again") == "yes"
    (begin_letters if again else end_letters)(user, what)
    db.session.commit()
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response("", mimetype="text/plain")
    return page(token, what, ended=not again)


def named(token: str) -> tuple[User, str]:
    """Return whose letters a token ends, and which; 404 for one that is none of ours."""
    return read_token(token) or abort(404)


def page(token: str, what: str, ended: bool) -> str:
    """Return the page."""
    return render_template(
        "events/unsubscribe.html",
        token=token,
        topic=TOPICS_BY_NAME.get(what),
        what=what,
        ended=ended,
    )
