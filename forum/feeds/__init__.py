"""Being found and followed: Atom feeds, sitemaps, and what a page says of itself to programs."""
