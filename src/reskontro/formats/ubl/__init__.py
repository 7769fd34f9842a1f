"""UBL 2.1 invoices and credit notes: reading them safely, and judging them by EN 16931, Peppol and the Nordic rules.

`judge` gives the verdict on any bytes. No network, no database.
"""

from reskontro.formats.ubl.judge import Finding, Verdict, judge
from reskontro.formats.ubl.reading import UblRefused, read_xml
from reskontro.formats.ubl.rules.releases import RELEASES, Release, release_on
from reskontro.formats.ubl.rules.rule import Severity

__all__ = [
    "RELEASES",
    "Finding",
    "Release",
    "Severity",
    "UblRefused",
    "Verdict",
    "judge",
    "read_xml",
    "release_on",
]
