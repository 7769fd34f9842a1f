"""What is found while an OCR giro file is read: events, faults, warnings, and the line that is being read."""

from reskontro.formats import findings
from reskontro.formats.ocr_giro.records import Event, OcrFileRefused


class Findings(findings.Findings[Event]):
    """The findings so far, refused as an OCR giro file."""

    refused = OcrFileRefused
