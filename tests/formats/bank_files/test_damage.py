"""Damaged files: never a crash, and never accepted with another sum."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import GroupEnd
from tests.conftest import SAMPLES

FILES = sorted([*(SAMPLES / "bank_files").iterdir(), *(SAMPLES / "bank_orders").iterdir()])
EXAMPLES = 150


def sums(data):
    """The sums of the file's groups. Raises `BankFileRefused`."""
    return [event.net_minor for event in iter_bank_file(data) if isinstance(event, GroupEnd)]


def damaged(data, draw):
    at = draw(st.integers(0, len(data) - 1))
    lines = data.split(b"\n")
    first, second = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    match draw(st.integers(0, 5)):
        case 0:
            return data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
        case 1:
            return data[:at]
        case 2:
            return data[:at] + data[at + draw(st.integers(1, 200)) :]
        case 3:
            lines[first], lines[second] = lines[second], lines[first]
        case 4:
            lines.insert(first, lines[second])
        case _:
            del lines[first]
    return b"\n".join(lines)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_damaged_file_is_refused_or_has_the_same_sums(path):
    data = path.read_bytes()
    whole = sums(data)

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(st.data())
    def try_one(drawn):
        with contextlib.suppress(BankFileRefused):
            assert sums(damaged(data, drawn.draw)) == whole

    try_one()


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.sampled_from([b"", b"NY000010", b"01BGMAX", b"BS002", b"01AUTOGIRO", b"<?xml version='1.0'?>", b"<Document"]),
    st.binary(max_size=600),
)
def test_noise_is_refused(head, noise):
    with pytest.raises(BankFileRefused):
        list(iter_bank_file(head + noise))
