"""Trying a discussion before it opens, with people invited by a link; opening erases all of it."""
