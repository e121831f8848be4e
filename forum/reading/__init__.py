"""Reading: the pages that bring essays, replies, votes and moderation together for a visitor."""
