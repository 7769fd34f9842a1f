"""Tenants: the firms whose receivables are kept. One row with three names, its receiving accounts and settings."""
