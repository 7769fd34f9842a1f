"""When a call says what an earlier one said (1.10): the fingerprint of what was sent.

Values are compared as the interface compares them: codes and keys without regard to case, an empty value as one that
was not sent. Free texts and identifiers of other systems count as they are written.
"""

import hashlib

import msgspec

from reskontro.ledger.domain.codes import fold
from reskontro.ledger.http.bodies import DistributionInput
from reskontro.platform.json_text import encode

_EMPTY = frozenset({str, list})


def fingerprint(sent: msgspec.Struct, folded: frozenset[str], ignored: frozenset[str] = frozenset()) -> bytes:
    """The SHA-256 of what a part of a body says. `folded` are the fields whose case does not count."""
    told: dict[str, object] = {}
    for name, value in zip(sent.__struct_fields__, msgspec.structs.astuple(sent), strict=True):
        if value is None or name in ignored:
            continue
        kind = type(value)
        if kind is DistributionInput:
            channel, einvoice_code = value.channel
            told[name] = (fold(channel), einvoice_code)
        elif value or kind not in _EMPTY:
            told[name] = fold(value) if name in folded else value
    return hashlib.sha256(encode(told)).digest()
