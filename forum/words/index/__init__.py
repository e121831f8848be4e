"""The index of words: what was typed read as words, and asked of FTS5 or of PostgreSQL."""
