"""The pages for administrators, and what the worker counts for them."""

from __future__ import annotations

from .figure_views import bp as figure_pages
from .figures import tally_next
from .jurisdiction_views import bp as jurisdiction_pages
from .people_views import bp as people_pages
from .second_factor_views import bp as second_factor_pages
from .setting_views import bp as setting_pages
from .views import bp as admin_pages

PAGES = (
    admin_pages,
    setting_pages,
    jurisdiction_pages,
    people_pages,
    second_factor_pages,
    figure_pages,
)
WORK = (tally_next,)
