"""Logs and metrics of this process. No secret, token, national identity number or account number is logged."""

import logging
import sys
from typing import TextIO, cast

import structlog
from prometheus_client import Histogram

REQUEST_SECONDS = Histogram(
    "reskontro_request_seconds",
    "Time of a call, from its head to its answer.",
    ["family", "method", "path", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class _StandardError:
    """Standard error as it is when a line is written, not as it was when logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def set_up_logging(level: str = "info", *, json: bool | None = None) -> None:
    """Send log lines to standard error: for a person on a terminal, as JSON elsewhere."""
    as_json = not sys.stderr.isatty() if json is None else json
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=True, exception_formatter=structlog.dev.plain_traceback
        )  # plain: a traceback that shows local variables would show what callers sent
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info if as_json else structlog.dev.set_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )
