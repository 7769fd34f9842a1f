"""The typeface of all papers, read from the wheel that brings it; the machine's own fonts are never used.

A tagged paper must not hold a character that its font cannot show, so what the font has is read from its `cmap` table
(OpenType specification, "cmap", format 12), and other characters are replaced before anything is set.
"""

import struct
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

FAMILY = "Source Sans Pro"
FACES = ("Regular", "Semibold")
MISSING = "?"

LONGEST_WORD = 22  # characters; a longer one may be broken, or it would stand across its neighbours
BREAK = "\u200b"


def face_files() -> list[Path]:
    """The files of the faces that papers are set in."""
    folder = Path(str(files("font_source_sans_pro"))) / "files"
    return [folder / f"SourceSansPro-{face}.ttf" for face in FACES]


@contextmanager
def faces_alone() -> Iterator[str]:
    """A folder, for the time of the block, with the faces and nothing else: typst would take what it finds first."""
    with TemporaryDirectory(prefix="reskontro-fonts-") as folder:
        for face in face_files():
            (Path(folder) / face.name).symlink_to(face)
        yield folder


@lru_cache(maxsize=1)
def shown() -> frozenset[int]:
    """The code points that every face can show."""
    first, *others = (_code_points(path.read_bytes()) for path in face_files())
    return frozenset(first.intersection(*others))


def _code_points(font: bytes) -> set[int]:
    (count,) = struct.unpack_from(">H", font, 4)
    tables = [struct.unpack_from(">4sLLL", font, 12 + 16 * number) for number in range(count)]
    cmap = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    (encodings,) = struct.unpack_from(">H", font, cmap + 2)
    for number in range(encodings):
        (at,) = struct.unpack_from(">4xL", font, cmap + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", font, cmap + at)
        if form == 12:
            (groups,) = struct.unpack_from(">L", font, cmap + at + 12)
            spans = (struct.unpack_from(">LL", font, cmap + at + 16 + 12 * group) for group in range(groups))
            return {code for start, end in spans for code in range(start, end + 1)}
    raise AssertionError("the typeface has a table of all its characters")


def settable(text: str) -> str:
    """The text as it can be set: one line, composed, without invisible marks, every character one that is shown.

    A word of more than 22 characters gets places where it may be broken.
    """
    if text.isascii() and text.isprintable():
        return text if len(text) <= LONGEST_WORD else _breakable(text)
    known = shown()
    parts = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in {"Cc", "Zl", "Zp"}:
            parts.append(" ")
        elif category != "Cf":
            parts.append(character if ord(character) in known else MISSING)
    return _breakable("".join(parts))


def _breakable(text: str) -> str:
    return " ".join(_with_breaks(word) if len(word) > LONGEST_WORD else word for word in text.split(" "))


def _with_breaks(word: str) -> str:
    """Breaks after signs, and in what is long without any."""
    parts, run = [], 0
    for character in word:
        parts.append(character)
        run += 1
        if not character.isalnum() or run == LONGEST_WORD // 2:
            parts.append(BREAK)
            run = 0
    return "".join(parts)
