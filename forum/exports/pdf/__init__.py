"""The table of an export as PDF: written, and read back."""
