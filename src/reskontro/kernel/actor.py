"""On whose behalf something is done, for the audit trail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, through what, in which call. `source` is API, BATCH, IMPORT or SYSTEM."""

    source: str
    user_id: str
    integration_id: str = ""
    request_id: str = ""
    http_method: str = ""
    path: str = ""
