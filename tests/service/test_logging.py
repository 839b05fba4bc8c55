"""Every line is JSON with ids, whoever writes it; of a fault it has the kind and the place, and not its words."""

import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import ArgumentError

from conversations.inbound import take_in
from delivery.channel import InboundText
from service.logging import place_of, set_up_logging
from storage.database import Database
from tests.clock import NOON
from tests.rows import ANN

WORDS = "Ann Beech wrote from +447700900001"


class Log:
    """What a web process writes to standard error."""

    def __init__(self, written: pytest.CaptureFixture[str]) -> None:
        self._written = written

    def begin(self) -> None:
        """Set logging up, in the place of what pytest has."""
        logging.getLogger().handlers.clear()
        set_up_logging(process="web")

    def lines(self) -> list[dict[str, Any]]:
        """Every line written since."""
        return [json.loads(line) for line in self._written.readouterr().err.splitlines()]


@pytest.fixture
def log(capfd: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """A log to begin in the test itself, which has another standard error than its fixtures."""
    root = logging.getLogger()
    level = root.level
    yield Log(capfd)
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()


def test_a_line_says_which_process_wrote_it_and_for_which_request(log: Log) -> None:
    log.begin()
    structlog.contextvars.bind_contextvars(request_id="7f3e")
    structlog.get_logger("delivery").info("inbound", message_id=7)
    [line] = log.lines()
    assert (line["event"], line["message_id"], line["level"], line["process"]) == ("inbound", 7, "info", "web")
    assert (line["pid"], line["request_id"]) == (os.getpid(), "7f3e")
    assert line["host"]
    assert line["timestamp"].endswith("Z")


def test_a_fault_is_logged_with_its_place_and_without_its_words(log: Log) -> None:
    log.begin()
    try:
        take_in(None, InboundText("sms", "SM1", ANN, ANN, WORDS, NOON), None, NOON)  # type: ignore[arg-type]  # breaks
    except AttributeError as fault:
        structlog.get_logger("service").error("job_failed", fault=type(fault).__name__)
    lines = log.lines()
    assert {line["event"] for line in lines} == {"inbound_not_handled", "job_failed"}
    assert all(line["at"].partition(":")[0] == "conversations.inbound" for line in lines)
    assert all(int(line["at"].partition(":")[2]) > 0 for line in lines)
    assert "Ann" not in repr(lines)


def test_the_place_is_the_last_of_our_own_lines_even_where_a_library_broke() -> None:
    with pytest.raises(ArgumentError) as raised:
        Database("no address at all", b"key")
    assert place_of(raised.value).startswith("storage.database:")


def test_a_library_that_logs_a_traceback_gets_a_line_of_json_that_quotes_nobody(log: Log) -> None:
    log.begin()
    try:
        raise RuntimeError(WORDS)
    except RuntimeError:
        logging.getLogger("flask").exception("Exception on %s\n%s", "/webhooks/twilio/inbound", WORDS)
    [line] = log.lines()
    assert line["event"] == "Exception on /webhooks/twilio/inbound"
    assert (line["logger"], line["level"], line["fault"]) == ("flask", "error", "RuntimeError")
    assert line["at"].startswith("tests.service.test_logging:")


@pytest.mark.parametrize("name", ["twilio", "telegram.ext", "httpx", "aiohttp.access", "procrastinate.worker"])
def test_talkative_libraries_are_not_heard(log: Log, name: str) -> None:
    log.begin()
    logging.getLogger(name).info(WORDS)
    assert log.lines() == []


def test_without_a_fault_a_line_has_no_place(log: Log) -> None:
    log.begin()
    logging.getLogger("waitress").warning("something")
    structlog.get_logger("service").warning("something")
    assert all("at" not in line and "fault" not in line for line in log.lines())
