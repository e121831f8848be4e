"""What is said to others of a change to who can open an account: whoever keeps a log listens."""

from __future__ import annotations

from blinker import Signal

provider_changed = Signal()
"""A person's tie to the provider was made (``tied=True``) or undone; sent by the person."""
