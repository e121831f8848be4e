"""Votes, and the scores that are made from them."""
