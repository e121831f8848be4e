"""The pages of briefs: shortlists, what is picked for them, drafts, and the briefs themselves."""

from __future__ import annotations

from .draft_views import bp as drafts_pages
from .picking_views import bp as picking_pages
from .shortlist_views import bp as shortlists_pages
from .views import bp as briefs_pages

PAGES = (shortlists_pages, picking_pages, drafts_pages, briefs_pages)
