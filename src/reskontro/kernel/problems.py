"""What can be answered instead of what was asked.

    Refused            the caller's mistake or the world's state; has a status and one or more faults
    └─ (areas define their own subclasses where a caller wants to tell them apart)

A fault's message is an English template, which is also its key in the catalogue of translations; its arguments are
filled in after translation.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is, what was found there."""

    code: str
    message: str
    field: str | None = None
    value: str | None = None
    args: Mapping[str, object] = dataclasses.field(default_factory=dict)


class Refused(Exception):  # noqa: N818 - it says what happened
    """The request was understood and is not done. Nothing has changed.

    `status` is the HTTP status, `summary` the English key of a sentence for a person, `faults` at least one detail.
    """

    def __init__(
        self,
        status: int,
        faults: Sequence[Fault],
        summary: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        assert faults, "a refusal says why"
        super().__init__(f"{status} {faults[0].code} {faults[0].message}")
        self.status = status
        self.faults = tuple(faults)
        self.summary = summary
        self.headers = dict(headers or {})
        self.body: object = None  # a body of its own, where the contract gives an operation one for refusals
