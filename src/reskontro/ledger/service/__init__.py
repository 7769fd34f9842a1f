"""Use cases: load, decide, store, in one transaction."""
