"""Rules as pure functions over frozen records."""
