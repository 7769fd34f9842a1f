"""What is set in the database driver for the whole process.

The driver asks of every element of every array that it encodes whether it is an array itself, by the abstract classes
of `collections.abc`, which are slow to say no: an eighth of what this process spends on a run of documents. The arrays
that we send are lists and tuples and hold plain values, so the driver asks for these two. What has another name in
another version of the driver is left as it is, and only slower; a test tells.
"""

from typing import Final

from asyncpg.protocol import protocol

ARRAYS: Final = (list, tuple)
NAMES: Final = ("IterableABC", "SizedABC")


def know_arrays_quickly() -> None:
    """Have the driver take lists and tuples for arrays, and nothing else. Once is enough."""
    for name in NAMES:
        if hasattr(protocol, name):
            setattr(protocol, name, ARRAYS)
