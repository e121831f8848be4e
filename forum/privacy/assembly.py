"""What the application takes of privacy: its pages, its commands and its work."""

from __future__ import annotations

from . import commands as commands
from .aftermath import erase_next
from .register import forget_next
from .stored_views import bp as stored_pages
from .views import bp as pages

PAGES = (pages, stored_pages)
WORK = (erase_next, forget_next)
