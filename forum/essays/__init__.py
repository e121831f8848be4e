"""Essays: what is discussed, its history, and whether its discussion is open."""
