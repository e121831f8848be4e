"""People's words: cleaned, read as Markdown, compared, outlined, and told by language."""
