"""The table of an export as Markdown: written, and read back."""
