"""Autogiro (Sweden, Bankgirot): payments, mandates, refusals and changes in; collections and mandates out."""

from reskontro.formats.autogiro.reader import iter_autogiro

__all__ = ["iter_autogiro"]
