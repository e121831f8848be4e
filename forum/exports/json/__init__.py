"""The table of an export as JSON: written, and read back."""
