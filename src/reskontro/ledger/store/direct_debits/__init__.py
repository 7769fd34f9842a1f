"""The SQL of direct debit."""
