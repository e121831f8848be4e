"""The table of an export as XLSX: written, and read back."""
