"""The landscape of an essay: its proposals by how many judged them and how surely supported."""
