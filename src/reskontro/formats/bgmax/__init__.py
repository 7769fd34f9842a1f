"""Bg Max (Sweden, Bankgiro Inbetalningar): incoming payments of a bankgiro. History after 27 November 2026."""

from reskontro.formats.bgmax.reader import iter_bgmax

__all__ = ["iter_bgmax"]
