"""What is only said in the OpenAPI document changes nothing of how a body is read."""

from typing import Annotated

import msgspec
import pytest

from reskontro.http.decoding import BodyRefused, decode
from reskontro.http.wire import WireError, parse_time


class Body(msgspec.Struct, rename="camel"):
    reason_code: Annotated[str, msgspec.Meta(max_length=5, extra_json_schema={"enum": ["OTHER"]})] | None = None
    due_days: Annotated[int, msgspec.Meta(extra_json_schema={"minimum": 1})] = 1


def test_a_whole_number_with_a_point_is_read_beside_a_code():
    assert decode(Body, b'{"reasonCode": "other", "dueDays": 38.0}') == Body("other", 38)


def test_every_fault_beside_a_code_is_named():
    with pytest.raises(BodyRefused) as refused:
        decode(Body, b'{"reasonCode": "too long", "dueDays": "x"}')
    assert [fault.path for fault in refused.value.faults] == ["reasonCode", "dueDays"]


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_before_the_first_or_after_the_last_day_is_refused(text):
    with pytest.raises(WireError):
        parse_time(text)
