"""Auto postings: all of a call, or none."""

from reskontro.ledger.service.postings.records import CallOutcome, Judged, NewPosting
from reskontro.ledger.service.postings.run import post

__all__ = ["CallOutcome", "Judged", "NewPosting", "post"]
