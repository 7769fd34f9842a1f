"""JSON as it is stored and sent: decimals as numbers, never as floats."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec


def _plain(value: object) -> object:
    """The plain value of one of our own kinds of date, number or text."""
    if isinstance(value, Decimal):
        return Decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    raise NotImplementedError(f"no JSON for {type(value).__name__}")


_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain)


def encode(body: object) -> bytes:
    """The JSON of a value."""
    return _encoder.encode(body)


def decode(text: str | bytes) -> Any:
    """The value of our own JSON: whole numbers as int, others as Decimal."""
    return json.loads(text, parse_float=Decimal)
