"""Accounts: who people are, how they sign in, and the role each one holds."""
