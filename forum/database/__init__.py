"""Asking the database and writing to it: what each kind of database needs, and what saves time."""
