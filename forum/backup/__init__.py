"""Backups: the whole database in one file while the site runs, and back from it."""
