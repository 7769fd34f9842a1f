from datetime import timedelta

import pytest

from reskontro.sandbox.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P14D", timedelta(days=14)),
        ("P2W", timedelta(weeks=2)),
        ("PT36H", timedelta(hours=36)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("PT90M", timedelta(minutes=90)),
        ("PT0S", timedelta()),
    ],
)
def test_weeks_or_days_and_time_are_read(text: str, span: timedelta):
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "14D",
        "P1M",
        "P1Y",
        "P1W2D",
        "-P1D",
        "P-1D",
        "P1.5D",
        "p1d",
        "P1D ",
        "PT1S1M",
        "P1234567D",
    ],
)
def test_what_has_no_length_of_its_own_or_no_form_is_refused(text: str):
    with pytest.raises(ValueError, match="a duration such as"):
        parse_duration(text)
