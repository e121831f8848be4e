"""Replies: what readers answer with. A reply with a lever is a proposal; one without, a comment."""
