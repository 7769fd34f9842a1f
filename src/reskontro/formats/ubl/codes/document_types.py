"""Type codes of invoices and credit notes (UNTDID 1001), and those that Peppol takes.

Source: the values accepted by the validation artefacts of EN 16931, release 1.3.16 (2026-04),
and of Peppol BIS Billing, release 3.0.21 (2026-05).
"""

from reskontro.formats.ubl.codes import codes

INVOICE_TYPES = codes(
    """
    71 80 81 82 84 102 130 202 203 204 211 218 219 295 325 326 331 380 382 383 384 385 386 387 388 389 390 393
    394 395 456 457 471 472 473 500 501 527 553 575 623 633 751 780 817 870 875 876 877 935
    """
)

CREDIT_NOTE_TYPES = codes("81 83 261 262 296 308 381 396 420 458 502 503 532")

PEPPOL_INVOICE_TYPES = codes(
    """
    71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 393 395 553 575 623 780 817 870 875 876 877
    """
)

PEPPOL_CREDIT_NOTE_TYPES = codes("381 396 81 83 532")
