"""Direct debit: agreements, mandates, claims with their files, and what becomes of them."""
