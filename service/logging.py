"""Logs: ids only, one JSON line an event, whoever writes it."""

import logging
import os
import socket
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

TALKATIVE_LOGGERS = ("twilio", "telegram", "httpx", "httpcore", "aiohttp", "alembic", "waitress", "mail.log")
"""Libraries that print addresses, phone numbers or tokens at INFO."""

SELF_HEALING_LOGGERS = ("waitress.queue", "procrastinate", "psycopg.pool", "apscheduler.scheduler")
"""Libraries that complain of what passes by itself: a queue, a database that is away, a tick while one is under way."""

ROOMS = frozenset(
    {
        *("bot", "consultations", "conversations", "delivery", "flows", "mail"),
        *("outcomes", "service", "sms", "storage", "webhooks"),
    }
)

Event = MutableMapping[str, Any]


def set_up_logging(level: str = "INFO", process: str = "sowhat") -> None:
    """Write events from `level` up as JSON lines to standard error, and keep libraries to warnings.

    Every line says which kind of process wrote it, on which machine. Of an exception it has the type and the place,
    never the words: they may quote anything.
    """
    processors = (
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Origin(process),
        _say_where_it_broke,
        structlog.processors.JSONRenderer(),
    )
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_LibraryLines(processors))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in TALKATIVE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SELF_HEALING_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Origin:
    """Adds who writes: the kind of process, its number, and the machine."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._host = socket.gethostname()

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        event.update(process=self._process, pid=os.getpid(), host=self._host)
        return event


def _say_where_it_broke(_logger: Any, _method: str, event: Event) -> Event:
    """Add the place of the exception that is being handled, if one is."""
    fault = sys.exc_info()[1]
    if fault is not None:
        event["at"] = place_of(fault)
    return event


def place_of(fault: BaseException) -> str:
    """The module and line that raised an exception, or the last of ours that it passed through."""
    place, traceback = "", fault.__traceback__
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "")
        if module.partition(".")[0] in ROOMS or not place:
            place = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


class _LibraryLines(logging.Formatter):
    """Writes what libraries log as we write our own events, but for tracebacks and all beyond the first line."""

    def __init__(self, processors: tuple[Any, ...]) -> None:
        super().__init__()
        self._processors = processors

    def format(self, record: logging.LogRecord) -> str:
        """One JSON line. Raises what a processor raises."""
        event: Any = {"event": record.getMessage().partition("\n")[0], "logger": record.name}
        if record.exc_info and record.exc_info[1]:
            event |= {"fault": type(record.exc_info[1]).__name__, "at": place_of(record.exc_info[1])}
        for process in self._processors:
            event = process(None, record.levelname.lower(), event)
        return str(event)
