"""The organisations and offices that answer, and the people who may answer for them."""
