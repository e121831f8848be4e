"""What was promised before a discussion opened, and which proposals have an answer due by it."""
