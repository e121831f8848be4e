"""Search: essays, proposals and comments by their words, for everyone and in both languages."""
