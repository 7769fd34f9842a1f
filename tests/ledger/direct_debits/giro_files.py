"""Files from the operators, as small as can be."""

from collections.abc import Sequence

ACCOUNT = "12345678903"


def _file(records: Sequence[str], width: int = 80) -> bytes:
    return b"".join(record.ljust(width).encode("iso-8859-1") + b"\r\n" for record in records)


def mandate_file(mandates: Sequence[tuple[str, str, bool]], number: str = "0000001", account: str = ACCOUNT) -> bytes:
    """AvtaleGiro mandates: KID, registration type, written notice."""
    count = len(mandates)
    records = [
        f"NY00001000008080{number}00012345".ljust(80, "0"),
        f"NY2124200000000000000001{account}".ljust(80, "0"),
        *(
            f"NY219470{at:07d}{kind}{kid:>25}{'J' if notice else 'N'}".ljust(80, "0")
            for at, (kid, kind, notice) in enumerate(mandates, 1)
        ),
        f"NY212488{count:08d}{count + 2:08d}".ljust(80, "0"),
        f"NY000089{count:08d}{count + 4:08d}".ljust(80, "0"),
    ]
    return _file(records)


def payment_file(payments: Sequence[tuple[str, int, str]], day: str, number: str = "0000007") -> bytes:
    """OCR giro: KID, øre, transaction type."""
    count, total = len(payments), sum(minor for _, minor, _ in payments)
    records = [
        f"NY00001000008080{number}00012345".ljust(80, "0"),
        f"NY0900200010085660000001{ACCOUNT}".ljust(80, "0"),
    ]
    for at, (kid, minor, kind) in enumerate(payments, 1):
        records += [
            f"NY09{kind}30{at:07d}{day}{'0' * 11}{minor:017d}{kid:>25}".ljust(80, "0"),
            f"NY09{kind}31{at:07d}{'0' * 10}{'0' * 9}{'0' * 7}{day}{'0' * 11}".ljust(80, "0"),
        ]
    sums = f"{count:08d}{{records:08d}}{total:017d}{day}"
    records.append((f"NY090088{sums}{day}{day}".format(records=len(records))).ljust(80, "0"))
    records.append((f"NY000089{sums}".format(records=len(records) + 1)).ljust(80, "0"))
    return _file(records)
