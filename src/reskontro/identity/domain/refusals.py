"""What identity answers instead of what was asked: the error codes of OAuth 2.0 with their statuses.

A description keeps to ASCII without quotes and backslashes, as RFC 6749, section 5.2, wants it.
"""

from collections.abc import Mapping
from typing import Final

from reskontro.kernel.problems import Fault, Refused

STATUSES: Final[Mapping[str, int]] = {
    "invalid_request": 400,
    "unsupported_grant_type": 400,
    "invalid_scope": 400,
    "invalid_grant": 400,
    "unauthorized_client": 400,
    "invalid_client": 401,
    "invalid_token": 401,
    "insufficient_scope": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "slow_down": 429,
    "server_error": 500,
    "temporarily_unavailable": 503,
}

UNKNOWN_CLIENT: Final = "Unknown client or wrong secret."
BAD_REFRESH_TOKEN: Final = "The refresh token is unknown, used, revoked or expired."  # noqa: S105 - a sentence
NOT_COVERED: Final = "Missing scope or organisation."


def refused(error: str, description: str, headers: Mapping[str, str] | None = None) -> Refused:
    """The refusal with an error code and its description."""
    return Refused(STATUSES[error], [Fault(error, description)], headers=headers)


def slow_down(retry_after_s: int) -> Refused:
    """Too many requests or failures; how long to wait is in `Retry-After`."""
    return refused("slow_down", "Too many requests or failures. Try again later.", {"Retry-After": str(retry_after_s)})
