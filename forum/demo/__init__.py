"""The demo: three fictional essays, what fictional people answered, and how they voted."""
