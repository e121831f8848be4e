"""Addresses as the outside knows them: in full, from FORUM_BASE_URL, whatever host was asked."""

from __future__ import annotations

from typing import Any

from flask import current_app

from ..web.template_words import address_of


def full_url(endpoint: str, **values: Any) -> str:
    """Return the full address of a page, with ``lang`` among the values that of one language."""
    return f"{current_app.config['BASE_URL']}{address_of(endpoint, **values)}"


def full_address(path: str, language: str = "") -> str:
    """Return the full address of a path of this site, and of one language where one is named."""
    query = f"?lang={language}" if language else ""
    return f"{current_app.config['BASE_URL']}{path}{query}"
