"""The SQL of the ledger, one function a statement, rows in and records out."""
