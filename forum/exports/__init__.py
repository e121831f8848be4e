"""Exports: the list on the screen, with the same filter, order and numbers, as a file.

A table (tables.py) is read once from the database (rows.py) and written by one small writer a
format (formats.py). docs/exports.md describes every format and how a file is checked.
"""
