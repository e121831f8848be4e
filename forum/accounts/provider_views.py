"""Coming in by the provider that the site trusts, and tying it to an account one has."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import is_signed_in, require
from ..web.limits import limited
from ..web.visitor import visitor_here
from .code_views import is_stranger
from .coming_in_views import come_in, send_code
from .forms import OnwardForm
from .kept_votes import kept_votes
from .models import User
from .proof_views import is_asked_and_proved
from .provider import (
    ProviderAway,
    ProviderClaims,
    ProviderRefused,
    ProviderSecrets,
    address_to_go,
    claims_with,
    has_provider,
    provider_name,
)
from .provider_links import (
    LinkTaken,
    ProviderVisit,
    begin_visit,
    end_visit,
    join_by_provider,
    link_of,
    user_of,
    visit_with,
)
from .provider_ties import connect, disconnect
from .proving import ProofForm
from .sign_ins import How
from .tries import failed

bp = Blueprint("provider", __name__)

TIES = "ties"
"""What a visit goes on with that began on the page of an account: the number of its owner."""
MOST = 2000
"""Characters of a code that a provider sends back."""

log = structlog.get_logger("forum.provider")


@bp.before_request
def only_with_provider() -> None:
    """Have no such page where the site trusts no provider."""
    if not has_provider():
        abort(404)


@bp.post("/sign-in/provider")
@limited("codes_address", only_if=is_stranger)
def begin() -> ResponseReturnValue:
    """Go to the provider, with what was typed kept until one is back.

    Whoever is signed in connects it on a page of its own.
    """
    if not is_stranger():
        return redirect(url_for("provider.connection"), 303)
    return go(OnwardForm().onward())


def go(onward: dict[str, Any]) -> ResponseReturnValue:
    """Lead the browser to the provider.

    The page does so by itself; a redirect would be refused, since forms go to no other site.
    """
    try:
        visit = begin_visit(onward, session)
        address = address_to_go(visit)
    except (ProviderAway, ProviderRefused) as error:
        return not_now(error)
    db.session.commit()
    page = render_template("accounts/provider_leaving.html", address=address)
    return page, 200, {"Refresh": f"0; url={address}"}


@bp.get("/sign-in/provider/return")
def back() -> ResponseReturnValue:
    """Show the button that ends coming in: looking at an address does nothing."""
    given = {name: request.args.get(name, "")[:MOST] for name in ("state", "code", "error", "iss")}
    return render_template("accounts/provider_back.html", given=given, votes=len(kept_votes()))


@bp.post("/sign-in/provider/return")
@limited("codes", only_if=lambda: not is_stranger())
@limited("codes_address", only_if=is_stranger)
def finish() -> ResponseReturnValue:
    """Come in as whom the provider says one is, or tie that to one's account."""
    try:
        visit = visit_with(request.form.get("state", ""), session)
        if error := request.form.get("error", ""):
            raise ProviderRefused(error)
        secrets = ProviderSecrets("", visit.nonce, visit.verifier)
        claims = claims_with(request.form.get("code", "")[:MOST], secrets)
        end_visit(visit)
    except (ProviderAway, ProviderRefused) as error:
        return not_now(error)
    return come_back(claims, visit) if is_stranger() else tie_mine(claims, visit)


def come_back(claims: ProviderClaims, visit: ProviderVisit) -> ResponseReturnValue:
    """Let a stranger in, or ask for a code to the address that the provider did not show theirs."""
    onward = visit.onward or {}
    user = user_of(claims) or join_by_provider(claims, request.form.get("agreed", ""))
    if user is not None:
        return come_in(user, onward, How.PROVIDER)
    if not claims.email:
        db.session.commit()
        flash(
            _(
                "%(provider)s did not say your email address. Sign in here first; then connect "
                "%(provider)s on the page of your account.",
                provider=provider_name(),
            )
        )
        return redirect(url_for("accounts.sign_in"), 303)
    flash(
        _(
            "This once, type the code sent to your address as well: then %(provider)s is connected "
            "to your account.",
            provider=provider_name(),
        )
    )
    return send_code(claims.email, {**onward, "provider": [claims.issuer, claims.subject]})


def tie_mine(claims: ProviderClaims, visit: ProviderVisit) -> ResponseReturnValue:
    """Tie whom the provider says one is to the account whose owner went there to do so."""
    user: User = visitor_here()
    if (visit.onward or {}).get(TIES) != user.id:
        db.session.commit()
        return redirect(url_for("provider.connection"), 303)
    try:
        connect(user, claims.issuer, claims.subject)
    except LinkTaken:
        flash(_("This account at %(provider)s is connected elsewhere.", provider=provider_name()))
    else:
        flash(_("%(provider)s is connected to your account.", provider=provider_name()))
    db.session.commit()
    return redirect(url_for("accounts.account"), 303)


@bp.route("/account/provider", methods=["GET", "POST"])
@limited("codes")
@limited("sign_in", counts=failed)
def connection() -> ResponseReturnValue:
    """Show whether the provider is connected; go there to connect it, as whose account it is."""
    require(is_signed_in(current_user))
    user: User = visitor_here()
    form = ProofForm().asking(user)
    if link_of(user) is None and is_asked_and_proved(form):
        return go({TIES: user.id})
    return connection_page(form)


def connection_page(form: ProofForm) -> ResponseReturnValue:
    """Return that page."""
    page = render_template("accounts/provider.html", form=form, link=link_of(current_user))
    return page, 422 if form.errors else 200


@bp.post("/account/provider/end")
@limited("codes")
@limited("sign_in", counts=failed)
def end() -> ResponseReturnValue:
    """Forget who one is at the provider; a code or a password still opens the account."""
    require(is_signed_in(current_user))
    user: User = visitor_here()
    form = ProofForm().asking(user)
    if not is_asked_and_proved(form):
        return connection_page(form)
    if disconnect(user):
        flash(_("%(provider)s is no longer connected to your account.", provider=provider_name()))
    db.session.commit()
    return redirect(url_for("accounts.account"), 303)


def not_now(error: Exception) -> ResponseReturnValue:
    """Say that it did not work, and what to do instead; the log says why, without what was sent."""
    db.session.rollback()
    log.warning("provider", kind=type(error).__name__, why=str(error)[:80])
    if isinstance(error, ProviderAway):
        said = _(
            "%(provider)s does not answer now. Sign in with a code or a password, or try again in "
            "a minute.",
            provider=provider_name(),
        )
    else:
        said = _(
            "%(provider)s did not let you in, or this took too long. Try once more.",
            provider=provider_name(),
        )
    flash(said)
    where = "accounts.sign_in" if is_stranger() else "accounts.account"
    return redirect(url_for(where), 303)
