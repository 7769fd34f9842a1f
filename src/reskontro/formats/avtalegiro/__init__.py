"""AvtaleGiro (Norway, service 21): payment claims and cancellations, out. Mandates come in with OCR giro."""

from reskontro.formats.avtalegiro.reader import iter_claims
from reskontro.formats.avtalegiro.writer import (
    CancellationAssignment,
    Claim,
    ClaimAssignment,
    write_claims,
)

__all__ = ["CancellationAssignment", "Claim", "ClaimAssignment", "iter_claims", "write_claims"]
