"""Moderation: reports, and what moderators did about them; nothing vanishes silently."""
