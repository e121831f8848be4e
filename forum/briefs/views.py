"""Briefs: reading, fetching and comparing them, and writing what files are missing."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..exports.provenance import Provenance
from ..permissions import can_facilitate, require
from ..web.limits import limited
from ..web.page_cache import kept_page
from ..web.page_versions import PageScope
from . import files, finishing, published
from .blanking import erased_from
from .comparing import CHANGES, Change, compare
from .models import Brief
from .published import brief_by_reference, shown, with_words

bp = Blueprint("briefs", __name__)


def brief_or_404(reference: str) -> Brief:
    """Return the published brief of this number."""
    return brief_by_reference(reference) or abort(404)


@bp.get("/briefs")
@kept_page(PageScope.SITE)
def every() -> ResponseReturnValue:
    """Show the published briefs, and to facilitators the drafts."""
    found = published.briefs()
    return render_template(
        "briefs/briefs.html",
        briefs=found,
        gone=published.superseded([brief.id for brief in found]),
        drafts=published.drafts() if can_facilitate(current_user) else [],
    )


@bp.post("/briefs/<reference>/files")
@limited("briefs")
def finish(reference: str) -> ResponseReturnValue:
    """Write the files that are missing because publication was cut short; those there stay."""
    require(can_facilitate(current_user))
    found = brief_or_404(reference)
    finishing.finish(found)
    return redirect(url_for("briefs.brief", reference=found.reference), 303)


@bp.get("/briefs/<reference>")
@kept_page(PageScope.SITE)
def brief(reference: str) -> ResponseReturnValue:
    """Show a published brief as it was published."""
    found = with_words(brief_or_404(reference))
    rows, stored = shown(found), published.files_of(found)
    related = [other for other in published.briefs(found.essay_id) if other.id != found.id]
    return render_template(
        "briefs/brief.html",
        brief=found,
        origin=Provenance.from_dict(found.provenance),
        rows=rows,
        introduction=published.words_of(found)["introduction"],
        withheld=any(row.withdrawn for row in rows),
        files=stored,
        erased=erased_from(found),
        unfinished=files.lacking(found, [file.extension for file in stored]),
        successor=published.successor_of(found),
        related=related[:20],
    )


@bp.get("/briefs/<reference>.<extension>")
@limited("downloads", methods=("GET",))
def file(reference: str, extension: str) -> ResponseReturnValue:
    """Send a brief in one format: the bytes that were written when it was published."""
    found = brief_or_404(reference)
    wanted = published.file_of(found, extension)
    if wanted is None:
        abort(503 if extension in files.unwritten(found) else 404)
    if published.withdrawn_from(with_words(found)):
        abort(
            403,
            description=_(
                "Moderators have withdrawn words that stand in this file. It is "
                "kept as it is, and can be fetched again once they are "
                "restored."
            ),
        )
    return send_file(
        BytesIO(wanted.content),
        mimetype=wanted.mimetype,
        as_attachment=True,
        download_name=f"brief-{found.reference}.{extension}",
        etag=wanted.sha256,
        last_modified=found.published_at,
    )


@bp.get("/briefs/<reference>/compare/<other>")
@kept_page(PageScope.SITE)
def comparison(reference: str, other: str) -> ResponseReturnValue:
    """Show what became of every proposal from one brief to another."""
    before, after = with_words(brief_or_404(reference)), with_words(brief_or_404(other))
    return render_template(
        "briefs/comparison.html",
        before=before,
        after=after,
        Change=Change,
        CHANGES=CHANGES,
        compared=compare(shown(before), shown(after)),
    )
