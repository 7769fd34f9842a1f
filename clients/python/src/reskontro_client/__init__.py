"""The interfaces of Reskontro for Python programs."""

from reskontro_client.calls import Call, Refused, ReskontroError, Unreachable
from reskontro_client.connection import AsyncConnection, Connection

__all__ = ["AsyncConnection", "Call", "Connection", "Refused", "ReskontroError", "Unreachable"]
