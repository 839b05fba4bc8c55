"""Conversations kept as text in `tests/conversations`: reading one, and playing it again.

A file begins with comments and `key: value` lines. Then come a tenant's replies, "Ann: …" (further lines set in by
two spaces), and "(a reminder is due)". The other lines are what the engine made of them.
To write all files anew from their replies after a change that is meant: python -m tests.flows.golden
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.conversation import ConversationState, Progress, Reply
from flows.engine import advance, remind, start
from flows.load import LIBRARY, load_flow
from flows.system_texts import load_system_texts
from flows.transcript import spoken, transcript_lines

CONVERSATIONS = Path(__file__).parents[1] / "conversations"
REMINDER = "(a reminder is due)"
BEGIN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)

TEXTS = load_system_texts()


def replay(written: str) -> str:
    """The whole file as the engine makes it today from the replies in it."""
    head, _, body = written.partition("\n\n")
    settings = dict(line.split(": ", 1) for line in head.splitlines() if not line.startswith("#"))
    tenant = settings["tenant"]
    flow = load_flow(LIBRARY / f"{settings['flow']}.yaml")
    facts = {"first_name": tenant, "landlord": "Derwent Living", "phone": "01632 960 100"}
    facts["activity"] = settings["activity"]
    state, events = start(flow, TEXTS, ConversationState(settings["language"], facts))
    pages = [head, "\n".join(transcript_lines(events))]
    for minute, text in enumerate(_inputs(body, tenant), start=1):
        state = _stored_and_read_back(state)
        now = BEGIN + timedelta(minutes=minute)
        if text == REMINDER:
            state, events = remind(flow, TEXTS, state)
            said = REMINDER
        else:
            live = settings.get("drafts", "no") == "no"
            state, events = advance(flow, TEXTS, state, Reply(text, now), now, live)
            said = spoken(tenant, text)
        pages.append("\n".join((said, *transcript_lines(events))))
    return "\n\n".join(pages) + "\n"


def _inputs(body: str, tenant: str) -> Iterator[str]:
    """The replies in a transcript, and the reminders that were due."""
    prefix = f"{tenant}: "
    for page in body.split("\n\n"):
        first, *rest = page.rstrip("\n").split("\n")
        if first == REMINDER:
            yield REMINDER
        elif first.startswith(prefix):
            more = [line.removeprefix("  ") for line in _until_a_new_speaker(rest)]
            yield "\n".join((first.removeprefix(prefix), *more))


def _until_a_new_speaker(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("  "):
            return
        yield line


def _stored_and_read_back(state: ConversationState) -> ConversationState:
    """The state after a journey through JSON, as it takes between two texts."""
    plain = json.loads(json.dumps(asdict(state)))
    return ConversationState(**{**plain, "progress": Progress(plain["progress"])})


if __name__ == "__main__":
    for path in CONVERSATIONS.glob("*.txt"):
        path.write_text(replay(path.read_text(encoding="utf-8")), encoding="utf-8")
