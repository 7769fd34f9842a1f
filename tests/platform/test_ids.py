"""Identifiers: UUIDs of version 7 that rise with time."""

import time
from uuid import UUID

from reskontro.platform.ids import new_uuid


def test_an_identifier_is_a_uuid_of_version_7_with_the_present_time():
    before_ms = time.time_ns() // 1_000_000
    one = new_uuid()
    after_ms = time.time_ns() // 1_000_000
    same = UUID(str(one))
    assert isinstance(one, UUID)
    assert one == same
    assert (same.version, same.variant) == (7, "specified in RFC 4122")
    assert before_ms <= int.from_bytes(same.bytes[:6], "big") <= after_ms


def test_none_is_like_another():
    assert len({new_uuid() for _ in range(10_000)}) == 10_000


def test_a_later_one_is_greater():
    one = new_uuid()
    time.sleep(0.002)
    assert one < new_uuid()
