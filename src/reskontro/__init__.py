"""Reskontro: what happens to an invoice after it is written."""

__version__ = "0.1.0"
