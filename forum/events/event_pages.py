"""The pages of what people are told: notices, how they want to be told, ending letters, mail."""

from __future__ import annotations

from .mail_views import bp as mail_pages
from .unsubscribe_views import bp as unsubscribing_pages
from .views import bp as events_pages

PAGES = (events_pages, unsubscribing_pages, mail_pages)
