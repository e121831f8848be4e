"""Looking out: what is unusual about who voted in a discussion, for people to judge."""
