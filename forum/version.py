"""The version of the software, as exports and pages state it."""

__version__ = "0.1.0"
