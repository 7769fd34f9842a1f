"""The composed identifiers of the interface: AR items, GL items, bundles."""

import re
from typing import NamedTuple

_FOUR = re.compile(r"(\d{1,6})-(\d{1,18})-(\d{1,18})-(\d{1,9})")
_TWO = re.compile(r"(\d{1,6})-(\d{1,18})")
_THREE = re.compile(r"(\d{1,6})-(\d{1,18})-(\d{1,5})")


class ArItemId(NamedTuple):
    """`clientNo-accountNo-referenceNo-referenceSequenceNo`."""

    client_no: int
    account_no: int
    reference_no: int
    reference_sequence_no: int

    def __str__(self) -> str:
        return f"{self.client_no}-{self.account_no}-{self.reference_no}-{self.reference_sequence_no}"


def parse_ar_item_id(text: str) -> ArItemId | None:
    """The four numbers, None for a text of another form."""
    match = _FOUR.fullmatch(text)
    return ArItemId(*map(int, match.groups())) if match and text.isascii() else None


class GlItemId(NamedTuple):
    """`clientNo-glCaseNo-lineNo`."""

    client_no: int
    gl_case_no: int
    line_no: int

    def __str__(self) -> str:
        return f"{self.client_no}-{self.gl_case_no}-{self.line_no}"


def parse_gl_item_id(text: str) -> GlItemId | None:
    """The three numbers, None for a text of another form."""
    match = _THREE.fullmatch(text)
    if not match or not text.isascii():
        return None
    client_no, gl_case_no, line_no = map(int, match.groups())
    return GlItemId(client_no, gl_case_no, line_no) if line_no < 32768 else None


class BundleId(NamedTuple):
    """`clientNo-runningNo`."""

    client_no: int
    bundle_no: int

    def __str__(self) -> str:
        return f"{self.client_no}-{self.bundle_no}"


def parse_bundle_id(text: str) -> BundleId | None:
    """The two numbers, None for a text of another form."""
    match = _TWO.fullmatch(text)
    return BundleId(*map(int, match.groups())) if match and text.isascii() else None
