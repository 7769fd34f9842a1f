"""Accounts receivable: customers, documents, the book, payments."""
