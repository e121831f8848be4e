"""The table of an export as CSV: written, and read back."""
