"""Reports of the receivables ledger: what can be asked for, how each is laid out. Source: arm-api, 2.2.2, 3.11."""
