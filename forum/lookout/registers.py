"""The pages of looking out."""

from __future__ import annotations

from . import appeal_views, aside_views, views
from .blueprint import bp

__all__ = ["appeal_views", "aside_views", "bp", "views"]
