import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.http.decoding import BodyRefused, decode


class Body(msgspec.Struct):
    a: Any = None


texts = st.text(alphabet='ab:"\\{}[], é€\U0001f600\n', max_size=6)
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | texts,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(texts, below, max_size=3),
    max_leaves=12,
)


@given(trees, st.booleans(), st.booleans())
def test_no_text_in_a_body_looks_like_a_second_key(tree, ascii_only, spaced):
    separators = (" , ", "\t:\n") if spaced else None
    body = json.dumps({"a": tree}, ensure_ascii=ascii_only, separators=separators).encode()
    assert decode(Body, body).a == tree


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 1}',
        b'{"a": 1, "\\u0061": 1}',
        b'{"a": {"x": [{"y\\\\": 1, "y\\\\": 2}]}}',
        b'{"unknown": {"k": 1, "k": 2}, "a": "\\":"}',
        b'{"a": {"": 1, "": 2}}',
    ],
)
def test_a_key_that_stands_twice_is_found_wherever_it_is(body):
    with pytest.raises(BodyRefused) as refused:
        decode(Body, body)
    assert "stands twice" in refused.value.faults[0].message


def test_a_number_that_is_none_is_refused_where_nobody_reads_it():
    with pytest.raises(BodyRefused):
        decode(Body, b'{"unknown": 1e9999999999999999999999}')
