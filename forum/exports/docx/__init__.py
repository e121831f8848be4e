"""The table of an export as DOCX: written, and read back."""
