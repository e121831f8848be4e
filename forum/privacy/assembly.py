"""What the application takes of privacy: its pages, its commands and its work."""

from __future__ import annotations

from ..exports.file_parts import clear_out
from . import commands as commands
from .aftermath import erase_next, forget_next
from .archive_views import bp as archive_pages
from .stored_views import bp as stored_pages
from .views import bp as pages

PAGES = (pages, stored_pages, archive_pages)
WORK = (erase_next, forget_next, clear_out)
"""What is erased, and what is too old; files go as soon as there is no room for them, too."""
