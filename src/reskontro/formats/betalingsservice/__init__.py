"""Betalingsservice (Denmark): payments (0602) and mandates (0603) in, collections (0601) out."""

from reskontro.formats.betalingsservice.reader import iter_betalingsservice

__all__ = ["iter_betalingsservice"]
