"""Rooms: workshops whose people join with a code and need only a name."""
