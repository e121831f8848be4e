"""The pages that bring the features together, and what a person does with them."""

from __future__ import annotations

from .follow_views import bp as follows_pages
from .site_views import bp as site_pages
from .views import bp as reading_pages
from .yours_views import bp as yours_pages

PAGES = (reading_pages, site_pages, follows_pages, yours_pages)
