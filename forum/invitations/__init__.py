"""Invitations: to a discussion, or to the site, by a letter with a link that works once."""
