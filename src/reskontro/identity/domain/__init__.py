"""The rules of identity, as pure functions over frozen records."""
