"""What happens to files on their way: bytes change, pieces are cut, lines are swapped, doubled or lost."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.conftest import SAMPLES, SHARED_SAMPLES

OWN = sorted(
    [*(SAMPLES / "bank_files").iterdir(), *(SAMPLES / "bank_orders").iterdir(), *(SAMPLES / "ocr_giro").glob("*.txt")]
)
OUTSIDE = sorted(
    path for path in (SHARED_SAMPLES / "payments").glob("*/*") if path.suffix in {".txt", ".xml"}
)  # fmt: skip
FILES = [*OWN, *OUTSIDE]
SECONDS = float(os.environ.get("RESKONTRO_FUZZ_SECONDS", "0"))  # for all files together; 0 is a fixed, small number
SEED = int(os.environ.get("RESKONTRO_FUZZ_SEED", "20261123"))


def _change(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _digit(data: bytes, random: Random) -> bytes:
    places = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return _change(data, random)
    at = random.choice(places)
    return data[:at] + bytes([48 + (data[at] - 48 + random.randrange(1, 10)) % 10]) + data[at + 1 :]


def _neighbours(data: bytes, random: Random) -> bytes:
    at = random.randrange(max(1, len(data) - 1))
    return data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]


def _end(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def _cut(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randrange(1, 200) :]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + random.randbytes(random.randrange(1, 5)) + data[at:]


def _lines(work: Callable[[list[bytes], Random], None]) -> Callable[[bytes, Random], bytes]:
    def damage(data: bytes, random: Random) -> bytes:
        lines = data.split(b"\n")
        work(lines, random)
        return b"\n".join(lines)

    return damage


def _swap(lines: list[bytes], random: Random) -> None:
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _double(lines: list[bytes], random: Random) -> None:
    lines.insert(random.randrange(len(lines)), random.choice(lines))


def _lose(lines: list[bytes], random: Random) -> None:
    del lines[random.randrange(len(lines))]


def _pieces(data: bytes, random: Random) -> bytes:
    """Two pieces of the file change places."""
    a, b, c, d = sorted(random.randrange(len(data)) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


DAMAGES = (
    _change,
    _digit,
    _digit,
    _neighbours,
    _end,
    _cut,
    _insert,
    _lines(_swap),
    _lines(_double),
    _lines(_lose),
    _pieces,
)


def damaged(data: bytes, random: Random) -> bytes:
    """The file after one damage; it may come out as it was."""
    return random.choice(DAMAGES)(data, random)


def rounds(path: Path, few: int, *, share: float = 1.0) -> Iterator[Random]:
    """Numbers for some damages of a file: a fixed few, or as many as fit into its part of a long run."""
    random = Random(f"{SEED} {path.name}")
    until = time.monotonic() + SECONDS * share / len(FILES)
    done = 0
    while (time.monotonic() < until) if SECONDS else (done < few):
        done += 1
        yield random
