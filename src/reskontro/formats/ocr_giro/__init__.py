"""OCR giro (Norway, service 09), with the AvtaleGiro mandates (service 21) that come in the same files.

`iter_ocr_giro` streams a file in flat memory, `validate_ocr_giro` reads it to its end and says what it comes to,
`read_ocr_giro` gives all of it as one value. Whoever posts validates first: the sums stand at the end of a file.
"""

from reskontro.formats.ocr_giro.document import Assignment, OcrFile, Transmission, describe, read_ocr_giro
from reskontro.formats.ocr_giro.reader import OcrSummary, Source, iter_ocr_giro, sniff, validate_ocr_giro
from reskontro.formats.ocr_giro.records import (
    AssignmentEnd,
    AssignmentStart,
    Event,
    Fault,
    Mandate,
    MandateBlock,
    OcrFileRefused,
    Payment,
    PaymentBlock,
    ReadWarning,
    TransmissionEnd,
    TransmissionStart,
)

__all__ = [
    "Assignment",
    "AssignmentEnd",
    "AssignmentStart",
    "Event",
    "Fault",
    "Mandate",
    "MandateBlock",
    "OcrFile",
    "OcrFileRefused",
    "OcrSummary",
    "Payment",
    "PaymentBlock",
    "ReadWarning",
    "Source",
    "Transmission",
    "TransmissionEnd",
    "TransmissionStart",
    "describe",
    "iter_ocr_giro",
    "read_ocr_giro",
    "sniff",
    "validate_ocr_giro",
]
