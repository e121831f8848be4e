"""Official answers: what bodies say to proposals, questions and briefs, and what they promise."""
