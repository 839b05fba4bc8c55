"""Databases with any number of answers to five launches, written in bulk: one turn after the other would take hours."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from flows.load import LIBRARY
from storage.database import Database
from storage.policy import change_policy

LAUNCHES = 5
LAUNCHED_AT = datetime(2026, 11, 10, 10, tzinfo=UTC)
CLOSES_AT = LAUNCHED_AT + timedelta(days=7)
DIGEST_AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""When the digest is due about the week from 16 November, in which replies came until the 17th."""

SILENT_SHARE = 0.25
COMMENT_SHARE = 0.1
OPTIONS = ("skill", "people", "confidence", "say", "none")
FIRST_NAMES = ("Ann", "Joe", "Farah", "Gwen", "Marek", "Siân", "Mohamed", "Rose", "Will", "Grace")
SENTENCES = (
    "Made some new friends there",
    "{name} was very kind to me and my son",
    "It got me out of the house, thank you",
    "I can use my phone now, which I could not before",
    "Not a lot to be honest",
    "The hall was cold but the tea was lovely",
    "Ask {name} next door, she liked it more than I did",
    "Learned how to save on the heating this winter",
)
CONVERSATIONS_AT_ONCE = 10_000

_Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""Rows by the table and the columns that they are for."""

_VERSION = "flow_version (id, flow, version, source, stored_at)"
_ACTIVITY = "activity (id, activity_ref, title, imported_at)"
_CONSULTATION = "consultation (id, cause, flow_version_id, activity_id, launched_at, closes_at, left_out)"
_TENANT = "tenant (id, tenant_ref, first_name, last_name, language, imported_at)"
_ADDRESS = "address (id, channel, value, hash, state)"
_CONVERSATION = (
    "conversation (id, consultation_id, address_id, language, facts, progress, asked, turn, created_at, closes_at,"
    " ended_at, revision)"
)
_PERSON = "conversation_person (conversation_id, tenant_id)"
_TEXT = (
    "outbox_message (dedupe_key, row_class, channel, recipient, address_id, conversation_id, question_id, text_id,"
    " body, segments, state, created_at, due_at, sent_at)"
)
_MESSAGE = (
    "inbound_message (id, channel, channel_message_id, address_id, conversation_id, placement, text, received_at,"
    " recorded_at)"
)
_ANSWER = "answer (conversation_id, question_id, measure, message_id, status, value, comment, rule, recorded_at)"


def write_answers(database: Database, answers: int, seed: int) -> None:
    """Fill an empty database with so many answers, spread over launches that are alike."""
    with database.work() as work:
        change_policy(work, {"landlord": "Derwent Living"}, "benchmark", DIGEST_AT)
    _write(database, _launches())
    conversations = _conversations(answers, Random(seed))
    while block := list(islice(conversations, CONVERSATIONS_AT_ONCE)):
        _write(database, {table: [row for rows in block for row in rows[table]] for table in block[0]})
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def _launches() -> _Rows:
    source = (LIBRARY / "so-what.yaml").read_text(encoding="utf-8")
    numbers = range(1, LAUNCHES + 1)
    return {
        _VERSION: [(1, "so-what", "v1", source, LAUNCHED_AT)],
        _ACTIVITY: [(number, f"A{number}", f"Coffee morning {number}", LAUNCHED_AT) for number in numbers],
        _CONSULTATION: [(number, f"A{number}", 1, number, LAUNCHED_AT, CLOSES_AT, "{}") for number in numbers],
    }


def _conversations(answers: int, draw: Random) -> Iterator[_Rows]:
    """The rows of one conversation after the other, until there are so many answers."""
    number = written = 0
    while written < answers:
        number += 1
        replies = 0 if draw.random() < SILENT_SHARE else min(3, answers - written)
        yield _conversation(number, written + 1, replies, draw)
        written += replies


def _conversation(number: int, first_message: int, replies: int, draw: Random) -> _Rows:
    phone = f"+44{7_000_000_000 + number}"
    name = draw.choice(FIRST_NAMES)
    began = LAUNCHED_AT + timedelta(seconds=draw.randrange(int(timedelta(days=6, hours=23).total_seconds())))
    times = [began + timedelta(minutes=reply) for reply in range(replies)]
    ended_at, progress = (times[-1], "completed") if replies else (CLOSES_AT, "expired")
    put_at = [LAUNCHED_AT, *times[:2]]
    launch, turns, facts = number % LAUNCHES + 1, replies + 1, json.dumps({"first_name": name})
    return {
        _TENANT: [(number, f"T{number}", name, f"{_surname(number)}", "en", LAUNCHED_AT)],
        _ADDRESS: [(number, "sms", phone, f"{number:064x}", "usable")],
        _CONVERSATION: [
            (number, launch, number, "en", facts, progress, 1, turns, LAUNCHED_AT, CLOSES_AT, ended_at, turns)
        ],
        _PERSON: [(number, number)],
        _TEXT: [
            (f"{number}:{turn}", "bulk", "sms", phone, number, number, question, "ask", "…", 2, "delivered", at, at, at)
            for turn, (question, at) in enumerate(zip(("worth", "difference", "words"), put_at, strict=False))
        ],
        _MESSAGE: [
            (first_message + reply, "sms", f"SM{first_message + reply:032x}", number, number, "reply", "…", at, at)
            for reply, at in enumerate(times)
        ],
        _ANSWER: [(number, *read, at) for read, at in zip(_readings(first_message, name, draw), times, strict=False)],
    }


def _readings(message: int, name: str, draw: Random) -> Iterator[tuple[Any, ...]]:
    beside = draw.choice(SENTENCES).format(name=name) if draw.random() < COMMENT_SHARE else None
    chosen = [option for option in OPTIONS if draw.random() < 0.3] or ["none"]
    words = draw.choice(SENTENCES).format(name=name)
    yield "worth", "worth_attending", message, "understood", json.dumps(draw.random() < 0.8), beside, "yes_no"
    yield "difference", "difference_made", message + 1, "understood", json.dumps(chosen), None, "letters"
    yield "words", "in_own_words", message + 2, "understood", json.dumps(words), None, "words"


def _surname(number: int) -> str:
    """One of 20,000 that sound like no word."""
    syllables = ("ka", "lo", "mi", "ne", "ru", "sa", "ti", "vo", "wy", "ze")
    digits = f"{number * 7919 % 20_000:05}"
    return "".join(syllables[int(digit)] for digit in digits).capitalize()


def _write(database: Database, rows: _Rows) -> None:
    with database.engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        for table, values in rows.items():
            if database.is_for_a_fleet:
                with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in values:
                        copy.write_row(row)
            elif values:
                places = ", ".join("?" * len(values[0]))
                driver.executemany(f"INSERT INTO {table} VALUES ({places})", map(_as_sqlite_keeps_it, values))


def _as_sqlite_keeps_it(row: Iterable[Any]) -> list[Any]:
    return [f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value for value in row]
