"""What the application takes of privacy: its pages, its commands and its work."""

from __future__ import annotations

from ..admin import security_log
from ..events import clearing
from ..exports import file_parts
from ..votes import counted_addresses
from . import commands as commands
from .aftermath import erase_next
from .views import bp as pages

PAGES = (pages,)
WORK = (
    erase_next,
    clearing.clear_out,
    counted_addresses.forget_addresses,
    file_parts.clear_out,
    security_log.forget_old_entries,
)
"""What is erased, and what is kept no longer than it is of use."""
