"""How fast OCR giro files are read, with every check, beside the bare loop over the same bytes.

    python bench/ocr_reader.py [--payments 1000000] [--compared 100000] [--rounds 5] [--json FILE]

The ceiling is what any reader in the same language has to do: go through the file line by line and cut the two items
of each payment into their fields, with no check, no number and no date made of them. A made file of realistic shape
(types, KIDs, one credit note in a hundred, twenty days, a lump sum for each two thousand payments) is written to a
temporary folder first. Medians of five after a warm-up.

In the same run ours and netsgiro, the reader of this format that others use, read one file of `--compared` payments in
turns, three times each. Ours checks counts, sums and dates, netsgiro makes objects of all of it and checks none.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import netsgiro
from harness import Row, in_turns, main, median, options, say

from reskontro.formats.ocr_giro import validate_ocr_giro

KINDS = ("10", "10", "11", "13", "13", "15", "15", "16")
COMPARED_ROUNDS = 3
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


def read_by_netsgiro(path: Path) -> int:
    """Transactions of the file; netsgiro takes text."""
    found = netsgiro.parse(path.read_text(encoding="iso-8859-1"))
    return sum(len(assignment.transactions) for assignment in found.assignments)


def compared(folder: str, payments: int) -> dict[str, object]:
    """Ours and netsgiro over one file, in turns: both rates, and how many times as fast ours is."""
    path = Path(folder) / "compared.ocr"
    write_file(path, payments)
    mine, theirs = [], []
    for _ in range(COMPARED_ROUNDS):
        mine.append(rate(read_with_all_checks, path, payments))
        theirs.append(rate(read_by_netsgiro, path, payments))
    say(f"  netsgiro {median(theirs):,.0f}, ours {median(mine):,.0f} on the same {payments:,} payments")
    return {
        "compared": payments,
        "netsgiro": round(median(theirs)),
        "ours_compared": round(median(mine)),
        "times_netsgiro": round(median(mine) / median(theirs), 1),
    }


def rate(read: Callable[[Path], int], path: Path, payments: int) -> float:
    start = time.perf_counter()
    assert read(path) == payments
    return payments / (time.perf_counter() - start)


def measure(chosen: argparse.Namespace) -> Row:
    with tempfile.TemporaryDirectory(prefix="reskontro-bench-") as folder:
        path = Path(folder) / "payments.ocr"
        write_file(path, chosen.payments)
        size_mib = path.stat().st_size / 2**20
        before_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rates = in_turns(
            lambda _: rate(read_with_all_checks, path, chosen.payments),
            lambda _: rate(cut_lines_only, path, chosen.payments),
            chosen.rounds,
        )
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        beside = compared(folder, chosen.compared)  # last: it holds every payment in memory
    return Row(
        measured="ocr_reader",
        title="Read OCR giro, payments a second",
        unit="payments a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=200_000,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={
            "payments": chosen.payments,
            "file_mib": round(size_mib),
            "peak_mib": round(peak_mib),
            "before_mib": round(before_mib),
        }
        | beside,
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--payments", type=int, default=1_000_000)
    wanted.add_argument("--compared", type=int, default=100_000, help="payments of the file that netsgiro reads too")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
