"""What every writer of bank files shares: what cannot be written, and the bytes of a fixed-width record."""

from collections.abc import Sequence
from datetime import date

CRLF = b"\r\n"


class NotWritable(ValueError):  # noqa: N818  the name is the finding
    """The file cannot be written as asked: all that is wrong, each with the line of the order it is about."""

    def __init__(self, faults: Sequence[str]) -> None:
        assert faults, "a refusal has a reason"
        self.faults = tuple(faults)
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}")


class Checks:
    """The faults of an order, gathered so that one refusal names all of them."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def digits(self, where: str, name: str, text: str, width: int, *, exactly: bool = False) -> None:
        """A number of digits that fits a field."""
        fits = text.isascii() and text.isdigit() and (len(text) == width if exactly else len(text) <= width)
        if not fits:
            how = f"{width} digits" if exactly else f"at most {width} digits"
            self.faults.append(f"{where}: {name}: {how} are wanted")

    def text(self, where: str, name: str, text: str, width: int) -> None:
        """A text that fits a field, in characters of ISO-8859-1."""
        if len(text) > width:
            self.faults.append(f"{where}: {name}: at most {width} characters are wanted, {len(text)} were given")
        foreign = sorted({character for character in text if ord(character) > 255 or not character.isprintable()})
        if foreign:
            listed = " ".join(repr(character) for character in foreign[:5])
            self.faults.append(f"{where}: {name}: {listed} cannot be written in ISO-8859-1")

    def amount(self, where: str, minor: int, digits: int) -> None:
        """An amount above zero that fits a field."""
        if not 0 < minor < 10**digits:
            self.faults.append(f"{where}: amount: a whole number of minor units of 1 to {digits} digits is wanted")

    def wanted(self, ok: bool, where: str, message: str) -> None:
        """Anything else that must hold."""
        if not ok:
            self.faults.append(f"{where}: {message}")

    def done(self) -> None:
        """Raise `NotWritable` where anything was wrong."""
        if self.faults:
            raise NotWritable(self.faults)


def encoded(records: Sequence[str], length: int) -> bytes:
    """Records as a file: ISO-8859-1, filled up with spaces, CR LF after each."""
    for record in records:
        assert len(record) <= length, "a record was made longer than its layout"
    return b"".join(record.ljust(length).encode("iso-8859-1") + CRLF for record in records)


def ddmmyy(day: date) -> str:
    """`150127`."""
    return day.strftime("%d%m%y")


def yyyymmdd(day: date) -> str:
    """`20270115`."""
    return day.strftime("%Y%m%d")


def ddmmyyyy(day: date) -> str:
    """`15012027`."""
    return day.strftime("%d%m%Y")
