"""Drafts: what a person is typing, kept on the server until it is sent or discarded."""
