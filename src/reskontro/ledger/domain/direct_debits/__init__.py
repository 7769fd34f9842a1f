"""Direct debit: mandates of payers, claims that a bank is asked to collect, and what became of them."""
