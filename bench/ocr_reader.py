"""How fast OCR giro files are read, with every check, beside the bare loop over the same bytes.

    python bench/ocr_reader.py [--payments 1000000] [--json FILE]

The ceiling is what any reader in the same language has to do: go through the file line by line and cut the two items
of each payment into their fields, with no check, no number and no date made of them. A made file of realistic shape
(types, KIDs, one credit note in a hundred, twenty days, a lump sum for each two thousand payments) is written to a
temporary folder first. Medians of five after a warm-up.
"""

import argparse
import json
import os
import platform
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reskontro.formats.ocr_giro import validate_ocr_giro

ROUNDS = 5
KINDS = ("10", "10", "11", "13", "13", "15", "15", "16")
ACCOUNTS = ("00000000000", "86011117947", "97104133219", "15062995960")


def write_file(path: Path, payments: int) -> None:
    chance = random.Random(2026)
    total = 0
    with path.open("w", encoding="iso-8859-1", newline="\r\n") as file:
        file.write("NY000010000080800000231" + "00012345".ljust(57, "0") + "\n")
        file.write("NY0900200012345670000001" + "12345678903".ljust(56, "0") + "\n")
        for no in range(1, payments + 1):
            day = f"{1 + (no - 1) * 20 // payments:02d}1126"
            kind, negative, amount = chance.choice(KINDS), chance.random() < 0.01, chance.randrange(100, 2_000_00)
            total += -amount if negative else amount
            kid = chance.randrange(10**13, 10**14)
            sign = "-" if negative else "0"
            item_1 = f"NY09{kind}30{no:07d}{day}01200{no // 2000:05d}{sign}{amount:017d}{kid:>25}000000"
            archive, account = chance.randrange(10**9), chance.choice(ACCOUNTS)
            item_2 = f"NY09{kind}31{no:07d}0000000000{archive:09d}0000000{day}{account}{0:022d}"
            file.write(f"{item_1}\n{item_2}\n")
        counts = f"{payments:08d}{2 * payments + 2:08d}{total:017d}"
        last = f"{1 + (payments - 1) * 20 // payments:02d}1126"
        file.write(f"NY090088{counts}{last}011126{last}".ljust(80, "0") + "\n")
        file.write(f"NY000089{payments:08d}{2 * payments + 4:08d}{total:017d}{last}".ljust(80, "0") + "\n")


def read_with_all_checks(path: Path) -> int:
    return validate_ocr_giro(path).transactions


def cut_lines_only(path: Path) -> int:
    found = 0
    fields: tuple[bytes, ...] = ()
    with path.open("rb") as file:
        for line in file:
            if line[6:8] == b"30":
                fields = (
                    line[4:6],
                    line[8:15],
                    line[15:21],
                    line[21:31],
                    line[31:32],
                    line[32:49],
                    line[49:74].strip(),
                )
            elif line[6:8] == b"31":
                fields = (*fields, line[15:25], line[25:34], line[41:47], line[47:58])
                found += len(fields) == 11
    return found


def rate(read: Callable[[Path], int], path: Path, payments: int) -> float:
    seconds = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        assert read(path) == payments
        seconds.append(time.perf_counter() - start)
    return payments / statistics.median(seconds[1:])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--payments", type=int, default=1_000_000)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="reskontro-bench-") as folder:
        path = Path(folder) / "payments.ocr"
        write_file(path, chosen.payments)
        size_mib = path.stat().st_size / 2**20
        before_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        ours = rate(read_with_all_checks, path, chosen.payments)
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        ceiling = rate(cut_lines_only, path, chosen.payments)
    print(f"{'':<28}{'ours':>14}{'ceiling':>14}{'ratio':>8}")
    print(f"{'OCR giro, payments a second':<28}{ours:>14,.0f}{ceiling:>14,.0f}{ours / ceiling:>8.2f}")
    print(f"{chosen.payments:,} payments, {size_mib:,.0f} MiB; peak memory {peak_mib:.0f} MiB, {before_mib:.0f} before")
    if chosen.json:
        result = {
            "measured": "ocr_reader",
            "unit": "payments a second",
            "ours": round(ours),
            "ceiling": round(ceiling),
            "ratio": round(ours / ceiling, 2),
            "payments": chosen.payments,
            "file_mib": round(size_mib),
            "peak_mib": round(peak_mib),
            "machine": {"python": sys.version.split()[0], "platform": platform.platform(), "cores": os.cpu_count()},
        }
        chosen.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
