"""Logs: ids only, one JSON line an event."""

import logging
import sys

import structlog

TALKATIVE_LOGGERS = ("twilio", "httpx", "aiohttp", "alembic", "waitress", "mail.log")
"""Libraries that print addresses, phone numbers or tokens at INFO."""

SELF_HEALING_LOGGERS = ("apscheduler", "waitress.queue")
"""Libraries that warn of a job still running or a queue forming: both pass by themselves."""


def set_up_logging(level: str = "INFO") -> None:
    """Write events from `level` up as JSON lines to standard error, and keep libraries to warnings."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for name in TALKATIVE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SELF_HEALING_LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
