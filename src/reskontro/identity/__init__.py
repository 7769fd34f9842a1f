"""Tokens, keys, credentials and scopes: who calls, and what that allows."""
