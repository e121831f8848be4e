"""Running the site: what to mend, what happened that touches its safety, and figures."""
