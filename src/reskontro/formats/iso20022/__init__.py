"""ISO 20022 messages of banks: camt.053, camt.054 and pain.002 in, pain.001 out."""
